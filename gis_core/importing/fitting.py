"""Fit a coverage to the boundary of a parent that is live already, and keep that boundary where it is.

The outer boundary of the children is drawn onto the parent's within --snap, then everything is cut into
faces: what sticks out is clipped, what is left free along the boundary goes to the child next to it.
"""

from typing import Any

import numpy as np
import shapely

from gis_core.crs import Plane, canonical
from gis_core.importing import chain, noding
from gis_core.importing.chain import Floats
from gis_core.importing.repairing import without_repeats


def drawn_onto(polygons: Any, parent: shapely.Geometry, snap: float, plane: Plane) -> Any:
    """The polygons (n,) with their outer boundary moved onto the parent's where it is nearer than `snap` metres.

    Vertices go to the nearest vertex of the parent, else to the nearest point of its boundary; the parent's
    own vertices near an outer boundary are put into it. All in EPSG:4490, rounded; a moved vertex moves alike
    in every polygon.
    """
    flat, target = plane.metres(polygons), plane.metres(parent)
    moves = _moves(chain.unbalanced(flat).ends, target, snap)
    moved = shapely.transform(flat, lambda points: _moved(points, moves))
    corners = np.unique(shapely.get_coordinates(target), axis=0)
    table = noding.found(chain.unbalanced(moved).ends, corners, snap) if len(moved) else {}
    table = {key: _not_backwards(points) for key, points in table.items()}
    return without_repeats(canonical(plane.degrees(noding.spliced(moved, table))))


def _moves(outer: Floats, target: shapely.Geometry, snap: float) -> dict[bytes, Floats]:
    """Where each outer vertex goes, by its 16 bytes; those farther than `snap` from the target stay."""
    points = np.unique(outer.reshape(-1, 2), axis=0)
    if not len(points):
        return {}
    ends = chain.segments([target]).ends
    lines, corners = shapely.linestrings(ends.reshape(-1, 2, 2)), shapely.points(ends[:, :2])
    places = shapely.points(points)
    goal = dict(_nearest_on(places, lines, snap))
    goal |= dict(_nearest_on(places, corners, snap))
    return {points[index].tobytes(): place for index, place in goal.items()}


def _nearest_on(places: Any, targets: Any, snap: float) -> list[tuple[int, Floats]]:
    place, target = shapely.STRtree(targets).query_nearest(places, max_distance=snap, all_matches=False)
    goals = targets[target]
    if shapely.get_type_id(targets[0]) != shapely.GeometryType.POINT:
        goals = shapely.line_interpolate_point(goals, shapely.line_locate_point(goals, places[place]))
    found = shapely.get_coordinates(goals)
    return list(zip(place.tolist(), found, strict=True))


def _moved(points: Floats, moves: dict[bytes, Floats]) -> Floats:
    return np.array([moves.get(point.tobytes(), point) for point in points]) if len(points) else points


def _not_backwards(points: Floats) -> Floats:
    return points[np.r_[True, (points[1:] != points[:-1]).any(axis=1)]]


def without_needless(polygons: Any, before: shapely.Geometry, after: shapely.Geometry) -> Any:
    """Take out again the vertices that cutting put on the parent's boundary and only one child has.

    `before` is the parent as it was, `after` with the new vertices. A vertex where two children meet stays.
    """
    old = {p.tobytes() for p in shapely.get_coordinates(before) + 0.0}
    new = [p for p in np.unique(shapely.get_coordinates(after) + 0.0, axis=0) if p.tobytes() not in old]
    meetings = _owners_at(polygons)
    needless = {p.tobytes() for p in new if meetings.get(p.tobytes(), 0) == 1}
    if not needless:
        return polygons
    return np.array([_without(polygon, needless) for polygon in polygons], dtype=object)


def _owners_at(polygons: Any) -> dict[bytes, int]:
    """How often each vertex occurs as the start of a boundary segment, over all polygons."""
    starts = chain.segments(polygons).ends[:, :2]
    places, counts = np.unique(starts, axis=0, return_counts=True)
    return {place.tobytes(): int(n) for place, n in zip(places, counts, strict=True)}


def _without(polygon: shapely.Geometry, needless: set[bytes]) -> shapely.Geometry:
    parts = []
    for part in shapely.get_parts(polygon):
        rings = [_thinned(shapely.get_coordinates(ring), needless) for ring in shapely.get_rings(part)]
        parts.append(shapely.Polygon(rings[0], rings[1:]))
    return shapely.MultiPolygon(parts)


def _thinned(ring: Floats, needless: set[bytes]) -> Floats:
    open_ring = [point for point in ring[:-1] + 0.0 if point.tobytes() not in needless]
    return np.array([*open_ring, open_ring[0]]) if len(open_ring) > 2 else ring
