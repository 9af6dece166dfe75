"""A grid that lies in another village of the plan becomes that village's, with the next free code there."""

from dataclasses import replace

import shapely
from django.utils.translation import gettext as _

from grid_editor.draft import Draft
from grid_editor.numbering import next_free
from grid_editor.repairs.repair import Repair
from grid_editor.validations.finding import Finding
from grid_editor.validations.look import Look


class Adopt(Repair):
    kind = "wrong_parent"
    turn = 3

    def possible(self, look: Look, finding: Finding) -> bool:
        return finding.facts["place"] is not None

    def tame(self, look: Look, finding: Finding) -> bool:
        return False

    def title(self, finding: Finding) -> str:
        return _("Make it a grid of %(village)s") % {"village": finding.facts["name"]}

    def ground(self, finding: Finding) -> shapely.Geometry | None:
        return None

    def edited(self, draft: Draft, finding: Finding) -> Draft:
        grid, village = draft.grids.get(finding.codes[0]), finding.facts["place"]
        if grid is None:
            return draft
        new = replace(grid, code=next_free(draft, village, grid.kind), parent_code=village)
        return draft.with_grids([new], removed=[grid.code])
