"""What stands on pieces of ground: buildings with their households, and the rows of every located layer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.gis.db.models import PointField
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.db.models import F, Func

from gis_core.models import CANONICAL_SRID, Area
from layers import registry
from layers.registry import Layer

BUILDINGS = """
SELECT g.n, count(*), coalesce(sum(b.households), 0), coalesce(sum(b.residents), 0)
FROM (SELECT n, ST_GeomFromWKB(wkb, 4490) AS geom FROM unnest(%s::bytea[]) WITH ORDINALITY AS given(wkb, n)) g
JOIN layers_building b ON b.geom && g.geom AND ST_Covers(g.geom, tag_point(b.geom))
GROUP BY g.n
"""
"""A building stands where its tag's point is (gis_core/sql/070_tags.sql)."""


@dataclass(frozen=True)
class Count:
    """Buildings, and who lives in them: numbers, never names."""

    buildings: int = 0
    households: int = 0
    residents: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.buildings + other.buildings,
            self.households + other.households,
            self.residents + other.residents,
        )


def on(geoms: Sequence[shapely.Geometry]) -> list[Count]:
    """One for each geometry (EPSG:4490)."""
    found = {}
    if geoms:
        with connection.cursor() as cursor:
            cursor.execute(BUILDINGS, [[shapely.to_wkb(geom) for geom in geoms]])
            found = {n: Count(*numbers) for n, *numbers in cursor.fetchall()}
    return [found.get(n, Count()) for n in range(1, len(geoms) + 1)]


def located(user: Any) -> list[Layer]:
    """The layers, of those that the user may see, whose rows the database gives a grid code."""
    return [layer for layer in registry.visible_to(user) if _is_tagged(layer)]


def _is_tagged(layer: Layer) -> bool:
    try:
        layer.model_class._meta.get_field("grid_code")
    except FieldDoesNotExist:
        return False
    return layer.model_class is not Area


def rows_on(user: Any, layer: Layer, ground: shapely.Geometry) -> int:
    """How many rows of the layer, of those that the user may see, stand on this ground."""
    if ground.is_empty:
        return 0
    area = GEOSGeometry(memoryview(shapely.to_wkb(ground)), srid=CANONICAL_SRID)
    point = Func(F(layer.geom), function="tag_point", output_field=PointField(srid=CANONICAL_SRID))
    rows = layer.queryset_for(user).filter(**{f"{layer.geom}__bboverlaps": area})
    return rows.annotate(stands_at=point).filter(stands_at__coveredby=area).count()
