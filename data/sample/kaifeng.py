"""The hand-drawn frame of preset M: Kaifeng's outline, its nine counties, and the lines that cross them.

Plan kilometres as in `skeleton`. Longting comes from there; the others grow around it.
"""

import shapely

from data.sample import codes, towns
from data.sample.counties import County, county
from data.sample.frame import spline
from data.sample.skeleton import Line, Points

# fmt: off
OUTLINE: Points = [
    (3, 6), (-4, 3), (-9, -8), (-16, -18), (-24, -26), (-25, -38), (-18, -50), (-8, -60), (4, -58), (14, -50),
    (26, -52),
    (40, -58), (54, -50), (66, -42), (72, -28), (70, -12), (80, -4), (94, 4), (100, 12), (92, 23), (78, 32), (66, 32),
    (58, 27.5), (52, 22.5), (44, 18.5), (34, 16), (27, 15), (20, 11), (10, 10)]
BORDERS: list[Points] = [
    [(-22, -9), (-8, -13.5), (2, -17), (12, -18), (24, -16), (30, -14), (44, -10), (56, -6), (60, -4.5), (66, -4)],
    [(57, 36), (55, 17), (57, 6), (62, -3), (72, -10), (84, -16)],
    [(30, -13), (34, -28), (31, -40), (34, -66)],
    [(1, -15), (5, -28), (3, -40), (6, -66)],
    [(20.5, 2.4), (26, 0.5), (32, 3), (34, 9), (32, 20)],
    [(18.6, 3), (18.4, -2), (17.5, -8)],
    [(4, 4), (5.5, -2), (11, -5.5), (17.5, -6), (23, -5), (27, -2), (27.3, 1.6)],
]
# code -> a point in the county, and where its seat stands
SEEDS: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "410203": ((29, 7), (25.0, 4.2)), "410204": ((13, -2), (16.0, 0.0)), "410205": ((22, -2), (20.6, -0.6)),
    "410212": ((44, 4), (33.0, -5.0)), "410221": ((52, -30), (54, -26)), "410222": ((18, -34), (18, -33)),
    "410223": ((-8, -36), (-7, -37)), "410225": ((76, 14), (76, 12)),
}
LONG_LINES: list[tuple[str, str, Points]] = [
    ("陇海铁路", "railway", [(20, 2.1), (24, 2.5), (40, 3.5), (60, 8), (76, 9), (104, 16)]),
    ("连霍高速", "expressway", [(23, 8.9), (28, 9.4), (45, 8.5), (62, 12), (80, 15), (104, 12)]),
    ("大广高速", "expressway", [(23.3, 5), (23.6, 0), (25, -10), (24, -25), (21, -40), (24, -60)]),
    ("惠济河路", "secondary", [(21.5, 3), (24, -4), (32, -9), (46, -15), (58, -22), (72, -33)]),
    ("贾鲁河路", "secondary", [(-16, -6), (-6, -16), (-2, -28), (2, -42), (-2, -62)]),
    ("涡河路", "secondary", [(8, -14), (14, -24), (20, -36), (30, -46), (36, -62)]),
    ("兰沁高速", "expressway", [(66, 36), (65, 20), (61, 4), (52, -12), (44, -28), (40, -62)]),
    ("开许路", "arterial", [(17, 1.5), (13, -8), (4, -24), (-6, -36), (-20, -50)]),
    ("开杞路", "arterial", [(22, 0), (34, -5), (46, -16), (56, -27), (70, -40)]),
]


# fmt: on


def counties(longting: shapely.Polygon) -> list[County]:
    """The eight counties around Longting, cut into their towns."""
    return [
        _county(code, ground, key) for key, (code, ground) in enumerate(sorted(grounds(longting).items()))
    ]


def grounds(longting: shapely.Polygon) -> dict[str, shapely.Polygon]:
    """Each other county's ground. Raises ValueError when the drawn borders leave a face without a county."""
    outline = shapely.Polygon(spline([*OUTLINE, OUTLINE[0]]))
    rest = shapely.difference(outline, longting)
    borders = [shapely.LineString(spline(points)) for points in BORDERS]
    noded = shapely.union_all([rest.boundary, *borders], grid_size=1e-7)
    faces = [
        f
        for f in shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
        if rest.contains(f.representative_point())
    ]
    found = {_county_at(face): face for face in sorted(faces, key=lambda f: f.area) if _county_at(face)}
    for face in faces:
        if not _county_at(face):
            _give(face, found)
    return found


def _county_at(face: shapely.Polygon) -> str:
    inside = [c for c, ((x, y), _) in SEEDS.items() if face.contains(shapely.Point(x * 1000.0, y * 1000.0))]
    return inside[0] if inside else ""


def _give(face: shapely.Polygon, found: dict[str, shapely.Polygon]) -> None:
    """A leftover between drawn lines goes to the county with the longest common border."""
    side = {
        code: shapely.length(shapely.intersection(g.boundary, face.boundary)) for code, g in found.items()
    }
    code = max(side, key=lambda c: side[c])
    found[code] = shapely.union_all([found[code], face], grid_size=1e-7)


def _county(code: str, ground: shapely.Polygon, key: int) -> County:
    x, y = SEEDS[code][1]
    reaches = towns.river_reaches(ground, [])
    return county(
        ground,
        (x * 1000.0, y * 1000.0),
        codes.under(code, "town"),
        codes.under(code, "village"),
        key + 100,
        reaches,
    )


def long_lines(longting: shapely.Polygon) -> list[Line]:
    """Railway, expressways and rivers outside Longting."""
    made = []
    for name, road_class, points in LONG_LINES:
        outside = shapely.difference(shapely.LineString(spline(points)), longting)
        made += [Line(name, road_class, shapely.get_coordinates(part)) for part in shapely.get_parts(outside)]
    return made
