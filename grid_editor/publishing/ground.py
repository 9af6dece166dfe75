"""Which ground goes from which code to which: the overlay behind lineage, the diff and the notice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely

from gis_core.importing import chain
from grid_editor.deltas import GridChange
from grid_editor.draft import DraftGrid

GEOD = pyproj.Geod(ellps="GRS80")
"""CGCS2000's ellipsoid but for 0.1 mm; what PostGIS measures EPSG:4490 geography on."""
NOISE_METRES = 0.005
"""A piece that is narrower than this on the average is a border that got vertices, not ground that moved."""


@dataclass(frozen=True)
class Piece:
    """`m2` square metres of ground that were `before`'s and are `after`'s; MultiPolygon, EPSG:4490."""

    before: str
    after: str
    geom: shapely.MultiPolygon
    m2: float


def area_m2(geom: shapely.Geometry) -> float:
    """Square metres on the ellipsoid."""
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(geom))[0])


def moved(changed: Iterable[GridChange]) -> list[Piece]:
    """Every piece whose code changes, by codes. Grids that stay as they are need not be in the changes."""
    listed = list(changed)
    before = [change.before for change in listed if change.before]
    after = [change.after for change in listed if change.after]
    pieces = [
        _piece(before[i], after[j]) for i, j in _pairs(before, after) if before[i].code != after[j].code
    ]
    return sorted((one for one in pieces if one), key=lambda one: (one.before, one.after))


def settled(villages: set[str], changed: Iterable[GridChange]) -> list[Piece]:
    """The grids of villages that had none, as pieces of the village's ground."""
    return [
        Piece(change.after.parent_code, change.after.code, change.after.geom, area_m2(change.after.geom))
        for change in changed
        if change.after and change.after.parent_code in villages
    ]


def _pairs(before: Sequence[DraftGrid], after: Sequence[DraftGrid]) -> list[tuple[int, int]]:
    if not before or not after:
        return []
    tree = shapely.STRtree([grid.geom for grid in after])
    left, right = tree.query(np.array([grid.geom for grid in before], dtype=object), predicate="intersects")
    return list(zip(left.tolist(), right.tolist(), strict=True))


def _piece(before: DraftGrid, after: DraftGrid) -> Piece | None:
    shared = shapely.get_parts(chain.as_multi(shapely.intersection(before.geom, after.geom)))
    kept = [part for part in shared if _is_ground(part)]
    if not kept:
        return None
    geom = shapely.MultiPolygon(kept)
    return Piece(before.code, after.code, geom, area_m2(geom))


def _is_ground(part: shapely.Polygon) -> bool:
    area, length = GEOD.geometry_area_perimeter(shapely.orient_polygons(part))
    return bool(2 * abs(area) > NOISE_METRES * length)
