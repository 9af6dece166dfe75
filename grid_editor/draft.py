"""The part of a plan that a command works on: frozen, so that an edit is a new draft and its inverse a delta.

A draft holds the grids of the villages that the command touches, their neighbours, and the boundaries of the
tiers above; `loading.py` reads it, `deltas.py` says what differs between two. Geometry: MultiPolygon,
EPSG:4490, canonical.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely

from gis_core.importing import chain, noding
from gis_core.importing.noding import Splices


@dataclass(frozen=True)
class DraftGrid:
    """One grid of the plan; `id` is None until it is stored."""

    code: str
    name: str
    kind: str
    parent_code: str
    geom: shapely.MultiPolygon
    attributes: Mapping[str, Any] = field(default_factory=dict)
    id: int | None = None

    def with_geom(self, geom: shapely.Geometry) -> "DraftGrid":
        return replace(self, geom=chain.as_multi(geom))


@dataclass(frozen=True)
class Boundary:
    """An area above the grids, as the plan has it: it may get vertices and never moves."""

    code: str
    tier: str
    parent_code: str | None
    geom: shapely.MultiPolygon


@dataclass(frozen=True)
class Draft:
    """`grids` and `boundaries` by code; `villages`: those of which every grid is here; `reserved`: codes that
    no new grid may take (live or retired ones, beside those of the grids themselves); `base`: codes of the
    live grids that the plan began with, which a grid may take back."""

    grids: Mapping[str, DraftGrid]
    boundaries: Mapping[str, Boundary]
    villages: frozenset[str] = frozenset()
    reserved: frozenset[str] = frozenset()
    base: frozenset[str] = frozenset()

    def of_village(self, code: str) -> list[DraftGrid]:
        """The grids that belong to a village by their parent code."""
        return [grid for grid in self.grids.values() if grid.parent_code == code]

    def with_grids(self, changed: Iterable[DraftGrid], removed: Iterable[str] = ()) -> "Draft":
        """The same draft with these grids put in by code, and those codes gone first."""
        gone = set(removed)
        kept = {code: grid for code, grid in self.grids.items() if code not in gone}
        return replace(self, grids=kept | {grid.code: grid for grid in changed})

    def spliced(self, table: Splices) -> "Draft":
        """The vertices of the table put into every grid and boundary that has such a segment."""
        if not table:
            return self
        near = shapely.box(*shapely.total_bounds(shapely.multipoints(noding.points_of(table)).buffer(1e-6)))
        grids = _spliced_within([(code, grid.geom) for code, grid in self.grids.items()], table, near)
        above = _spliced_within([(code, area.geom) for code, area in self.boundaries.items()], table, near)
        return replace(
            self,
            grids={**self.grids, **{c: replace(self.grids[c], geom=g) for c, g in grids.items()}},
            boundaries={
                **self.boundaries,
                **{c: replace(self.boundaries[c], geom=g) for c, g in above.items()},
            },
        )

    def is_clean(self, village: str) -> bool:
        """Whether the village's grids tile it exactly and each is one valid piece of ground."""
        boundary = self.boundaries.get(village)
        geoms = np.array([grid.geom for grid in self.of_village(village)], dtype=object)
        return bool(boundary is not None and len(geoms) and chain.tiles(geoms, boundary.geom))


def _spliced_within(
    named: list[tuple[str, shapely.Geometry]], table: Splices, near: shapely.Geometry
) -> dict[str, shapely.Geometry]:
    """The geometries that the splices change, by code; only those near are looked at."""
    if not named:
        return {}
    codes, geoms = [code for code, _ in named], np.array([geom for _, geom in named], dtype=object)
    hits = np.flatnonzero(shapely.intersects(shapely.box(*shapely.bounds(geoms).T), near))
    after = noding.spliced(geoms[hits], table)
    return {codes[i]: new for i, new in zip(hits, after, strict=True) if new is not geoms[i]}
