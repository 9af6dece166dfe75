"""Where is it? From coordinates in a stated system, an address, or a grid's code to a point in EPSG:4490.

How it was found and how exactly is kept with the incident, and so is what was given. Coordinates that cannot be meant
are refused with a guess; a place outside the district that can be meant is not: it goes to the queue.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.gis.db.models import Extent
from django.utils.translation import gettext as _

from gis_core import crs as systems
from gis_core.errors import WanggeError
from gis_core.models import Area
from incidents.metres import metres_between

ALLOWED = ("4490", "4326", "gcj02", "bd09", "4547")
PLANE = ("4547",)
FAR_METRES = 100_000.0
"""Farther than this from the district nobody reports from it."""

Box = tuple[float, float, float, float]


class Implausible(WanggeError):
    """These coordinates cannot be meant; `details.guess` is what could be."""

    code = "implausible_place"


@dataclass(frozen=True)
class Located:
    """A point in EPSG:4490, how it was found, how exactly (metres), and what was given."""

    point: shapely.Point
    located_by: str
    accuracy_m: float | None
    original: dict[str, Any]
    crs: str = "4490"
    address: str = ""


def by_coordinates(lon: float, lat: float, system: str, accuracy_m: float | None = None) -> Located:
    """`lon`, `lat` are x and y of the stated system; for EPSG:4547 easting and northing in metres.

    Raises UnknownCrs, Implausible.
    """
    name = system.lower().removeprefix("epsg:")
    if name not in ALLOWED:
        message = _("%(crs)s is no coordinate system for reports. Allowed: %(allowed)s.")
        words = {"crs": system[:40], "allowed": ", ".join(ALLOWED)}
        raise systems.UnknownCrs(message % words, {"crs": system[:40], "allowed": ALLOWED})
    box = district()
    point = _converted(lon, lat, name)
    if point is None or (box is not None and _metres_from(point, box) > FAR_METRES):
        raise _implausible(lon, lat, name, box)
    if box is not None and not _inside(point, box) and _inside(_converted(lat, lon, name), box):
        raise _implausible(lon, lat, name, box)
    original = {"lon": lon, "lat": lat, "crs": name}
    return Located(systems.canonical(point), "coordinates", accuracy_m, original, name)


def by_grid(code: str) -> Located:
    """Somewhere in a live grid: a point on its ground, exact to the grid's size. Raises WanggeError."""
    area = Area.objects.live().filter(code=code).first() if code.isdigit() and len(code) <= 20 else None
    if area is None or area.tier not in ("grid", "microgrid", "village"):
        message = _("There is no live grid %(code)s.") % {"code": code[:40]}
        raise WanggeError(message, {"code": code[:40]}, "unknown_grid")
    inside = area.geom.point_on_surface
    radius = math.sqrt(area.area_m2 / math.pi)
    return Located(
        systems.canonical(shapely.Point(inside.x, inside.y)), "grid", round(radius, 1), {"grid_code": code}
    )


def district() -> Box | None:
    """West, south, east, north of all there is; None on an empty database."""
    return Area.objects.live().filter(parent_code=None).aggregate(box=Extent("geom"))["box"]


def _converted(x: float, y: float, name: str) -> shapely.Point | None:
    """In EPSG:4490, or None where the numbers are no place of that system."""
    if not (math.isfinite(x) and math.isfinite(y)) or (x == 0 and y == 0):
        return None
    if name in PLANE:
        if not (100_000 <= x <= 900_000 and 0 <= y <= 6_500_000):
            return None
    elif not (-180 <= x <= 180 and -90 <= y <= 90):
        return None
    point = systems.to_4490(shapely.Point(x, y), name)
    return point if math.isfinite(point.x) and math.isfinite(point.y) else None


def _inside(point: shapely.Point | None, box: Box) -> bool:
    return point is not None and box[0] <= point.x <= box[2] and box[1] <= point.y <= box[3]


def _metres_from(point: shapely.Point, box: Box) -> float:
    nearest = (min(max(point.x, box[0]), box[2]), min(max(point.y, box[1]), box[3]))
    return metres_between((point.x, point.y), nearest)


def _guesses(x: float, y: float, name: str) -> Iterator[tuple[float, float, str]]:
    """What people send by mistake: swapped, of the plane, with the zone before the easting, in micro-degrees, signs."""
    yield y, x, name
    for other in (*PLANE, "4490"):
        yield x, y, other
        yield y, x, other
    for east, north in ((x, y), (y, x)):
        yield round(east % 1_000_000, 6), north, "4547"
    for scale in (1e5, 1e6, 1e7):
        yield x / scale, y / scale, "4490"
    yield abs(x), abs(y), "4490"


def _implausible(x: float, y: float, name: str, box: Box | None) -> Implausible:
    message = _("lon=%(lon)s, lat=%(lat)s in %(crs)s is no place in or near the district.")
    text = message % {"lon": x, "lat": y, "crs": name}
    for lon, lat, system in _guesses(x, y, name) if box is not None and math.isfinite(x + y) else ():
        assert box is not None
        if (lon, lat, system) != (x, y, name) and _inside(_converted(lon, lat, system), box):
            guess = {"lon": lon, "lat": lat, "crs": system}
            asked = _("Did you mean lon=%(lon)s, lat=%(lat)s, crs=%(crs)s?") % guess
            return Implausible(f"{text} {asked}", {"guess": guess})
    return Implausible(text, {"guess": None})
