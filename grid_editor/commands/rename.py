"""Rename a grid."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from django.utils.translation import gettext as _

from grid_editor.commands import arguments
from grid_editor.commands.command import Command, grid
from grid_editor.deltas import Delta
from grid_editor.draft import Draft
from grid_editor.reasons import short


@dataclass(frozen=True)
class Rename(Command):
    """Another name for the grid `code`."""

    kind: ClassVar[str] = "rename"
    code: str
    name: str

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        name = arguments.text(given, "name")
        if not name:
            raise arguments.wrong("name", _("a text that is not empty"))
        return cls(arguments.code(given), name)

    def codes(self) -> list[str]:
        return [self.code]

    def edited(self, draft: Draft) -> Draft:
        return draft.with_grids([replace(grid(draft, self.code), name=self.name)])

    def words(self, delta: Delta) -> str:
        return _("Renamed %(code)s to %(name)s") % {"code": short(self.code), "name": self.name}
