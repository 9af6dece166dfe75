"""What reaches beyond the village is cut off at its border."""

from django.utils.translation import gettext as _

from grid_editor.draft import Draft
from grid_editor.repairs.moving import Move
from grid_editor.repairs.overlap import swallowed
from grid_editor.repairs.repair import Repair
from grid_editor.validations.finding import Finding
from grid_editor.validations.look import Look


class Clip(Repair):
    kind = "outside"

    def possible(self, look: Look, finding: Finding) -> bool:
        return not any(swallowed(look.draft.grids[code], finding.geom) for code in finding.codes)

    def title(self, finding: Finding) -> str:
        return _("Cut it off at the border of the village")

    def moves(self, draft: Draft, finding: Finding) -> list[Move]:
        return [Move(finding.geom, away=finding.codes)]
