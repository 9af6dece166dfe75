"""四至: what an area reaches to in the east, south, west and north, in words.

Each stretch of the outer boundary looks to one side; the side's limit is the named street or water that runs
along most of it, else the neighbour that takes most of it. Lines come from providers that other apps
register, because this app knows no streets.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians

import shapely
from django.utils.translation import gettext as _

SIDES = ("east", "south", "west", "north")
ALONG_METRES = 12.0  # a street's centre line this near to the border counts as the border
METRES_PER_DEGREE = 111_320.0

NamedLines = Iterable[tuple[str, shapely.Geometry]]
providers: list[Callable[[shapely.Geometry], NamedLines]] = []


@dataclass(frozen=True)
class FourBounds:
    """The limit on each side; None where nothing with a name lies there."""

    east: str | None
    south: str | None
    west: str | None
    north: str | None

    def text(self) -> str:
        """One sentence, as it stands on a posted notice."""
        beyond = _("the district border")
        return _("East to %(east)s, south to %(south)s, west to %(west)s, north to %(north)s.") % {
            side: getattr(self, side) or beyond for side in SIDES
        }


def describe(area: shapely.Geometry, neighbours: NamedLines) -> FourBounds:
    """Name the four limits of an area (EPSG:4490); `neighbours` are (name, polygon) around it."""
    near = list(neighbours)
    lines = [line for provider in providers for line in provider(area)]
    found = {side: _limit(edge, lines, near) for side, edge in _sides(area).items()}
    return FourBounds(**{side: found.get(side) for side in SIDES})


def _sides(area: shapely.Geometry) -> dict[str, shapely.Geometry]:
    """The outer boundary, its segments gathered by the side that their outward normal looks to."""
    stretch = cos(radians(shapely.centroid(area).y))
    gathered: dict[str, list[shapely.Geometry]] = {}
    for part in shapely.get_parts(shapely.orient_polygons(area)):
        corners = shapely.get_coordinates(part.exterior)
        for start, end in pairwise(corners):
            east, north = end[1] - start[1], -(end[0] - start[0]) * stretch
            gathered.setdefault(_facing(east, north), []).append(shapely.LineString([start, end]))
    return {side: shapely.union_all(segments) for side, segments in gathered.items()}


def _facing(east: float, north: float) -> str:
    """The side that an outward normal with these components looks to."""
    if abs(east) > abs(north):
        return "east" if east > 0 else "west"
    return "north" if north > 0 else "south"


def _limit(edge: shapely.Geometry, lines: NamedLines, near: NamedLines) -> str | None:
    """The name that most of this edge runs along: a line if one has at least a third of it, else a neighbour."""
    width = ALONG_METRES / METRES_PER_DEGREE
    street = _longest(edge, ((name, shapely.buffer(line, width, quad_segs=2)) for name, line in lines))
    if street and street[1] >= edge.length / 3:
        return street[0]
    other = _longest(edge, ((name, shapely.buffer(area, 1e-9)) for name, area in near))
    return other[0] if other else None


def _longest(edge: shapely.Geometry, zones: NamedLines) -> tuple[str, float] | None:
    """The name whose zones hold the greatest length of the edge, with that length in degrees."""
    total: dict[str, float] = {}
    for name, zone in zones:
        held = shapely.intersection(edge, zone).length
        if name and held > 0:
            total[name] = total.get(name, 0.0) + held
    return max(total.items(), key=lambda item: (item[1], item[0])) if total else None
