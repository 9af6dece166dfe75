"""A sliver's ground goes to the neighbour with the longest border along it; the grid itself is gone."""

from django.utils.translation import gettext as _

from grid_editor.draft import Draft
from grid_editor.repairs.moving import Move, beside
from grid_editor.repairs.repair import Repair
from grid_editor.validations.finding import Finding
from grid_editor.validations.look import Look


class Dissolve(Repair):
    kind = "sliver"

    def possible(self, look: Look, finding: Finding) -> bool:
        return beside(look.draft, finding.village, finding.geom, finding.codes) is not None

    def tame(self, look: Look, finding: Finding) -> bool:
        return False

    def title(self, finding: Finding) -> str:
        return _("Take the grid out; its ground goes to the neighbour")

    def moves(self, draft: Draft, finding: Finding) -> list[Move]:
        taker = beside(draft, finding.village, finding.geom, finding.codes)
        return [Move(finding.geom, to=taker, away=finding.codes)] if taker else []
