"""Repair a dirty coverage: mend rings, snap, node and fill, then round and make sure.

shapely.coverage_clean does the first part in metres. Rounding the ordinates moves vertices alike in all
polygons, so it keeps the coverage matched; where it makes a ring touch itself, cutting into faces mends that.
"""

from typing import Any

import numpy as np
import shapely

from gis_core.crs import Plane, canonical
from gis_core.importing import chain, faces


def mended(polygons: Any) -> Any:
    """Valid polygons: crossing rings rebuilt, parts that are no area left out."""
    wrong = ~shapely.is_valid(polygons)
    result = np.array(polygons, dtype=object)
    for index in np.flatnonzero(wrong):
        result[index] = chain.as_multi(
            shapely.make_valid(polygons[index], method="structure", keep_collapsed=False)
        )
    return result


def cleaned(polygons: Any, snap: float, max_gap: float, plane: Plane) -> Any:
    """The polygons (n,) in EPSG:4490 as a matched coverage, rounded; empty where one vanished.

    Vertices nearer than `snap` metres are drawn together, overlaps go to the neighbour with the longest
    border, gaps up to `max_gap` metres wide are filled. Wider gaps stay.
    """
    flat = plane.metres(mended(polygons))
    tidy = shapely.coverage_clean(flat, snapping_distance=snap, gap_width=max_gap)
    return without_repeats(canonical(plane.degrees(tidy)))


def without_repeats(polygons: Any) -> Any:
    """Rings without the repeated points and collapsed rings that rounding leaves, as MultiPolygons."""
    return np.array([_distinct(polygon) for polygon in polygons], dtype=object)


def _distinct(polygon: shapely.Geometry) -> shapely.MultiPolygon:
    parts = []
    for part in shapely.get_parts(polygon):
        shell, *holes = [_distinct_ring(ring) for ring in shapely.get_rings(part)] or [None]
        if shell is not None:
            parts.append(shapely.Polygon(shell, [hole for hole in holes if hole is not None]))
    return shapely.MultiPolygon(parts)


def _distinct_ring(ring: shapely.Geometry) -> Any:
    points = shapely.get_coordinates(ring)
    kept = points[np.r_[True, (points[1:] != points[:-1]).any(axis=1)]]
    # Three points make the ring a line there and back; in the boundary chain it cancels itself.
    return kept if len(kept) > 3 else None


def cut_anew(polygons: Any, fill: set[int], cut: faces.Faces) -> Any:
    """The polygons (n,) put together from the faces of `cut`, gaps of `fill` (indices) included."""
    return faces.rebuilt(cut, faces.assigned(cut, fill), len(polygons))
