"""A grid whose code breaks the rules gets the next free one of its village."""

from dataclasses import replace

import shapely
from django.utils.translation import gettext as _

from grid_editor.draft import Draft
from grid_editor.numbering import next_free
from grid_editor.repairs.repair import Repair
from grid_editor.validations.finding import Finding
from grid_editor.validations.look import Look


class Number(Repair):
    kind = "code"
    turn = 4

    def tame(self, look: Look, finding: Finding) -> bool:
        return bool(finding.facts["new"])

    def title(self, finding: Finding) -> str:
        return _("Give it the next free number")

    def ground(self, finding: Finding) -> shapely.Geometry | None:
        return None

    def edited(self, draft: Draft, finding: Finding) -> Draft:
        grid = draft.grids.get(finding.codes[0])
        if grid is None:
            return draft
        new = replace(grid, code=next_free(draft, grid.parent_code, grid.kind))
        return draft.with_grids([new], removed=[grid.code])
