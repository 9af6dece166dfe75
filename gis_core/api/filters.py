"""Query parameters of the area interface, read strictly: a wrong one is named, with what is allowed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.gis.geos import Polygon
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from gis_core.codes import TIERS
from gis_core.errors import WanggeError
from gis_core.models import CANONICAL_SRID, AreaQuerySet
from gis_core.selectors import areas

PAGE, PAGE_MAX = 100, 2000
ALLOWED = ("tier", "parent", "prefix", "bbox", "name", "q", "at", "geometry", "limit", "cursor", "lang")


def bad(parameter: str, value: object, allowed: str) -> WanggeError:
    """The error for one wrong parameter."""
    message = _("Parameter %(parameter)s: %(value)s is not allowed; %(allowed)s.")
    return WanggeError(
        message % {"parameter": parameter, "value": repr(value), "allowed": allowed},
        {"parameter": parameter, "allowed": allowed},
        code="invalid_parameter",
    )


def moment(value: str | None) -> datetime | None:
    """`at`: an ISO 8601 time, or a day, which means its end in local time; a time without zone is local."""
    if not value:
        return None
    try:
        day, exact = parse_date(value), parse_datetime(value.replace(" ", "+"))
        if day is not None and len(value) <= 10:
            exact = datetime.combine(day + timedelta(days=1), datetime.min.time())
    except (ValueError, OverflowError):  # no such day, or the last one that there is
        exact = None
    if exact is None:
        raise bad("at", value, _("a day (2026-11-23) or an ISO 8601 time"))
    return timezone.make_aware(exact) if timezone.is_naive(exact) else exact


def box(value: str) -> Polygon:
    """`bbox`: west,south,east,north in degrees."""
    try:
        west, south, east, north = (float(part) for part in value.split(","))
    except ValueError:
        raise bad("bbox", value, _("west,south,east,north in degrees")) from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise bad("bbox", value, _("west <= east within 180, south <= north within 90"))
    polygon = Polygon.from_bbox((west, south, east, north))
    polygon.srid = CANONICAL_SRID
    return polygon


def meeting(column: str, place: Polygon) -> dict[str, Polygon]:
    """Conditions for a geometry that meets the place: under a policy only that on boxes may use an index."""
    return {f"{column}__bboverlaps": place, f"{column}__intersects": place}


def small_box(value: str, widest: float) -> Polygon:
    """`bbox` of at most `widest` degrees each way, for what is not paged."""
    polygon = box(value)
    west, south, east, north = polygon.extent
    if max(east - west, north - south) > widest:
        raise bad("bbox", value, _("at most %(widest)s degrees wide and high") % {"widest": widest})
    return polygon


def number(parameters: Mapping[str, str], name: str, low: float, high: float) -> float:
    """A required number within bounds."""
    try:
        value = float(parameters[name])
    except (KeyError, ValueError):
        value = float("nan")
    if not low <= value <= high:
        raise bad(
            name, parameters.get(name), _("a number from %(low)s to %(high)s") % {"low": low, "high": high}
        )
    return value


@dataclass(frozen=True)
class AreaQuery:
    """One page of areas: what to select, from which code on, how many, with or without geometry."""

    queryset: AreaQuerySet
    cursor: str
    limit: int
    with_geometry: bool

    def page(self) -> AreaQuerySet:
        """One row more than the page, by which the next page is known to exist."""
        rows = self.queryset.order_by("code").filter(code__gt=self.cursor)
        return (rows.defer("geom_3857") if self.with_geometry else rows.defer("geom", "geom_3857"))[
            : self.limit + 1
        ]


def read(parameters: Mapping[str, str]) -> AreaQuery:
    """Turn the parameters of `/areas/` into a query. Raises WanggeError for any that is wrong or unknown."""
    for name in parameters:
        if name not in ALLOWED:
            raise bad(name, parameters[name], _("known are: ") + ", ".join(ALLOWED))
    tier, geometry = parameters.get("tier"), parameters.get("geometry", "full")
    if tier and tier not in TIERS:
        raise bad("tier", tier, ", ".join(TIERS))
    if geometry not in ("none", "full"):
        raise bad("geometry", geometry, "none, full")
    selected = areas(moment(parameters.get("at"))).filter(_condition(parameters))
    limit = int(number({"limit": str(PAGE), **dict(parameters.items())}, "limit", 1, PAGE_MAX))
    return AreaQuery(selected, parameters.get("cursor", ""), limit, geometry == "full")


def _condition(parameters: Mapping[str, str]) -> Q:
    fields = {
        "tier": "tier",
        "parent": "parent_code",
        "prefix": "code__startswith",
        "name": "name__icontains",
    }
    condition = Q(**{field: parameters[name] for name, field in fields.items() if parameters.get(name)})
    if parameters.get("bbox"):
        condition &= Q(geom__intersects=box(parameters["bbox"]))
    if parameters.get("q"):
        condition &= Q(name__icontains=parameters["q"]) | Q(code__startswith=parameters["q"])
    return condition
