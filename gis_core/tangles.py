"""Geometry that crosses or covers itself so often that GEOS would take hours over it: told in a moment, from boxes.

Segments of a map's polygon meet a handful of others each; a comb whose every tooth crosses every other, or one polygon
given a hundred thousand times, meets them all. Boxes of segments that meet are counted, and no longer than allowed.
"""

from collections.abc import Sequence

import numpy as np
import shapely

MEETINGS = 60
"""Of one box, in the mean. Borders of districts have about 6; a town's grids, boxes of whole polygons, up to 12."""
FREE = 200_000
"""Meetings that are never too many: GEOS deals with them in well under a second."""
PIECES = 5_000
"""Parts and holes of one geometry; the county with most islands has 1,390."""
AT_ONCE = 2_000_000


def is_tangled(geometry: shapely.Geometry) -> bool:
    """Whether its own segments, holes and parts meet each other too often, or are thousands."""
    parts = shapely.get_parts(geometry)
    if len(parts) + shapely.get_num_interior_rings(parts).sum() > PIECES:
        return True
    points, ring = shapely.get_coordinates(geometry), _rings(geometry)
    same = ring[1:] == ring[:-1]
    first, second = points[:-1][same], points[1:][same]
    return _meet_too_often(np.hstack([np.minimum(first, second), np.maximum(first, second)]))


def are_tangled(geometries: Sequence[shapely.Geometry]) -> bool:
    """Whether many of these lie on each other."""
    return _meet_too_often(shapely.bounds(np.array(geometries, dtype=object)))


def _rings(geometry: shapely.Geometry) -> np.ndarray:
    """For each corner the number of its ring or line."""
    parts = shapely.get_parts(geometry)
    lines = shapely.get_rings(parts) if "Polygon" in geometry.geom_type else parts
    return np.repeat(np.arange(len(lines)), shapely.get_num_coordinates(lines))


def _meet_too_often(bounds: np.ndarray) -> bool:
    finite = bounds[np.isfinite(bounds).all(axis=1)]
    boxes = shapely.box(*finite.T)
    allowed, found, step = FREE + MEETINGS * len(boxes), 0, max(1, AT_ONCE // max(1, len(boxes)))
    if len(boxes) ** 2 <= allowed:
        return False
    tree = shapely.STRtree(boxes)
    at = 0
    while at < len(boxes):
        count = len(tree.query(boxes[at : at + step], predicate=None)[0])
        found, at = found + count, at + step
        if found > allowed:
            return True
        # As many at a time as may be held: each may meet every other, but then the end is near.
        step = min(step * 2, 20_000) if count < AT_ONCE else step
    return False
