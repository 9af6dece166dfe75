"""Put a settled coverage into the database: the parent where it is new, the children, and noding around.

Runs inside the caller's transaction. The database judges everything again (sql/040_guard.sql).
"""

from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import IntegrityError, connection
from django.utils.translation import gettext as _

from gis_core.importing import noding, standing
from gis_core.importing.noding import Splices
from gis_core.importing.options import refuse
from gis_core.models import CANONICAL_SRID, Area

BATCH = 500
NODE = """
UPDATE gis_core_area a SET geom = ST_GeomFromWKB(n.wkb, 4490)
FROM unnest(%s::bigint[], %s::bytea[]) AS n(id, wkb) WHERE a.id = n.id
"""
"""In one statement: the triggers that are called once for each take longer than the rows."""


@dataclass(frozen=True)
class NewArea:
    """A row for gis_core_area; `geom` a canonical MultiPolygon in EPSG:4490."""

    code: str
    tier: str
    parent_code: str | None
    name: str
    geom: shapely.MultiPolygon
    attributes: dict[str, Any]


def insert(areas: list[NewArea]) -> None:
    """Write new live areas."""
    rows = [
        Area(
            code=area.code,
            tier=area.tier,
            parent_code=area.parent_code,
            name=area.name,
            geom=_stored(area.geom),
            attributes=area.attributes,
        )
        for area in areas
    ]
    try:
        Area.objects.bulk_create(rows, batch_size=BATCH)
    except IntegrityError as error:
        raise refuse(_("The database refuses the areas: %s") % _reason(error)) from error


def _stored(geom: shapely.Geometry) -> MultiPolygon:
    whole = geom if geom.geom_type == "MultiPolygon" else shapely.MultiPolygon([geom])
    stored = GEOSGeometry(memoryview(shapely.to_wkb(whole, byte_order=1)), srid=CANONICAL_SRID)
    if not isinstance(stored, MultiPolygon):
        raise TypeError(f"{stored.geom_type} where a MultiPolygon belongs")
    return stored


def node_live(table: Splices) -> list[str]:
    """Put the vertices of the table into every live area, of any tier, that has these segments.

    Returns the codes. Neither area nor boundary moves, so the database makes no new version of them.
    """
    points = noding.points_of(table)
    if not len(points):
        return []
    ends = shapely.from_wkb([b"\x01\x02\x00\x00\x00\x02\x00\x00\x00" + key for key in table])
    touched = []
    for key, code, geom in standing.within(tuple(shapely.total_bounds(ends))):
        after = noding.spliced([geom], table)[0]
        if after is not geom:
            touched.append((key, code, shapely.to_wkb(after)))
    with connection.cursor() as cursor:
        cursor.execute(NODE, [[key for key, _, _ in touched], [wkb for _, _, wkb in touched]])
    return [code for _, code, _ in touched]


def judge() -> None:
    """Have the guard check every parent now, not at COMMIT, so that its refusal reaches the user as ours."""
    try:
        with connection.cursor() as cursor:
            # Only the guard: what else waits for the commit is done best once.
            cursor.execute("SET CONSTRAINTS coverage_check IMMEDIATE")
            cursor.execute("SET CONSTRAINTS coverage_check DEFERRED")
    except IntegrityError as error:
        raise refuse(_("The database refuses the coverage: %s") % _reason(error)) from error


def _reason(error: IntegrityError) -> str:
    return str(error).split("\n")[0]
