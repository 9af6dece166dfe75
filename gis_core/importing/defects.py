"""The places where a file's polygons fail to tile their ground, for people: kind, codes, where, how large.

The same kinds as SQL's coverage_defects: gap, overlap, outside, unmatched; `invalid` rows are found by
checking.py. Here they are found before the database is touched, with the width that --max-gap is compared to.
"""

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyproj
import shapely

from gis_core import crs
from gis_core.importing import chain
from gis_core.importing.faces import Faces, borders
from gis_core.importing.noding import Splices, upward


@dataclass(frozen=True)
class Defect:
    """`codes` as coverage_defects gives them; lon, lat of a point inside; `width_m`: the largest circle's
    diameter in it, in metres; `faces`: its indices in the Faces it was found in."""

    kind: str
    codes: tuple[str, ...]
    lon: float
    lat: float
    m2: float
    width_m: float
    faces: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        shown = asdict(self)
        del shown["faces"]
        return {
            **shown,
            "codes": list(self.codes),
            "m2": round(self.m2, 4),
            "width_m": round(self.width_m, 4),
        }


def listed(faces: Faces, codes: list[str], metric: pyproj.CRS) -> list[Defect]:
    """Every connected gap, overlap and piece outside, largest first."""
    wrong = [index for index in range(len(faces.geoms)) if faces.kind(index) not in ("own", "")]
    if not wrong:
        return []
    around = borders(faces.geoms)
    defects = [_defect(faces, group, codes, around, metric) for group in _connected(faces, wrong, around)]
    return sorted(defects, key=lambda defect: -defect.m2)


def _connected(faces: Faces, wrong: list[int], around: dict[int, dict[int, float]]) -> list[list[int]]:
    """The faces in groups: neighbours of one kind under the same polygons belong together."""
    alike: dict[int, tuple[str, tuple[int, ...]]] = {i: (faces.kind(i), faces.covers[i]) for i in wrong}
    groups, left = [], set(wrong)
    for index in wrong:
        if index not in left:
            continue
        left.discard(index)
        group, frontier = [index], [index]
        while frontier:
            near = [n for n in around.get(frontier.pop(), ()) if n in left and alike[n] == alike[index]]
            left.difference_update(near)
            group += near
            frontier += near
        groups.append(group)
    return groups


def _defect(
    faces: Faces, group: list[int], codes: list[str], around: dict[int, dict[int, float]], metric: pyproj.CRS
) -> Defect:
    kind = faces.kind(group[0])
    concerned = set(faces.covers[group[0]])
    if kind == "gap":
        concerned = {one for face in group for near in around.get(face, ()) for one in faces.covers[near]}
    ground = chain.union(faces.geoms[group]) if len(group) > 1 else faces.geoms[group[0]]
    return measured(kind, tuple(sorted(codes[one] for one in concerned)), ground, metric, tuple(group))


def measured(
    kind: str,
    codes: tuple[str, ...],
    ground: shapely.Geometry,
    metric: pyproj.CRS,
    group: tuple[int, ...] = (),
) -> Defect:
    """The defect of this ground (EPSG:4490), with its place and size."""
    place = shapely.point_on_surface(ground)
    flat = crs.to_metres(ground, metric)
    return Defect(kind, codes, place.x, place.y, float(flat.area), width(flat), group)


def width(flat: shapely.Geometry) -> float:
    """The diameter of the largest circle inside a polygon in metres."""
    if flat.area == 0:
        return 0.0
    return 2 * max(float(shapely.maximum_inscribed_circle(part).length) for part in shapely.get_parts(flat))


def of_holes(polygons: Any, ground: shapely.Geometry, codes: list[str], metric: pyproj.CRS) -> list[Defect]:
    """The holes of the ground that an exact coverage has, as gaps."""
    rings = [ring for part in shapely.get_parts(ground) for ring in part.interiors]
    tree = shapely.STRtree(polygons)
    found = []
    for ring in rings:
        hole = shapely.Polygon(ring)
        along = tree.query(hole, predicate="intersects")
        found.append(measured("gap", tuple(sorted(codes[int(one)] for one in along)), hole, metric))
    return sorted(found, key=lambda defect: -defect.m2)


def unmatched(polygons: Any, table: Splices, codes: list[str]) -> list[Defect]:
    """The vertices that noding would put in (EPSG:4490), with the polygons that lack them."""
    if not table:
        return []
    edges = chain.segments(polygons)
    lacking: dict[bytes, set[str]] = defaultdict(set)
    for line, owner in zip(np.ascontiguousarray(upward(edges.ends)[0]), edges.owner, strict=True):
        if (key := line.tobytes()) in table:
            lacking[key].add(codes[owner])
    return [
        Defect("unmatched", tuple(sorted(lacking[key])), float(x), float(y), 0.0, 0.0)
        for key, points in table.items()
        for x, y in points
    ]
