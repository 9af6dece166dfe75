"""Both sides of a border, and all others on it, get the corners of either: no ground moves."""

import shapely
from django.utils.translation import gettext as _

from grid_editor.draft import Draft
from grid_editor.repairs.moving import Move
from grid_editor.repairs.repair import Repair
from grid_editor.validations.finding import Finding


class Node(Repair):
    kind = "unmatched"

    def title(self, finding: Finding) -> str:
        return _("Put the missing corners in")

    def ground(self, finding: Finding) -> shapely.Geometry | None:
        return None

    def moves(self, draft: Draft, finding: Finding) -> list[Move]:
        return [Move(finding.geom)]
