"""Repairs as one command of the plan: in the log, undone at one stroke."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from grid_editor.commands.command import listed
from grid_editor.commands.prepared import Prepared
from grid_editor.deltas import Delta


@dataclass(frozen=True)
class RepairCommand(Prepared):
    """`count`: how many defects it mends."""

    kind: ClassVar[str] = "repair"
    count: int = 0

    def words(self, delta: Delta) -> str:
        codes = delta.codes()
        if not codes or len(codes) > 8:
            return _("Repaired %(count)d defects") % {"count": self.count}
        return _("Repaired %(count)d defects in %(codes)s") % {"count": self.count, "codes": listed(codes)}
