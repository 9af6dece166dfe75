"""Reads of the coverage that the interfaces share: one area and what is around it, at any moment."""

from datetime import datetime

from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import Point
from django.db import connection

from gis_core.codes import TIERS
from gis_core.models import Area, AreaQuerySet


def areas(at: datetime | None = None) -> AreaQuerySet:
    """The live areas, or those that held at a past moment."""
    return Area.objects.at(at) if at else Area.objects.live()


def code_at(lon: float, lat: float, tier: str | None, at: datetime | None = None) -> str | None:
    """The code of the area that holds a place (EPSG:4490): of `tier`, or of the finest tier that has one there."""
    wanted = [tier] if tier else list(reversed(TIERS))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT area_at(ST_SetSRID(ST_MakePoint(%s, %s), 4490), t, coalesce(%s, now()))"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS w(t, n) ORDER BY n",
            [lon, lat, at, wanted],
        )
        return next((code for (code,) in cursor.fetchall() if code), None)


def ancestors(area: Area, at: datetime | None = None) -> list[Area]:
    """Parents from the top down, without their geometry."""
    chain: list[Area] = []
    parent = area.parent_code
    while parent is not None:
        above = areas(at).defer("geom", "geom_3857").filter(code=parent).first()
        if above is None:
            break
        chain.insert(0, above)
        parent = above.parent_code
    return chain


def children(area: Area, at: datetime | None = None) -> AreaQuerySet:
    return areas(at).defer("geom", "geom_3857").filter(parent_code=area.code).order_by("code")


def neighbours(area: Area, at: datetime | None = None) -> AreaQuerySet:
    """Areas of the same tier with a stretch of border in common; a corner alone does not count."""
    return (
        areas(at)
        .filter(tier=area.tier, geom__relate=(area.geom, "****1****"))
        .exclude(code=area.code)
        .order_by("code")
    )


def roots() -> AreaQuerySet:
    """The top of the tree: usually one district."""
    return areas().filter(parent_code=None).order_by("code")


def extent(some: AreaQuerySet) -> list[float]:
    """West, south, east, north in EPSG:4490."""
    return list(some.aggregate(box=Extent("geom"))["box"])


def inner_point(area: Area) -> Point:
    """A point that surely lies inside, for a label or a flight of the map."""
    return area.geom.point_on_surface
