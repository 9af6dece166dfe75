"""Town polygons on the plan, from a district's hand-drawn bones."""

import numpy as np
import shapely

from data.sample import codes
from data.sample.division import Streets, TownSite
from data.sample.skeleton import Bones, Lake, Line, river

REACH = 2100.0  # metres of river in one grid


def sites(bones: Bones) -> tuple[list[TownSite], Streets]:
    """The towns' dry ground, one site for each character it has, and the streets along their borders.

    Raises ValueError when a town line leaves a face without a seed.
    """
    lines = [bones.outline.boundary, *(line.geometry for line in bones.town_lines)]
    noded = shapely.union_all(lines, grid_size=1e-7)
    faces = [
        f
        for f in shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
        if bones.outline.contains(f.representative_point())
    ]
    grounds: dict[tuple[str, str], list[shapely.Polygon]] = {}
    for face in faces:
        grounds.setdefault(_seed_in(face, bones), []).append(face)
    water = shapely.union_all([river(), *(lake.polygon for lake in bones.lakes)])
    found = [
        TownSite(code, zone, part, tuple(codes.under(code, "village")))
        for (code, zone), parts in sorted(grounds.items())
        for part in shapely.get_parts(shapely.difference(shapely.union_all(parts), water))
    ]
    return found, _streets(bones)


def river_reaches(ground: shapely.Polygon, lines: list[Line]) -> list[Lake]:
    """The river inside a district, cut into reaches of some 2 km at the lines that cross it and between."""
    wet = ground.intersection(river())
    if wet.is_empty:
        return []
    west, south, east, north = wet.bounds
    marks = np.linspace(west, east, max(round((east - west) / REACH), 1) + 1)[1:-1]
    crossing = [line.geometry for line in lines if line.road_class]
    crossing += [shapely.LineString([(x, south - 1), (x, north + 1)]) for x in marks]
    noded = shapely.union_all([wet.boundary, *crossing], grid_size=1e-7)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    return [Lake("黄河", "river", face) for face in faces if wet.contains(face.representative_point())]


def _seed_in(face: shapely.Polygon, bones: Bones) -> tuple[str, str]:
    inside = {(code, zone) for code, zone, x, y in bones.town_seeds if face.contains(shapely.Point(x, y))}
    if len(inside) != 1:
        raise ValueError(
            f"the face at {face.representative_point()} ({face.area / 1e6:.2f} km2) has seeds {inside}"
        )
    return inside.pop()


def _streets(bones: Bones) -> Streets:
    streets = Streets()
    for line in bones.town_lines:
        streets.add(line.geometry, line.road_class, line.name)
    for lake in bones.lakes:
        streets.add(lake.polygon.boundary, "path", f"{lake.name}环湖路")
    return streets
