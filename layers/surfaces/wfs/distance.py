"""DWithin and Beyond in metres on the ground. The library asks PostGIS in the units of the column: degrees.

Measured on the ellipsoid; for DWithin the spatial index first leaves what is in a box that is surely large enough.
"""

from decimal import Decimal
from math import cos, isfinite, radians
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db.models import BooleanField, F, Func, Q, Value
from gisserver.exceptions import ExternalValueError
from gisserver.parsers.fes20.operators import DistanceOperator, DistanceOperatorName, Measure

from gis_core.crs import STORED

METRES = {"m": 1.0, "km": 1000.0, "ft": 0.3048, "mi": 1609.344, "nmi": 1852.0, "cm": 0.01}
NAMES = {"metre": "m", "meter": "m", "metres": "m", "meters": "m", "kilometre": "km", "kilometer": "km"} | {
    "9001": "m",  # EPSG's number, at the end of a urn or an address
    "9036": "km",
    "feet": "ft",
    "foot": "ft",
    "mile": "mi",
    "miles": "mi",
    "nm": "nmi",
    "[mi_i]": "mi",
    "[nmi_i]": "nmi",
    "[ft_i]": "ft",
}
LEAST_DEGREE_M = 110_500.0
"""A degree of latitude is nowhere shorter."""
WHOLE_EARTH_M = 20_100_000


def build_query(operator: DistanceOperator, compiler: Any) -> Q:
    """The condition of a DWithin or Beyond element; takes the place of the library's method."""
    operator.validate_comparison(compiler, operator.valueReference, "dwithin", operator.geometry)
    field = operator.valueReference.build_lhs(compiler)
    there = operator.geometry.build_rhs(compiler)
    there = there if there.srid == STORED else there.transform(STORED, clone=True)
    metres = in_metres(operator.distance)
    near = Q(
        Func(
            _on_the_ground(F(field)),
            _on_the_ground(Value(there, output_field=GeometryField(srid=STORED))),
            Value(metres),
            function="ST_DWithin",
            output_field=BooleanField(),
        )
    )
    if operator.operatorType is DistanceOperatorName.Beyond:
        condition = ~near
    else:
        condition = Q(**{f"{field}__bboverlaps": _box(there, metres)}) & near
    return compiler.apply_extra_lookups(condition)


def in_metres(distance: Measure) -> float:
    """Raises ExternalValueError for a unit that is none of length, or no sensible number."""
    name = distance.uom.strip().replace("/", ":").rpartition(":")[2].lower()
    factor = METRES.get(NAMES.get(name, name))
    if factor is None:
        raise ExternalValueError(
            f"Unit '{distance.uom[:40]}' is not known, allowed are: {', '.join(METRES)}."
        )
    metres = float(Decimal(distance.value)) * factor
    if not isfinite(metres) or not 0 <= metres <= WHOLE_EARTH_M:
        raise ExternalValueError(f"A distance is between 0 and {WHOLE_EARTH_M} m.")
    return metres


def _on_the_ground(geometry: Any) -> Func:
    return Func(geometry, template="(%(expressions)s)::geography", output_field=GeometryField(geography=True))


def _box(there: GEOSGeometry, metres: float) -> Polygon:
    west, south, east, north = there.extent
    up = metres / LEAST_DEGREE_M
    narrowest = cos(radians(min(max(abs(south - up), abs(north + up)), 89.0)))
    aside = up / narrowest
    box = Polygon.from_bbox((west - aside, max(south - up, -90), east + aside, min(north + up, 90)))
    box.srid = STORED
    return box
