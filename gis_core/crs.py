"""Coordinates: canonical ordinates, the offset systems of Chinese map services, and planes in metres.

Everything is stored in EPSG:4490 (CGCS2000), x = lon, y = lat. Import, incident intake and the REST surface
come through `to_4490`; nothing here knows what the coordinates are of.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from gis_core.errors import WanggeError

STORED = 4490
UNIT = 1e-8
"""The last decimal place kept, in degrees: about 1 mm."""

EIGHT_PLACES = Decimal("1e-8")

Floats = NDArray[np.float64]

GCJ_A = 6378245.0
GCJ_EE = 0.00669342162296594323
CHINA_BOX = (72.004, 0.8293, 137.8347, 55.8271)
"""Where the public GCJ-02 formula offsets anything: west, south, east, north in degrees."""
BD_PI = np.pi * 3000.0 / 180.0
ITERATIONS = 6
"""Fixed-point steps of the inverses: five reach 1e-8 m (measured), the one more costs nothing."""
EARTH_RADIUS = 6371008.8


class UnknownCrs(WanggeError):
    """A coordinate system that we cannot read; the message says what is allowed."""

    code = "unknown_crs"


def canonical(value: Any) -> Any:
    """Round every ordinate to the double nearest to a decimal with 8 places.

    `value` is a shapely geometry, an array of them, or an array of floats; the same kind comes back, x and y
    only. Bit-equal with SQL's canonical(). Rings may collapse or self-touch: check validity afterwards.
    """
    array = np.asarray(value)
    if array.dtype != object:
        return _rounded(array.astype(np.float64))
    return shapely.transform(value, _rounded)


def _rounded(values: Floats) -> Floats:
    scaled = values * 1e8
    whole = np.rint(scaled)
    # Near a tie the product has lost the digit that decides. There the shortest decimal is rounded, half to even,
    # as PostGIS does (measured on 4,000 ties): data with 9 places has a tie in every tenth ordinate.
    ties = np.abs(np.abs(scaled - whole) - 0.5) < 1e-4
    rounded = whole / 1e8 + 0.0
    if ties.any():
        rounded[ties] = [_rounded_decimal(float(v)) for v in values[ties]]
    return np.asarray(rounded, dtype=np.float64)


def _rounded_decimal(value: float) -> float:
    return float(Decimal(repr(value)).quantize(EIGHT_PLACES, ROUND_HALF_EVEN)) + 0.0


def wgs84_to_gcj02(points: Floats) -> Floats:
    """(n, 2) lon/lat in degrees to GCJ-02, the same shape; outside the China box nothing changes.

    The public formula (github.com/wandergis/coordtransform, googollee/eviltransform), not an official one.
    """
    lon, lat = points[:, 0], points[:, 1]
    x, y = lon - 105.0, lat - 35.0
    phi = np.radians(lat)
    magic = 1 - GCJ_EE * np.sin(phi) ** 2
    north = _gcj_north(x, y) * 180.0 / (GCJ_A * (1 - GCJ_EE) / (magic * np.sqrt(magic)) * np.pi)
    east = _gcj_east(x, y) * 180.0 / (GCJ_A / np.sqrt(magic) * np.cos(phi) * np.pi)
    return np.where(_in_china(points)[:, None], points + np.column_stack([east, north]), points)


def _gcj_waves(x: Floats) -> Floats:
    return np.asarray((20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0)


def _gcj_north(x: Floats, y: Floats) -> Floats:
    flat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    slow = (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    slower = (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    return np.asarray(flat + _gcj_waves(x) + slow + slower)


def _gcj_east(x: Floats, y: Floats) -> Floats:
    flat = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    slow = (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    slower = (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    return np.asarray(flat + _gcj_waves(x) + slow + slower)


def _in_china(points: Floats) -> NDArray[np.bool_]:
    west, south, east, north = CHINA_BOX
    lon, lat = points[:, 0], points[:, 1]
    return np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))


def gcj02_to_bd09(points: Floats) -> Floats:
    """(n, 2) GCJ-02 degrees to BD-09, the same shape; outside the China box nothing changes."""
    lon, lat = points[:, 0], points[:, 1]
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BD_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BD_PI)
    moved = np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])
    return np.where(_in_china(points)[:, None], moved, points)


def wgs84_to_bd09(points: Floats) -> Floats:
    """(n, 2) WGS84 degrees to BD-09."""
    return gcj02_to_bd09(wgs84_to_gcj02(points))


def _inverse(forward: Callable[[Floats], Floats], points: Floats) -> Floats:
    """Solve forward(x) = points by fixed-point iteration; forward is near the identity."""
    found = points
    for _step in range(ITERATIONS):
        found = found - (forward(found) - points)
    return found


def gcj02_to_wgs84(points: Floats) -> Floats:
    """(n, 2) GCJ-02 degrees to WGS84; there and back differs by less than a micrometre."""
    return _inverse(wgs84_to_gcj02, points)


def bd09_to_wgs84(points: Floats) -> Floats:
    """(n, 2) BD-09 degrees to WGS84; there and back differs by less than a micrometre."""
    return _inverse(wgs84_to_bd09, points)


OFFSET_SYSTEMS: dict[str, Callable[[Floats], Floats]] = {"gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84}


@lru_cache(maxsize=64)
def named(crs: str | int) -> pyproj.CRS:
    """The pyproj CRS for '4547', 'EPSG:4547', 4547 or a WKT. Raises UnknownCrs."""
    text = str(crs)
    try:
        return pyproj.CRS.from_user_input(int(text) if text.isascii() and text.isdigit() else text)
    except (
        pyproj.exceptions.CRSError,
        ValueError,
    ) as error:  # of more digits than Python reads, of no Unicode
        raise _unknown(text) from error


def _unknown(text: str) -> UnknownCrs:
    return UnknownCrs(
        _("%(crs)s is no coordinate system known here. Allowed: an EPSG code (EPSG:4547), gcj02, bd09.")
        % {"crs": text[:60]},
        {"crs": text[:60]},
    )


def to_4490(geoms: Any, crs: str | int) -> Any:
    """Shapely geometries (one or an array) from `crs` to EPSG:4490, x = lon, y = lat, not yet rounded.

    `crs`: an EPSG code, a WKT, 'gcj02' or 'bd09'. WGS84 and CGCS2000 differ by less than a phone can tell and
    are taken as one. Raises UnknownCrs.
    """
    offset = OFFSET_SYSTEMS.get(str(crs).lower())
    if offset is not None:
        return shapely.transform(geoms, offset)
    source = named(crs)
    if _is_lon_lat_of_wgs84(source):
        return geoms
    try:
        project = _projector(source.to_wkt(), f"EPSG:{STORED}")
    except (
        pyproj.exceptions.ProjError
    ) as error:  # of another planet, or of a building site: no way leads to ours
        raise _unknown(str(crs)) from error
    return shapely.transform(geoms, project)


@lru_cache(maxsize=64)
def _is_lon_lat_of_wgs84(source: pyproj.CRS) -> bool:
    return any(source.equals(pyproj.CRS(same), ignore_axis_order=True) for same in ("EPSG:4490", "EPSG:4326"))


@lru_cache(maxsize=64)
def _projector(source: str, target: str) -> Callable[[Floats], Floats]:
    transformer = pyproj.Transformer.from_crs(source, target, always_xy=True)

    def project(points: Floats) -> Floats:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return project


def unit_in(crs: str | int) -> float:
    """What one unit of the 8th decimal is in the units of `crs`: 1e-8 in degrees, about 1.1 mm in metres."""
    if str(crs).lower() in OFFSET_SYSTEMS or named(crs).is_geographic:
        return UNIT
    metres = named(crs).axis_info[0].unit_conversion_factor or 1.0
    return float(np.radians(UNIT) * EARTH_RADIUS / metres)


def metric_crs(bounds: tuple[float, float, float, float]) -> pyproj.CRS:
    """A projected CRS in metres for west, south, east, north in degrees.

    In China the 3-degree Gauss-Krueger zone of CGCS2000 (EPSG:4534 for 75E to EPSG:4554 for 135E, no zone in
    the easting); elsewhere the UTM zone; for what is wider than a zone, an equal-area plane of its own.
    """
    west, south, east, north = bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    if east - west > 6 or abs(lat) > 80:
        return pyproj.CRS(f"+proj=laea +lat_0={lat} +lon_0={lon} +units=m +ellps=GRS80 +type=crs")
    if _in_china(np.array([[lon, lat]]))[0]:
        zone = min(max(round(lon / 3), 25), 45)
        return pyproj.CRS.from_epsg(4534 + zone - 25)
    return pyproj.CRS.from_epsg((32600 if lat >= 0 else 32700) + int((lon + 180) // 6) % 60 + 1)


def to_metres(geoms: Any, metric: pyproj.CRS) -> Any:
    """Geometries in EPSG:4490 to a plane of `metric_crs`."""
    return shapely.transform(geoms, _projector(f"EPSG:{STORED}", metric.to_wkt()))


@dataclass(frozen=True)
class Plane:
    """Metres by scaling degrees about one latitude.

    Moving points within this plane keeps a line straight that is straight in degrees, so a vertex put on a
    neighbour's line stays on it; in a projected CRS it leaves a 1 km line by centimetres. Lengths are right
    to half a percent over a degree of latitude, which is enough for tolerances; for areas use metric_crs.
    """

    latitude: float

    @property
    def _scale(self) -> Floats:
        degree = np.radians(1.0) * EARTH_RADIUS
        return np.array([degree * np.cos(np.radians(self.latitude)), degree])

    def metres(self, geoms: Any) -> Any:
        """Geometries in degrees to metres."""
        scale = self._scale
        return shapely.transform(geoms, lambda points: points * scale)

    def degrees(self, geoms: Any) -> Any:
        """Back again, not yet rounded."""
        scale = self._scale
        return shapely.transform(geoms, lambda points: points / scale)
