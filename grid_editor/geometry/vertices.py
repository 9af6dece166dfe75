"""Single vertices of a net of borders: find them, put them in, count what meets there, move or drop them."""

from collections.abc import Mapping

import numpy as np
import shapely

from gis_core.crs import UNIT
from gis_core.importing import chain, noding
from gis_core.importing.chain import Floats
from gis_core.importing.noding import Splices, upward

Place = tuple[float, float]
ON_LINE = 2 * UNIT
"""A place that somebody picked on a segment is rounded, so it lies this near to it."""


def all_of(geoms: list[shapely.Geometry]) -> set[Place]:
    """Every vertex."""
    if not geoms:
        return set()
    return set(map(tuple, shapely.get_coordinates(np.array(geoms, dtype=object)).tolist()))


def to_insert(geoms: list[shapely.Geometry], places: list[Place]) -> Splices:
    """The splices that make vertices of these places on the segments they lie on."""
    if not places:
        return {}
    ends = np.unique(upward(chain.segments(np.array(geoms, dtype=object)).ends)[0], axis=0)
    return noding.found(ends, np.array(places), ON_LINE)


def meeting(geoms: list[shapely.Geometry], place: Place) -> int:
    """How many different segments end in this place."""
    ends = np.unique(upward(chain.segments(np.array(geoms, dtype=object)).ends)[0], axis=0)
    here = (ends[:, :2] == place).all(axis=1) | (ends[:, 2:] == place).all(axis=1)
    return int(here.sum())


def moved(geom: shapely.MultiPolygon, moves: Mapping[Place, Place | None]) -> shapely.MultiPolygon | None:
    """The polygon with these vertices elsewhere, or dropped; itself if it has none; None when a ring collapses."""
    touched = False
    parts = []
    for part in geom.geoms:
        rings = [_moved_ring(shapely.get_coordinates(ring), moves) for ring in shapely.get_rings(part)]
        if any(ring is None for ring, _hit in rings):
            return None
        touched |= any(hit for _ring, hit in rings)
        parts.append(shapely.Polygon(rings[0][0], [ring for ring, _hit in rings[1:]]))
    return shapely.MultiPolygon(parts) if touched else geom


def _moved_ring(ring: Floats, moves: Mapping[Place, Place | None]) -> tuple[Floats | None, bool]:
    places = list(map(tuple, ring[:-1].tolist()))
    if not any(place in moves for place in places):
        return ring, False
    kept = [target for place in places if (target := moves.get(place, place)) is not None]
    kept = [place for i, place in enumerate(kept) if place != kept[i - 1]]
    if len(kept) < 3:
        return None, True
    return np.array([*kept, kept[0]]), True
