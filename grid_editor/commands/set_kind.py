"""Make a grid general (综合网格) or special (专属网格)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from django.utils.translation import gettext as _

from gis_core.models import Area
from grid_editor.commands import arguments
from grid_editor.commands.command import Command, grid
from grid_editor.deltas import Delta
from grid_editor.draft import Draft
from grid_editor.reasons import short


@dataclass(frozen=True)
class SetKind(Command):
    """The code stays; a code never says for sure which kind a grid is."""

    kind: ClassVar[str] = "set_kind"
    code: str
    grid_kind: str

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        return cls(arguments.code(given), arguments.choice(given, "grid_kind", tuple(Area.Kind.values)))

    def codes(self) -> list[str]:
        return [self.code]

    def edited(self, draft: Draft) -> Draft:
        return draft.with_grids([replace(grid(draft, self.code), kind=self.grid_kind)])

    def words(self, delta: Delta) -> str:
        return _("%(code)s is now %(kind)s") % {
            "code": short(self.code),
            "kind": Area.Kind(self.grid_kind).label,
        }
