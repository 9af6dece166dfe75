"""Several commands as one: applied one after the other, undone together. What one document of WFS-T becomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import shapely
from django.utils.translation import gettext as _

from grid_editor.commands.command import Command, listed
from grid_editor.deltas import Delta
from grid_editor.draft import Draft


@dataclass(frozen=True)
class Several(Command):
    """`commands` in their order; none of them is checked for leaving the draft clean."""

    kind: ClassVar[str] = "several"
    loose: ClassVar[bool] = True
    commands: tuple[Command, ...]

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        raise NotImplementedError("made by the server only")

    def codes(self) -> list[str]:
        return list(dict.fromkeys(code for command in self.commands for code in command.codes()))

    def extent(self) -> shapely.Geometry | None:
        known = [place for command in self.commands if (place := command.extent()) is not None]
        return shapely.GeometryCollection(known) if known else None

    def edited(self, draft: Draft) -> Draft:
        for command in self.commands:
            draft = command.edited(draft)
        return draft

    def words(self, delta: Delta) -> str:
        said = {
            _("changed %(grids)s"): [c.after.code for c in delta.grids if c.before and c.after],
            _("inserted %(grids)s"): [c.after.code for c in delta.grids if c.after and not c.before],
            _("deleted %(grids)s"): [c.before.code for c in delta.grids if c.before and not c.after],
        }
        return "; ".join(words % {"grids": listed(sorted(codes))} for words, codes in said.items() if codes)
