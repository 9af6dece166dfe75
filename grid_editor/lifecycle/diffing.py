"""What a plan changes: ground by ground from which code to which, and what that means for each grid and layer.

An unpublished plan is compared with what is live now, a published one with what it replaced.
"""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import shapely

from gis_core.models import Area
from grid_editor.deltas import GridChange
from grid_editor.draft import DraftGrid
from grid_editor.lifecycle import counts
from grid_editor.lifecycle.counts import Count
from grid_editor.models import Plan
from grid_editor.publishing import comparing, ground, writing
from grid_editor.publishing.comparing import same_ground
from grid_editor.publishing.ground import Piece

NEW, RETIRED, CHANGED, RENAMED, RENUMBERED = "new", "retired", "changed", "renamed", "renumbered"


@dataclass(frozen=True)
class Moved:
    """A piece of ground with what stands on it; `kind`: moved, new (its code is) or retired (its old code is)."""

    piece: Piece
    kind: str
    count: Count


@dataclass(frozen=True)
class GridLine:
    """One grid before and after; None where it was not, or is no more. `what` happened to it."""

    what: str
    before: DraftGrid | None
    after: DraftGrid | None
    count_before: Count
    count_after: Count

    @property
    def code(self) -> str:
        grid = self.after or self.before
        assert grid is not None
        return grid.code


@dataclass(frozen=True)
class Diff:
    """`grids` by code: every one that differs in ground, code or words; `microgrids` that would end with theirs."""

    moved: list[Moved]
    grids: list[GridLine]
    microgrids: int

    @property
    def ground(self) -> shapely.Geometry:
        """All that moved, as one."""
        return shapely.union_all([one.piece.geom for one in self.moved])


def of_plan(plan: Plan) -> Diff:
    """Read and compare."""
    at = comparing.standing(plan)
    published = plan.state == Plan.State.PUBLISHED
    changed = at.our_changes if published else at.to_write()
    divided = {grid.parent_code for grid in (at.base if published else at.live).values()}
    pieces = [
        *ground.moved(changed),
        *ground.settled(comparing.villages(changed) - divided, changed),
    ]
    lost = [] if published else writing.children_lost(changed)
    return Diff(
        _moved(pieces, changed),
        _lines(changed, pieces),
        Area.objects.live().filter(parent_code__in=lost).count() if lost else 0,
    )


def _moved(pieces: list[Piece], changed: list[GridChange]) -> list[Moved]:
    new = {c.after.code for c in changed if c.after and not c.before}
    gone = {c.before.code for c in changed if c.before and not c.after}
    numbers = counts.on([piece.geom for piece in pieces])
    return [
        Moved(
            piece,
            RETIRED
            if piece.before in gone and piece.after not in new
            else NEW
            if piece.after in new
            else "moved",
            count,
        )
        for piece, count in zip(pieces, numbers, strict=True)
    ]


def _lines(changed: list[GridChange], pieces: list[Piece]) -> list[GridLine]:
    joined = _renumbered(changed, pieces)
    sides = [grid.geom for c in joined for grid in (c.before, c.after) if grid]
    numbers = iter(counts.on(sides))
    lines = [
        GridLine(
            _what(c),
            c.before,
            c.after,
            next(numbers) if c.before else Count(),
            next(numbers) if c.after else Count(),
        )
        for c in joined
    ]
    return sorted(lines, key=lambda line: line.code)


def _renumbered(changed: list[GridChange], pieces: list[Piece]) -> list[GridChange]:
    """The changes, with a code that ended and one that began on the very same ground made into one."""
    gone = {c.before.code: c.before for c in changed if c.before and not c.after}
    new = {c.after.code: c.after for c in changed if c.after and not c.before}
    pairs = {
        piece.before: piece.after
        for piece in pieces
        if piece.before in gone
        and piece.after in new
        and same_ground(gone[piece.before].geom, new[piece.after].geom)
    }
    taken = {*pairs, *pairs.values()}
    rest = [c for c in changed if not {g.code for g in (c.before, c.after) if g} & taken]
    return rest + [GridChange(gone[old], new[fresh]) for old, fresh in pairs.items()]


def _what(change: GridChange) -> str:
    if change.before is None:
        return NEW
    if change.after is None:
        return RETIRED
    if change.before.code != change.after.code:
        return RENUMBERED
    return RENAMED if same_ground(change.before.geom, change.after.geom) else CHANGED


# ---- as JSON ------------------------------------------------------------------------------------------------


def as_json(diff: Diff, user: Any) -> dict[str, Any]:
    """The FeatureCollection with its summary; layers are those that the user may see."""
    everyone = sum((one.count for one in diff.moved), Count())
    kinds = Counter(line.what for line in diff.grids)
    whole = diff.ground
    return {
        "type": "FeatureCollection",
        "features": [_feature(one) for one in diff.moved],
        "summary": {
            "grids": {what: kinds[what] for what in (NEW, RETIRED, CHANGED, RENAMED, RENUMBERED)},
            "m2": sum(one.piece.m2 for one in diff.moved),
            **asdict(everyone),
            "microgrids": diff.microgrids,
            "layers": {layer.key: counts.rows_on(user, layer, whole) for layer in counts.located(user)},
            "by_grid": [_line(line) for line in diff.grids],
        },
    }


def _feature(one: Moved) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": shapely.geometry.mapping(one.piece.geom),
        "properties": {
            "from_code": one.piece.before,
            "to_code": one.piece.after,
            "kind": one.kind,
            "m2": one.piece.m2,
            **asdict(one.count),
        },
    }


def _line(line: GridLine) -> dict[str, Any]:
    return {
        "code": line.code,
        "what": line.what,
        "before": _side(line.before, line.count_before),
        "after": _side(line.after, line.count_after),
    }


def _side(grid: DraftGrid | None, count: Count) -> dict[str, Any] | None:
    if grid is None:
        return None
    words = {"code": grid.code, "name": grid.name, "kind": grid.kind}
    return {**words, "m2": ground.area_m2(grid.geom), **asdict(count)}
