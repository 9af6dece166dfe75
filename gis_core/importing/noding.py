"""Noding: give every boundary the vertices that its neighbours have on it. Moves nothing by more than a unit.

A Splice table says which points go into which segment; it is found once and applied to every polygon that
has the segment: the rows being imported, their parent, and the live areas of every tier on that line.
"""

from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _

from gis_core.crs import UNIT
from gis_core.importing import chain
from gis_core.importing.chain import Floats
from gis_core.importing.options import refuse

Splices = dict[bytes, Floats]
"""The 32 bytes of a segment, lower end first, to the (k, 2) points between, in that direction."""

SOURCE_WITHIN = 0.5
"""In units: how near, in the file itself, a vertex must be to a line to lie on it."""
WITHIN = 0.75
"""In units: a vertex on a line, both rounded, lies at most 0.71 from it."""


def upward(ends: Floats) -> tuple[Floats, Any]:
    """Segments (n, 4) with the lower end first, and which of them were turned."""
    a, b = ends[:, :2], ends[:, 2:]
    turned = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    return np.where(turned[:, None], np.hstack([b, a]), ends) + 0.0, turned


def missing(polygons: Any, within: float, parent: shapely.Geometry | None = None) -> Splices:
    """The vertices that unmatched boundaries of these polygons, and their parent, have on each other.

    `within` is the greatest distance, in the units of the coordinates.
    """
    loose = chain.unbalanced(polygons, parent)
    if not len(loose):
        return {}
    return found(loose.ends, np.unique(loose.ends.reshape(-1, 2), axis=0), within)


def found(ends: Floats, points: Floats, within: float) -> Splices:
    """The points (k, 2) that lie on segments (n, 4), strictly between the ends, nearer than `within`."""
    lines, _turned = upward(ends)
    lines = np.unique(lines, axis=0)
    tree = shapely.STRtree(shapely.linestrings(lines.reshape(-1, 2, 2)))
    point, line = tree.query(shapely.points(points), predicate="dwithin", distance=within)
    start, along = lines[line, :2], lines[line, 2:] - lines[line, :2]
    share = ((points[point] - start) * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-300)
    is_end = (points[point] == lines[line, :2]).all(axis=1) | (points[point] == lines[line, 2:]).all(axis=1)
    keep = (share > 0) & (share < 1) & ~is_end
    point, line, share = point[keep], line[keep], share[keep]
    order = np.lexsort((share, line))
    point, line = point[order], line[order]
    if not len(line):
        return {}
    starts = np.flatnonzero(np.r_[True, line[1:] != line[:-1]])
    groups = np.split(point, starts[1:])
    return {lines[line[s]].tobytes(): points[group] for s, group in zip(starts, groups, strict=True)}


def spliced(polygons: Any, table: Splices) -> Any:
    """The polygons (n,) with the points of the table put in; those without such a segment come back as they are."""
    if not table:
        return polygons
    return np.array([_spliced_one(polygon, table) for polygon in polygons], dtype=object)


def _spliced_one(polygon: shapely.Geometry, table: Splices) -> shapely.Geometry:
    changed = False
    parts = []
    for part in shapely.get_parts(polygon):
        rings = [_spliced_ring(shapely.get_coordinates(ring), table) for ring in shapely.get_rings(part)]
        changed |= any(hit for _ring, hit in rings)
        parts.append(shapely.Polygon(rings[0][0], [ring for ring, _hit in rings[1:]]))
    if not changed:
        return polygon
    return parts[0] if polygon.geom_type == "Polygon" else shapely.MultiPolygon(parts)


def _spliced_ring(ring: Floats, table: Splices) -> tuple[Floats, bool]:
    lines, turned = upward(np.hstack([ring[:-1], ring[1:]]))
    keys = np.ascontiguousarray(lines).view("V32").ravel().tolist()
    hits = [index for index, key in enumerate(keys) if key in table]
    if not hits:
        return ring, False
    pieces, done = [], 0
    for index in hits:
        inner = table[keys[index]]
        pieces += [ring[done : index + 1], inner[::-1] if turned[index] else inner]
        done = index + 1
    return np.vstack([*pieces, ring[done:]]), True


def points_of(table: Splices) -> Floats:
    """Every point (k, 2) that the table puts in."""
    return np.vstack(list(table.values())) if table else np.empty((0, 2))


def between(before: shapely.Geometry, after: shapely.Geometry) -> Splices:
    """The splices that make `after` of `before`, of two polygons with one outline.

    Raises ImportRefused when `after` is not just `before` with vertices put in.
    """
    old, new = chain.segments([before]).ends, chain.segments([after]).ends
    gone, come = _minus(old, new), _minus(new, old)
    if not len(gone):
        return {}
    table = found(gone, np.unique(come.reshape(-1, 2), axis=0), UNIT)
    if not _same_segments(spliced(np.array([before]), table)[0], after):
        raise refuse(_("The boundary of a live area would move; an import may only put vertices on it."))
    return table


def _minus(left: Floats, right: Floats) -> Floats:
    known = {row.tobytes() for row in right}
    return left[[row.tobytes() not in known for row in left]]


def _same_segments(left: shapely.Geometry, right: shapely.Geometry) -> bool:
    return not len(chain.unbalanced([left], right))
