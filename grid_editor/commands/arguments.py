"""Reading a command's JSON: each function names the field that is wrong and what is allowed there.

Geometry is GeoJSON in EPSG:4490 (lon, lat), or in the system that the body's `crs` names; what comes out is
4490, not yet rounded.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _

from gis_core import codes, crs, limits, tangles
from gis_core.errors import WanggeError

WORLD = shapely.box(-180, -90, 180, 90)


def wrong(field: str, allowed: str) -> WanggeError:
    """The error for one field."""
    return WanggeError(
        _("%(field)s: allowed is %(allowed)s.") % {"field": field, "allowed": allowed},
        {"field": field, "allowed": allowed},
        code="invalid",
    )


def code(given: Mapping[str, Any], field: str = "code") -> str:
    """A grid's code."""
    value = given.get(field)
    digits = codes.length_of("grid")
    if not isinstance(value, str) or not value.isascii() or not value.isdigit() or len(value) != digits:
        raise wrong(field, _("a grid's code of %(digits)s digits") % {"digits": digits})
    return value


def maybe_code(given: Mapping[str, Any], field: str) -> str | None:
    """A grid's code, or nothing."""
    return None if given.get(field) in (None, "") else code(given, field)


def code_list(given: Mapping[str, Any], field: str = "codes") -> tuple[str, ...]:
    """Two codes or more, each once."""
    values = given.get(field)
    if not isinstance(values, list) or len(values) < 2:
        raise wrong(field, _("a list of two or more grid codes"))
    return tuple(dict.fromkeys(code({field: value}, field) for value in values))


def text(given: Mapping[str, Any], field: str, longest: int = 120) -> str:
    """A short text, perhaps empty."""
    value = given.get(field, "")
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise wrong(field, _("a text of at most %(longest)s characters") % {"longest": longest})
    return value.strip()


def choice(given: Mapping[str, Any], field: str, allowed: tuple[str, ...], default: str | None = None) -> str:
    """One of the words."""
    value = given.get(field, default)
    if value not in allowed:
        raise wrong(field, ", ".join(allowed))
    return str(value)


def lines(given: Mapping[str, Any], field: str = "line") -> shapely.MultiLineString:
    """A LineString or MultiLineString."""
    geometry = _geometry(given, field, ("LineString", "MultiLineString"))
    return shapely.MultiLineString(list(shapely.get_parts(geometry)))


def polygon(given: Mapping[str, Any], field: str = "polygon") -> shapely.Geometry:
    """A valid Polygon or MultiPolygon."""
    geometry = _geometry(given, field, ("Polygon", "MultiPolygon"))
    rounded = crs.canonical(geometry)
    if not rounded.is_valid:
        reason = shapely.is_valid_reason(rounded)
        raise wrong(
            field, _("a polygon whose border does not cross itself (%(reason)s)") % {"reason": reason}
        )
    return geometry


def any_polygon(given: Mapping[str, Any], field: str = "geometry") -> shapely.Geometry:
    """A Polygon or MultiPolygon, valid or not."""
    return _geometry(given, field, ("Polygon", "MultiPolygon"))


def position(value: object, field: str, system: str = "4490") -> tuple[float, float]:
    """[lon, lat], canonical."""
    try:
        pair: list[float] = [float(v) for v in value]  # type: ignore[attr-defined]
        point = crs.canonical(crs.to_4490(shapely.Point(pair[0], pair[1]), system))
    except (TypeError, ValueError, IndexError, OverflowError):
        raise wrong(field, _("[longitude, latitude] in degrees")) from None
    if not WORLD.intersects(point):
        raise wrong(field, _("[longitude, latitude] in degrees"))
    return point.x, point.y


def maybe_place(given: Mapping[str, Any], field: str) -> tuple[float, float] | None:
    """A GeoJSON Point, or nothing."""
    if given.get(field) is None:
        return None
    point = _geometry(given, field, ("Point",))
    return position((point.x, point.y), field)


def system_of(given: Mapping[str, Any]) -> str:
    """The coordinate system of the body's geometry."""
    return str(given.get("crs") or "4490").lower().removeprefix("epsg:")


def _geometry(given: Mapping[str, Any], field: str, types: tuple[str, ...]) -> shapely.Geometry:
    value = given.get(field)
    if isinstance(value, Mapping) and value.get("type") == "Feature":
        value = value.get("geometry")
    _check_corners(value, field)
    try:
        geometry = shapely.force_2d(shapely.geometry.shape(value))
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError, shapely.errors.ShapelyError):
        raise wrong(field, _("GeoJSON of type %(types)s") % {"types": ", ".join(types)}) from None
    if tangles.is_tangled(geometry):
        raise wrong(field, _("a geometry that does not cross itself thousands of times"))
    if geometry.geom_type not in types or geometry.is_empty:
        raise wrong(field, _("GeoJSON of type %(types)s") % {"types": ", ".join(types)})
    placed = crs.to_4490(geometry, system_of(given)) if _is_finite(geometry) else geometry
    if not _is_finite(placed) or not WORLD.contains(placed):
        raise wrong(field, _("coordinates in degrees, longitude before latitude"))
    return placed


def _check_corners(value: object, field: str) -> None:
    """Every position is a list, so that lists are counted, before anything is made of them."""
    waiting, found = [value], 0
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, Mapping):
            waiting += [inner.get("coordinates"), inner.get("geometries")]
        elif isinstance(inner, list):
            found += 1
            waiting += [one for one in inner if isinstance(one, list | Mapping)]
            if found > limits.VERTICES:
                raise wrong(field, _("a geometry of at most %(most)d corners") % {"most": limits.VERTICES})


def _is_finite(geometry: shapely.Geometry) -> bool:
    return bool(np.isfinite(shapely.get_coordinates(geometry)).all())
