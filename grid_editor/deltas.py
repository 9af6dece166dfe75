"""What differs between two drafts: the rows before and after. Undo, redo, the log and 409 all read it.

A delta turned round restores the former rows bit for bit, for it holds them whole (WKB keeps every bit).
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from gis_core.crs import UNIT
from grid_editor.draft import Boundary, Draft, DraftGrid


@dataclass(frozen=True)
class GridChange:
    """A grid before and after; None where it was not, or is no more."""

    before: DraftGrid | None
    after: DraftGrid | None

    @property
    def only_noded(self) -> bool:
        """Whether it merely got vertices on its border."""
        if self.before is None or self.after is None:
            return False
        same_words = replace(self.before, geom=self.after.geom) == self.after
        return same_words and is_noding(self.before.geom, self.after.geom)


@dataclass(frozen=True)
class BoundaryChange:
    """A boundary with other vertices."""

    before: Boundary
    after: Boundary


@dataclass(frozen=True)
class Delta:
    """Every row that differs."""

    grids: tuple[GridChange, ...] = ()
    boundaries: tuple[BoundaryChange, ...] = ()

    def inverse(self) -> "Delta":
        """The way back."""
        return Delta(
            tuple(GridChange(c.after, c.before) for c in self.grids),
            tuple(BoundaryChange(c.after, c.before) for c in self.boundaries),
        )

    def codes(self) -> list[str]:
        """The grids that changed in more than vertices on their border, by any code they have or had."""
        real = [change for change in self.grids if not change.only_noded]
        return sorted({grid.code for c in real for grid in (c.before, c.after) if grid is not None})

    def removed(self) -> list[str]:
        """Codes that are no more."""
        after = {c.after.code for c in self.grids if c.after}
        return sorted({c.before.code for c in self.grids if c.before} - after)

    def villages(self) -> set[str]:
        """The villages whose grids or border it changes."""
        grids = {g.parent_code for c in self.grids for g in (c.before, c.after) if g is not None}
        return grids | {c.after.code for c in self.boundaries if c.after.tier == "village"}


def between(before: Draft, after: Draft) -> Delta:
    """The rows that differ; what was not touched is the same object in both."""
    old_rows, new_rows = _by_identity(before), _by_identity(after)
    pairs = [(old_rows.get(key), new_rows.get(key)) for key in {**old_rows, **new_rows}]
    grids = [GridChange(old, new) for old, new in pairs if old is not new and old != new]
    above = [
        BoundaryChange(old, after.boundaries[code])
        for code, old in before.boundaries.items()
        if after.boundaries[code].geom is not old.geom
    ]
    return Delta(tuple(grids), tuple(above))


def _by_identity(draft: Draft) -> dict[int | str, DraftGrid]:
    """Grids by id, by which one is known that goes on under another code; new ones by code."""
    return {grid.id or grid.code: grid for grid in draft.grids.values()}


def applied(draft: Draft, delta: Delta) -> Draft:
    """The draft with the rows of the delta as they are after it."""
    gone = [c.before.code for c in delta.grids if c.before]
    changed = draft.with_grids([c.after for c in delta.grids if c.after], gone)
    above = {c.after.code: c.after for c in delta.boundaries}
    return replace(changed, boundaries={**changed.boundaries, **above})


def is_noding(before: shapely.Geometry, after: shapely.Geometry) -> bool:
    """Whether `after` is `before` with vertices put in, none farther than a unit from the old border."""
    old, new = _vertices(before), _vertices(after)
    added = new - old
    if old - new or not _same_shape(before, after):
        return False
    if not added:
        return bool(shapely.equals_exact(shapely.normalize(before), shapely.normalize(after)))
    return bool((shapely.distance(shapely.points(list(added)), before.boundary) <= UNIT).all())


def _vertices(geom: shapely.Geometry) -> set[tuple[float, float]]:
    return set(map(tuple, shapely.get_coordinates(geom).tolist()))


def _same_shape(before: shapely.Geometry, after: shapely.Geometry) -> bool:
    rings = [[shapely.get_num_interior_rings(p) for p in shapely.get_parts(g)] for g in (before, after)]
    size = max(before.length * UNIT, 1e-30)
    return sorted(rings[0]) == sorted(rings[1]) and bool(np.abs(before.area - after.area) <= size)


# ---- as JSON ------------------------------------------------------------------------------------------------


def as_json(delta: Delta) -> dict[str, Any]:
    """For `PlanCommand.delta`."""
    return {
        "grids": [{"before": _grid_json(c.before), "after": _grid_json(c.after)} for c in delta.grids],
        "boundaries": [
            {"before": _boundary_json(c.before), "after": _boundary_json(c.after)} for c in delta.boundaries
        ],
    }


def from_json(stored: Mapping[str, Any]) -> Delta:
    """What `as_json` wrote."""
    return Delta(
        tuple(GridChange(_grid(c["before"]), _grid(c["after"])) for c in stored["grids"]),
        tuple(BoundaryChange(_boundary(c["before"]), _boundary(c["after"])) for c in stored["boundaries"]),
    )


def _grid_json(grid: DraftGrid | None) -> dict[str, Any] | None:
    if grid is None:
        return None
    return {**vars(grid), "geom": _text(grid.geom), "attributes": dict(grid.attributes)}


def _grid(stored: dict[str, Any] | None) -> DraftGrid | None:
    return None if stored is None else DraftGrid(**{**stored, "geom": _geom(stored["geom"])})


def _boundary_json(boundary: Boundary) -> dict[str, Any]:
    return {**vars(boundary), "geom": _text(boundary.geom)}


def _boundary(stored: dict[str, Any]) -> Boundary:
    return Boundary(**{**stored, "geom": _geom(stored["geom"])})


def _text(geom: shapely.Geometry) -> str:
    return base64.b64encode(shapely.to_wkb(geom)).decode()


def _geom(text: str) -> shapely.Geometry:
    return shapely.from_wkb(base64.b64decode(text))
