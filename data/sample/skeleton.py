"""The hand-drawn bones of the sample city, in plan kilometres from 114.13 E, 34.76 N.

Longting's outline, its town borders, the old town's wall, main roads, railway, lakes and the Yellow River are
drawn here; everything finer grows by cutting. The shapes are invented, their places roughly right.
"""

from dataclasses import dataclass, field

import numpy as np
import shapely

from data.sample.frame import Floats, spline

Points = list[tuple[float, float]]

# fmt: off
OUTLINE: Points = [
    (0.9, 4.4), (1.6, 3.1), (3.6, 2.3), (6.0, 2.0), (8.5, 1.7), (13.0, 1.3), (17.0, 0.9), (20.2, 1.2), (21.8, 2.3),
    (22.6, 4.0), (24.0, 5.2), (25.7, 7.0), (26.3, 10.3), (25.4, 13.9), (22.0, 15.5), (18.0, 15.9), (13.5, 15.3),
    (9.0, 16.0), (5.6, 15.9), (4.1, 14.9), (3.7, 12.0), (2.3, 9.5), (0.8, 7.2)]
RIVER_SOUTH_BANK: Points = [
    (-42, 12.5), (-20, 15.5), (-1, 14.7), (4, 13.7), (8, 14.3), (12, 13.6), (16, 14.4), (20, 13.9), (24, 12.9),
    (30, 13.0), (38, 15.0), (48, 17.5), (56, 23.0), (62, 28.5), (72, 32.0)]
WALL_CENTRE, WALL_RADII = (18.9, 4.2), (1.42, 1.30)
WALL_GATES: dict[str, Points] = {
    "中山路": [(18.86, 0.2), (18.9, 2.9), (18.93, 4.2), (18.86, 5.4), (18.95, 8.7)],
    "西大街": [(16.33, 4.45), (17.5, 4.38), (18.95, 4.25)],
    "东大街": [(18.9, 4.25), (20.3, 4.18), (21.7, 4.5), (23.9, 4.3)],
}


# fmt: on


@dataclass(frozen=True)
class Line:
    """A drawn line: a street of a class, or a border without a street (class "")."""

    name: str
    road_class: str
    points: Floats  # (n, 2) plan metres

    @property
    def geometry(self) -> shapely.LineString:
        return shapely.LineString(self.points)


@dataclass(frozen=True)
class Lake:
    """Standing water cut out of the land, so that grid borders run along its shore."""

    name: str
    kind: str
    polygon: shapely.Polygon


@dataclass(frozen=True)
class Bones:
    """What is fixed by hand in a district: its outline, town seeds, dividing lines and water."""

    outline: shapely.Polygon
    town_lines: list[Line] = field(default_factory=list)
    barriers: list[Line] = field(default_factory=list)
    town_seeds: list[tuple[str, str, float, float]] = field(default_factory=list)
    lakes: list[Lake] = field(default_factory=list)


# fmt: off
TOWN_LINES: list[tuple[str, str, Points]] = [
    ("连霍高速", "expressway", [(-1, 8.2), (5, 8.1), (10, 8.5), (15, 8.2), (19, 8.6), (23, 8.9), (28, 9.4)]),
    ("郑开大道", "arterial", [(-1, 5.3), (3, 5.0), (6.7, 4.95)]),
    ("十三大街", "arterial", [(6.2, 0.5), (6.45, 4.0), (6.2, 6.5), (6.15, 8.4)]),
    ("七大街", "arterial", [(9.45, 0.5), (9.6, 3.0), (9.75, 5.5), (9.6, 8.7)]),
    ("三大街", "arterial", [(12.3, 0.5), (12.2, 3.5), (12.35, 6.0), (12.25, 8.6)]),
    ("金明大道", "expressway", [(15.1, 0.2), (15.25, 3.0), (15.3, 6.0), (15.15, 8.6)]),
    ("东京大道", "arterial", [(15.1, 6.05), (17.0, 6.1), (18.9, 5.95), (21.0, 6.0)]),
    ("内环东路", "arterial", [(20.85, 6.2), (20.95, 4.3), (20.7, 2.4), (20.5, 0.6)]),
    ("公园路", "secondary", [(22.1, 9.3), (21.95, 7.0), (22.1, 5.0), (21.8, 3.0), (21.9, 1.5)]),
    ("北环路", "arterial", [(20.9, 5.8), (20.8, 7.3), (20.95, 9.1)]),
    ("花生庄路", "secondary", [(4.9, 5.3), (5.0, 4.2), (4.8, 3.0), (4.95, 1.2)]),
    ("开柳路", "secondary", [(13.3, 8.0), (13.9, 10.3), (13.4, 12.6), (13.8, 16.6)]),
    ("连堤路", "secondary", [(13.6, 10.5), (16.5, 10.9), (19.5, 10.6), (23.0, 11.3), (27.5, 11.0)]),
]
BARRIERS: list[tuple[str, str, Points]] = [
    ("陇海铁路", "railway", [(-1, 4.1), (4, 3.35), (8, 2.95), (13, 2.45), (17, 2.05), (20, 2.1), (24, 2.5)]),
    ("郑开大道", "arterial", [(6.2, 4.95), (9.0, 4.75), (12.3, 4.85), (15.2, 4.55), (16.4, 4.45)]),
    ("东京大道", "arterial", [(6.0, 6.6), (9.6, 6.45), (12.3, 6.3), (15.3, 6.05)]),
    ("汉兴路", "arterial", [(12.2, 3.75), (13.8, 3.7), (15.2, 3.4), (16.5, 3.35), (17.7, 3.3)]),
    ("滨河路", "secondary", [(16.5, 8.8), (16.2, 7.4), (16.55, 6.0), (16.3, 4.4), (16.6, 2.8), (16.3, 0.5)]),
    ("夷山大街", "secondary", [(13.7, 8.6), (13.85, 6.2), (13.7, 4.2), (13.85, 2.2), (13.6, 0.8)]),
    ("黄河大堤", "secondary", [(2.5, 12.4), (6, 12.0), (9.5, 12.5), (13.5, 12.2), (17, 12.6), (21, 12.2), (27, 11.8)]),
    ("大广高速", "expressway", [(23.2, 1.5), (23.3, 5.0), (22.9, 8.0), (23.3, 10.5), (22.8, 13.2), (23.2, 16.5)]),
    ("复兴大道", "arterial", [(8.0, 8.8), (7.7, 6.6), (8.0, 4.8), (7.8, 2.8), (7.9, 1.0)]),
]
TOWN_SEEDS: list[tuple[str, str, float, float]] = [  # town and zone of every face of the town lines
    ("410202002", "old", 18.2, 5.3), ("410202005", "old", 19.4, 4.6), ("410202003", "old", 18.1, 4.0),
    ("410202001", "old", 19.5, 4.0), ("410202006", "inner", 16.8, 2.8), ("410202007", "inner", 17.5, 7.2),
    ("410202008", "new", 14.6, 5.9), ("410202009", "new", 11.0, 5.6), ("410202010", "new", 8.6, 5.2),
    ("410202100", "rural", 2.5, 4.0), ("410202100", "new", 5.6, 4.2), ("410202400", "rural", 4.2, 6.2),
    ("410202204", "rural", 8.0, 12.0), ("410202202", "rural", 18.0, 12.2), ("410202201", "rural", 23.5, 7.5),
    ("410202201", "rural", 19.5, 9.5), ("410202201", "inner", 20.7, 5.2), ("410202201", "inner", 21.3, 7.5),
    ("410202201", "inner", 21.3, 5.2), ("410202201", "inner", 21.3, 3.2), ("410202201", "inner", 22.07, 3.38),
    ("410202201", "inner", 19.6, 2.4), ("410202201", "inner", 19.9, 7.3),
]
# name, kind, centre, radii, turn in radians; all in kilometres
LAKES: list[tuple[str, str, float, float, float, float, float]] = [
    ("杨家湖", "lake", 18.24, 4.90, 0.25, 0.27, 0.1), ("潘家湖", "lake", 18.66, 4.98, 0.12, 0.29, 0.0),
    ("铁塔湖", "lake", 19.72, 4.95, 0.25, 0.16, 0.5), ("包公湖", "lake", 18.33, 3.55, 0.29, 0.18, -0.3),
    ("阳光湖", "lake", 19.55, 3.45, 0.19, 0.13, 0.4), ("汴西湖", "lake", 10.75, 3.95, 0.66, 0.60, 0.2),
    ("金明池", "lake", 14.55, 5.35, 0.33, 0.25, 0.1), ("北湖", "lake", 12.98, 7.15, 0.38, 0.46, 0.2),
    ("海马湖", "lake", 8.75, 5.75, 0.36, 0.23, 0.3), ("西北湖", "lake", 15.9, 5.3, 0.22, 0.36, 0.0),
    ("黑池水库", "lake", 9.0, 10.7, 1.15, 0.55, -0.15), ("柳池水库", "lake", 16.9, 9.7, 0.75, 0.36, 0.2),
    ("运粮湖", "lake", 3.3, 6.8, 0.55, 0.3, 0.6), ("清水湖", "lake", 23.0, 7.25, 0.42, 0.28, 0.5),
]


# fmt: on


def wall() -> shapely.Polygon:
    """The old town's wall: a rounded, slightly irregular rectangle, as a polygon in plan metres."""
    t = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    corner = 2 / 6.5  # superellipse exponent 6.5: nearly square, rounded corners
    x = np.sign(np.cos(t)) * np.abs(np.cos(t)) ** corner * (1 + 0.025 * np.sin(3 * t + 1))
    y = (
        np.sign(np.sin(t))
        * np.abs(np.sin(t)) ** corner
        * (1 + 0.03 * np.sin(2 * t + 0.5) + 0.012 * np.cos(5 * t))
    )
    points = np.column_stack([x, y]) * WALL_RADII + WALL_CENTRE
    return shapely.Polygon(points * 1000.0)


def blob(x: float, y: float, rx: float, ry: float, turn: float, key: int) -> shapely.Polygon:
    """A lake-like outline; centre and radii in kilometres, `key` varies the shape."""
    rng = np.random.default_rng([key, 7])
    t = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    radius = 1 + sum(
        rng.uniform(0.02, 0.16) / k**0.5 * np.sin(k * t + rng.uniform(0, 6.3)) for k in (2, 3, 4, 5)
    )
    u, v = rx * radius * np.cos(t), ry * radius * np.sin(t)
    c, s = np.cos(turn), np.sin(turn)
    return shapely.Polygon(np.column_stack([x + u * c - v * s, y + u * s + v * c]) * 1000.0)


def river() -> shapely.Polygon:
    """The Yellow River: everything north of its south bank, some 3 km wide."""
    bank = spline(RIVER_SOUTH_BANK)
    return shapely.Polygon(np.vstack([bank, np.add(bank[::-1], (0.0, 3400.0))]))


def longting() -> Bones:
    """The bones of Longting district."""
    ring = wall()
    gates = [Line(name, "arterial", spline(points)) for name, points in WALL_GATES.items()]
    wall_line = Line("环城路", "secondary", shapely.get_coordinates(ring.exterior))
    lakes = [
        Lake(name, kind, blob(x, y, rx, ry, turn, key))
        for key, (name, kind, x, y, rx, ry, turn) in enumerate(LAKES)
    ]
    return Bones(
        shapely.Polygon(spline([*OUTLINE, OUTLINE[0]])),
        [*(Line(n, c, spline(p)) for n, c, p in TOWN_LINES), *gates, wall_line],
        [Line(n, c, spline(p)) for n, c, p in BARRIERS],
        [(code, zone, x * 1000.0, y * 1000.0) for code, zone, x, y in TOWN_SEEDS],
        lakes,
    )
