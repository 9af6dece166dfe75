"""A grid that lies in another village of the plan becomes that village's, with the next free code there.

One that lies mostly in no village is cut off at its own village's border; where that leaves nothing, it is taken out.
"""

from dataclasses import replace

import shapely
from django.utils.translation import gettext as _

from grid_editor.draft import Draft
from grid_editor.numbering import next_free
from grid_editor.repairs.moving import Move
from grid_editor.repairs.repair import Repair
from grid_editor.validations.finding import Finding
from grid_editor.validations.look import Look


class Adopt(Repair):
    kind = "wrong_parent"
    turn = 3

    def tame(self, look: Look, finding: Finding) -> bool:
        return False

    def title(self, finding: Finding) -> str:
        if finding.facts["place"] is not None:
            return _("Make it a grid of %(village)s") % {"village": finding.facts["name"]}
        if finding.facts["wholly"]:
            return _("Take it out: it lies in no village")
        return _("Cut it off at the border of the village")

    def ground(self, finding: Finding) -> shapely.Geometry | None:
        return finding.geom if finding.facts["place"] is None else None

    def moves(self, draft: Draft, finding: Finding) -> list[Move]:
        return [Move(finding.geom, away=finding.codes)] if finding.facts["place"] is None else []

    def edited(self, draft: Draft, finding: Finding) -> Draft:
        grid, village = draft.grids.get(finding.codes[0]), finding.facts["place"]
        if grid is None or village is None:
            return draft
        new = replace(grid, code=next_free(draft, village, grid.kind), parent_code=village)
        return draft.with_grids([new], removed=[grid.code])
