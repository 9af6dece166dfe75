"""What people draw, made ready: canonical, without repeats, and its ends on the border they were meant to reach."""

from collections.abc import Iterable

import numpy as np
import shapely

from gis_core import crs
from gis_core.importing.chain import Floats

REACH_M = 0.5
"""How far from a border the end of a line may be and still mean that border."""


def canonical_lines(drawn: shapely.Geometry) -> list[Floats]:
    """The lines (k, 2) of a LineString or MultiLineString in degrees, rounded; points are left out."""
    lines = [shapely.get_coordinates(crs.canonical(part)) for part in shapely.get_parts(drawn)]
    return [line for line in map(without_repeats, lines) if len(line) > 1]


def without_repeats(line: Floats) -> Floats:
    """The same line without a vertex twice in a row."""
    return line[np.r_[True, (line[1:] != line[:-1]).any(axis=1)]]


def rings(polygon: shapely.Geometry) -> list[Floats]:
    """Every ring of a (Multi)Polygon as a closed canonical line."""
    return [
        ring
        for ring in (
            without_repeats(shapely.get_coordinates(crs.canonical(r)))
            for r in shapely.get_rings(shapely.get_parts(polygon))
        )
        if len(ring) > 3
    ]


def reaching(lines: Iterable[Floats], ground: shapely.Geometry, reach_m: float = REACH_M) -> list[Floats]:
    """The lines with each end that nearly meets the ground's border put onto it, on a vertex if one is near."""
    south, north = ground.bounds[1::2]
    plane = crs.Plane((south + north) / 2)
    border = plane.metres(ground.boundary)
    return [_reaching_one(line, border, plane, reach_m) for line in lines]


def _reaching_one(line: Floats, border: shapely.Geometry, plane: crs.Plane, reach_m: float) -> Floats:
    moved = line.copy()
    for end in (0, -1):
        target = _target(plane.metres(shapely.Point(line[end])), border, reach_m)
        if target is not None:
            moved[end] = shapely.get_coordinates(crs.canonical(plane.degrees(target)))[0]
    moved = without_repeats(moved)
    return moved if len(moved) > 1 else line


def _target(end: shapely.Point, border: shapely.Geometry, reach_m: float) -> shapely.Point | None:
    if shapely.distance(end, border) > reach_m:
        return None
    vertices = shapely.get_coordinates(border)
    far = np.hypot(*(vertices - shapely.get_coordinates(end)[0]).T)
    if far.min() <= reach_m:
        return shapely.Point(vertices[far.argmin()])
    return shapely.get_point(shapely.shortest_line(border, end), 0)
