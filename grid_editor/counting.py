"""What lives in a plan's grids: buildings, households, residents by place, kept until the geometry changes."""

from django.conf import settings
from django.db import connection

from gis_core import codes
from grid_editor.models import Plan

COMMITTEES = range(200, 400)
"""Sequence numbers of villages with a village committee (村委会, domain 1.1): in the country."""

COUNT = """
UPDATE grid_editor_plangrid g
SET households = c.households, residents = c.residents, buildings = c.buildings
FROM (SELECT own.id, coalesce(sum(b.households), 0) AS households, coalesce(sum(b.residents), 0) AS residents,
             count(b.id) AS buildings
      FROM grid_editor_plangrid own
      LEFT JOIN layers_building b ON b.geom && own.geom AND ST_Covers(own.geom, ST_PointOnSurface(b.geom))
      WHERE own.plan_id = %s AND own.households IS NULL GROUP BY own.id) c
WHERE g.id = c.id
"""
"""A building belongs to the grid that holds its inner point."""


IN_BOX = """
SELECT ST_X(p), ST_Y(p), households, residents
FROM (SELECT ST_PointOnSurface(geom) AS p, coalesce(households, 0) AS households, coalesce(residents, 0) AS residents
      FROM layers_building WHERE geom && ST_MakeEnvelope(%s, %s, %s, %s, 4490)) b
WHERE ST_X(p) >= %s AND ST_Y(p) >= %s AND ST_X(p) < %s AND ST_Y(p) < %s
"""
"""Half open, so that boxes side by side hold each building once."""


def buildings_in(box: tuple[float, float, float, float]) -> list[float]:
    """lon, lat, households, residents of every building whose inner point lies in the box, one after the other."""
    with connection.cursor() as cursor:
        cursor.execute(IN_BOX, [*box, *box])
        return [value for row in cursor.fetchall() for value in row]


def count_missing(plan: Plan) -> None:
    """Count the grids whose geometry changed since they were last counted."""
    if plan.grids.filter(households=None).exists():
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [plan.pk])


def is_rural(village: str) -> bool:
    """Whether a village is one with a village committee, by its code; such a village is one grid (domain 1.3)."""
    number = village[codes.length_of("town") : codes.length_of("village")]
    return len(number) == 3 and int(number) in COMMITTEES


def band_of(village: str) -> tuple[int, int] | None:
    """Fewest and most households of a general grid there; None where the settings set no band (the country)."""
    band = settings.RURAL_HOUSEHOLDS if is_rural(village) else settings.GRID_HOUSEHOLDS
    return None if band is None else (band[0], band[1])


def load_of(households: int | None, kind: str, village: str = "") -> str | None:
    """`under`, `within` or `over` the band of the village; None for special grids, which have none, and where
    there is no band."""
    band = band_of(village)
    if households is None or kind == "special" or band is None:
        return None
    return "under" if households < band[0] else "over" if households > band[1] else "within"
