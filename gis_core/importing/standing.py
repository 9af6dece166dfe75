"""What stands in the database already: parents, codes in use and retired, and who shares a boundary.

The only reads of an import; writing.py has the writes.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import shapely
from django.contrib.gis.geos import Polygon
from django.db.models import Q

from gis_core import codes
from gis_core.models import Area


@dataclass(frozen=True)
class Standing:
    """A live area: its polygon (MultiPolygon, EPSG:4490, canonical) and how many live children it has."""

    code: str
    geom: shapely.MultiPolygon
    children: int


def live(code: str) -> Standing | None:
    """The live area of this code, locked until the transaction ends; None when there is none."""
    area = Area.objects.live().select_for_update(of=("self",)).filter(code=code).first()
    if area is None:
        return None
    children = Area.objects.live().filter(parent_code=code).count()
    return Standing(code, shapely.from_wkb(bytes(area.geom.wkb)), children)


def existing(wanted: Iterable[str]) -> set[str]:
    """Those of these codes that are live."""
    return set(Area.objects.live().filter(code__in=list(wanted)).values_list("code", flat=True))


def retired(wanted: Iterable[str]) -> set[str]:
    """Those of these codes that were in use once and are not now."""
    ever = set(Area.objects.filter(code__in=list(wanted)).values_list("code", flat=True))
    return ever - existing(ever)


def used_below(parent_code: str, tier: str) -> set[str]:
    """Every code of `tier` that begins with the parent's, live or retired."""
    found = Area.objects.filter(tier=tier, code__startswith=parent_code)
    return set(found.values_list("code", flat=True))


def nearest_ancestor(code: str) -> str | None:
    """The live area of the finest tier whose code this one begins with."""
    prefixes = [code[: codes.length_of(tier)] for tier in codes.TIERS if codes.length_of(tier) < len(code)]
    found = Area.objects.live().filter(code__in=prefixes).values_list("code", flat=True)
    return max(found, key=len, default=None)


def at(point: shapely.Point, tier: str) -> str | None:
    """The live area of `tier` that holds a point (EPSG:4490); the lowest code on a border."""
    from django.contrib.gis.geos import Point

    place = Point(point.x, point.y, srid=4490)
    found = Area.objects.live().filter(tier=tier, geom__intersects=place)
    return found.order_by("code").values_list("code", flat=True).first()


def within(bounds: tuple[float, float, float, float]) -> list[tuple[int, str, shapely.MultiPolygon]]:
    """id, code and polygon of every live area whose box touches these bounds, coarse tiers too."""
    box = Polygon.from_bbox(bounds)
    box.srid = 4490
    rows = Area.objects.live().filter(Q(geom__bboverlaps=box)).order_by("code")
    return [
        (area.id, area.code, shapely.from_wkb(bytes(area.geom.wkb)))
        for area in rows.only("id", "code", "geom")
    ]
