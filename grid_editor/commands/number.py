"""Number a village's grids for the first time: west to east, then north to south. Codes once live never move."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from django.utils.translation import gettext as _

from gis_core import codes as code_rules
from gis_core.models import Area
from grid_editor.commands import arguments
from grid_editor.commands.command import Command
from grid_editor.deltas import Delta
from grid_editor.draft import Draft, DraftGrid
from grid_editor.numbering import SPECIAL_FROM, first_numbers
from grid_editor.reasons import refuse


@dataclass(frozen=True)
class Number(Command):
    """General grids from 001, special ones from 801, in the order of docs/codes.md."""

    kind: ClassVar[str] = "number"
    village: str

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        return cls(arguments.text(given, "village", 20))

    def codes(self) -> list[str]:
        """By the village: every grid of it is touched."""
        return [self.village]

    def edited(self, draft: Draft) -> Draft:
        if self.village not in draft.villages:
            text = _("The village %(village)s is not in this plan.")
            raise refuse("no_such_village", text % {"village": self.village}, [self.village])
        if any(code.startswith(self.village) for code in draft.reserved):
            text = _("The grids of %(village)s have been numbered once; codes in use never move.")
            raise refuse("numbered_before", text % {"village": self.village}, [self.village])
        own = sorted(draft.of_village(self.village), key=lambda grid: grid.code)
        special = [grid for grid in own if grid.kind == Area.Kind.SPECIAL]
        general = [grid for grid in own if grid.kind != Area.Kind.SPECIAL]
        if code_rules.length_of("grid") - code_rules.length_of("village") < 3:
            general, special = own, []  # too few digits to keep the kinds apart
        fresh = [*self._numbered(general, 1), *self._numbered(special, SPECIAL_FROM)]
        return draft.with_grids(fresh, removed=[grid.code for grid in own])

    def _numbered(self, grids: list[DraftGrid], start: int) -> list[DraftGrid]:
        if not grids:
            return []
        given = first_numbers(self.village, [grid.geom for grid in grids], start)
        return [replace(grid, code=code) for grid, code in zip(grids, given, strict=True)]

    def words(self, delta: Delta) -> str:
        return _("Numbered the grids of %(village)s from west to east") % {"village": self.village}
