"""Give a grid another code of its village, one that was never used."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from django.utils.translation import gettext as _

from gis_core import codes as code_rules
from grid_editor.commands import arguments
from grid_editor.commands.command import Command, grid
from grid_editor.deltas import Delta
from grid_editor.draft import Draft
from grid_editor.numbering import next_free
from grid_editor.reasons import refuse, short


@dataclass(frozen=True)
class Renumber(Command):
    """`to` None takes the next free number. A live grid's own code may be taken back while nobody has it."""

    kind: ClassVar[str] = "renumber"
    code: str
    to: str | None = None

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        return cls(arguments.code(given), arguments.maybe_code(given, "to"))

    def codes(self) -> list[str]:
        return [self.code, *([self.to] if self.to else [])]

    def edited(self, draft: Draft) -> Draft:
        old = grid(draft, self.code)
        new = self.to or next_free(draft, old.parent_code, old.kind)
        self._check(draft, old.parent_code, new)
        return draft.with_grids([replace(old, code=new)], removed=[old.code])

    def _check(self, draft: Draft, village: str, new: str) -> None:
        try:
            code_rules.check(new, "grid", village)
        except code_rules.CodeError as error:
            raise refuse("bad_code", _("Code %(reason)s.") % {"reason": error}, [self.code]) from error
        if new in draft.grids or new in draft.reserved - draft.base:
            free = next_free(draft, village)
            raise refuse(
                "code_taken",
                _("Code %(code)s is or was in use; the next free one is %(free)s.")
                % {"code": new, "free": free},
                [self.code],
            )

    def words(self, delta: Delta) -> str:
        new = [c.after.code for c in delta.grids if c.after and c.before and c.before.code == self.code]
        return _("Renumbered %(code)s to %(new)s") % {
            "code": short(self.code),
            "new": short(new[0]) if new else "",
        }
