"""An uploaded file as one command of the plan: in the log, undone at one stroke."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from grid_editor.commands.prepared import Prepared
from grid_editor.deltas import Delta


@dataclass(frozen=True)
class UploadCommand(Prepared):
    """`file` drew `grids` grids of `villages`, every grid of which is touched."""

    kind: ClassVar[str] = "upload"
    file: str = ""
    grids: int = 0
    villages: tuple[str, ...] = ()

    def words(self, delta: Delta) -> str:
        return _("Uploaded %(file)s: %(grids)d grids in %(villages)d villages") % {
            "file": self.file,
            "grids": self.grids,
            "villages": len(self.villages),
        }
