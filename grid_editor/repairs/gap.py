"""A gap goes to the grid with the longest border along it."""

from django.utils.translation import gettext as _

from grid_editor.draft import Draft
from grid_editor.repairs.moving import Move, beside
from grid_editor.repairs.repair import Repair
from grid_editor.validations.finding import Finding
from grid_editor.validations.look import Look


class FillGap(Repair):
    kind = "gap"
    turn = 2

    def possible(self, look: Look, finding: Finding) -> bool:
        return bool(finding.codes)

    def title(self, finding: Finding) -> str:
        return _("Give it to the neighbour with the longest border")

    def moves(self, draft: Draft, finding: Finding) -> list[Move]:
        taker = beside(draft, finding.village, finding.geom)
        return [Move(finding.geom, to=taker)] if taker else []
