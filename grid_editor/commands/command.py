"""What every command is: a frozen dataclass that says why it is refused, or gives a new draft and its inverse.

A subclass writes `edited`; the checks that hold for all (nobody leaves the village, a clean draft stays clean)
are here. `loose` commands are those of WFS-T: nothing of theirs is refused for being unfinished.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import shapely
from django.utils.translation import gettext as _

from grid_editor import deltas
from grid_editor.deltas import Delta
from grid_editor.draft import Draft, DraftGrid
from grid_editor.reasons import Reason, Refusal, refuse, short


@dataclass(frozen=True)
class Command:
    """One edit, as read from a request or from the log."""

    kind: ClassVar[str]
    loose: ClassVar[bool] = False

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        """From the JSON body. Raises WanggeError naming the field that is missing or wrong."""
        raise NotImplementedError

    def codes(self) -> list[str]:
        """The grids it names."""
        return []

    def extent(self) -> shapely.Geometry | None:
        """Where it works besides the villages of the grids it names; EPSG:4490."""
        return None

    def edited(self, draft: Draft) -> Draft:
        """The draft after it. Raises Refusal."""
        raise NotImplementedError

    def words(self, delta: Delta) -> str:
        """What it did, for the log, in the reader's language."""
        raise NotImplementedError

    def refusal(self, draft: Draft) -> Reason | None:
        """Why it cannot be applied to this draft, or None."""
        try:
            self.apply(draft)
        except Refusal as refused:
            return refused.reason
        return None

    def apply(self, draft: Draft) -> "tuple[Draft, Restore]":
        """The new draft, and the command that takes it back bit for bit. Raises Refusal."""
        after = self.edited(draft)
        delta = deltas.between(draft, after)
        if not delta.grids and not delta.boundaries:
            raise refuse("nothing_changes", _("This changes nothing."), self.codes())
        if not self.loose:
            for change in delta.grids:
                if change.after is not None:
                    _keep_whole(change.before, change.after)
            _keep_clean(draft, after, delta)
        return after, Restore(delta.inverse())


@dataclass(frozen=True)
class Restore(Command):
    """Put rows back as they were: the inverse of any command, and of its inverse."""

    kind: ClassVar[str] = "restore"
    loose: ClassVar[bool] = True
    delta: Delta

    def codes(self) -> list[str]:
        return self.delta.codes()

    def edited(self, draft: Draft) -> Draft:
        return deltas.applied(draft, self.delta)

    def words(self, delta: Delta) -> str:
        return _("Restored %(grids)s") % {"grids": listed(delta.codes())}


def listed(codes: list[str]) -> str:
    """Grids as a person names them, one after the other."""
    return ", ".join(short(code) for code in codes)


def grid(draft: Draft, code: str) -> DraftGrid:
    """The grid of this code. Raises Refusal."""
    if code not in draft.grids:
        raise refuse("no_such_grid", _("There is no grid %(code)s in this plan.") % {"code": code}, [code])
    return draft.grids[code]


def one_village(grids: list[DraftGrid]) -> str:
    """The village that all of them belong to. Raises Refusal."""
    villages = {one.parent_code for one in grids}
    if len(villages) > 1:
        raise refuse(
            "two_villages",
            _("Grids of different villages cannot be joined: %(codes)s. A grid never leaves its village.")
            % {"codes": ", ".join(one.code for one in grids)},
            [one.code for one in grids],
        )
    return villages.pop()


def _keep_whole(before: DraftGrid | None, after: DraftGrid) -> None:
    """Raise Refusal when a grid would fall into more parts than it had."""
    parts = shapely.get_num_geometries(after.geom)
    if parts > max(1, shapely.get_num_geometries(before.geom) if before else 1):
        raise refuse(
            "falls_apart",
            _("Grid %(code)s would fall into %(parts)s parts.") % {"code": short(after.code), "parts": parts},
            [after.code],
            after.geom,
        )


def _keep_clean(before: Draft, after: Draft, delta: Delta) -> None:
    """Raise Refusal when a village that was an exact coverage would be none."""
    for village in sorted(delta.villages() & before.villages):
        if before.is_clean(village) and not after.is_clean(village):
            raise refuse(
                "not_exact",
                _(
                    "After this the grids of %(village)s would no longer fit together exactly: "
                    "a border would cross or touch another. Draw it a little farther from the other borders."
                )
                % {"village": village},
                delta.codes(),
            )
