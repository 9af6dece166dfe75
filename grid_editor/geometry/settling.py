"""A polygon that went through another program put back on the draft's own vertices.

A program that reprojects, or writes fewer digits, moves a vertex by about the last decimal kept. Such a vertex
means the one it came from, and takes its exact place, or a border would no longer be shared.
"""

import numpy as np
import shapely

from gis_core.crs import UNIT
from grid_editor.draft import Draft

REACH = 1.5 * UNIT
"""About 1.5 mm: a unit each way, rounded on both axes."""


def settled(geometry: shapely.MultiPolygon, draft: Draft) -> shapely.MultiPolygon:
    """The canonical geometry with every vertex that is within REACH of one of the draft's put exactly there."""
    places = _vertices_near(geometry, draft)
    if not len(places):
        return geometry
    tree = shapely.STRtree(shapely.points(places))

    def onto(points: np.ndarray) -> np.ndarray:
        found, nearest = tree.query_nearest(shapely.points(points), max_distance=REACH, all_matches=False)
        moved = points.copy()
        moved[found] = places[nearest]
        return moved

    return shapely.transform(geometry, onto)


def _vertices_near(geometry: shapely.MultiPolygon, draft: Draft) -> np.ndarray:
    """Vertices (n, 2), each once, of the grids and boundaries around the geometry that lie within its extent."""
    own = [grid.geom for grid in draft.grids.values()]
    geoms = np.array([*own, *(area.geom for area in draft.boundaries.values())], dtype=object)
    if not len(geoms):
        return np.empty((0, 2))
    west, south, east, north = np.array(geometry.bounds) + np.array([-1, -1, 1, 1]) * REACH
    boxes = shapely.bounds(geoms)
    near = (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
    points = shapely.get_coordinates(geoms[near])
    x, y = points[:, 0], points[:, 1]
    return np.unique(points[(x >= west) & (x <= east) & (y >= south) & (y <= north)], axis=0)
