"""Writes a sample city into the database, through the same rule as every other writer.

The areas go in with one COPY in one transaction; the guard checks every parent when it commits. The base map and
the thematic layers follow in the same transaction, so a city is there whole or not at all.
"""

import json
from collections.abc import Callable, Iterator

import geopandas as gpd
import pandas as pd
import shapely
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _
from psycopg import sql

from data import bulk
from data.sample import City
from data.users import create_sample_users
from gis_core.errors import Conflict
from layers import registry
from layers.models import Warehouse

SRID = 4490
SYNTHETIC = json.dumps({"synthetic": True})
COPY_AREAS = sql.SQL("COPY gis_core_area (tier, code, parent_code, name, kind, attributes, geom) FROM STDIN")
COPY_STOCK = sql.SQL("COPY layers_stockline (warehouse_id, material, quantity, unit) FROM STDIN")
BASE_MAP = ("roads", "water", "landuse", "buildings")
# The sample may be thrown away as if it had never been; anything else is history and stays. The population is what
# the database counts.
CLEAR_AREAS = "TRUNCATE gis_core_area, layers_gridpopulation"
CLEAR_LAYER = sql.SQL("DELETE FROM {} WHERE source_id LIKE 'sample-%'")
# Rows that are there already get the new areas' tags now; at commit nothing is left to do for those that follow.
SETTLE_TAGS = "SET CONSTRAINTS tag_settle IMMEDIATE; SET CONSTRAINTS tag_settle DEFERRED"


def refuse_unless_free(replace: bool) -> None:
    """Raise Conflict when areas are in the way: any without `replace`, real ones in any case."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE valid_to IS NULL),"
            " count(*) FILTER (WHERE NOT coalesce((attributes->>'synthetic')::boolean, false))"
            " FROM gis_core_area"
        )
        live, real = cursor.fetchone()
    if live and not replace:
        raise Conflict(
            _("%(live)d live areas are in the database; --replace puts the sample in their place.")
            % {"live": live}
        )
    if real:
        raise Conflict(
            _("%(real)d areas are not synthetic; the sample replaces only a sample. Use an empty database.")
            % {"real": real}
        )


def load(city: City, report: Callable[[str], None]) -> None:
    """Put the city in place of whatever sample is there.

    Raises django.db.IntegrityError (SQLSTATE 23514) at commit if the coverage were not exact.
    """
    layers = {**{key: getattr(city, key) for key in BASE_MAP}, **city.themes}
    with transaction.atomic(), connection.cursor() as cursor:
        _clear(cursor, list(layers))
        report(_("loading areas"))
        _copy(COPY_AREAS, _area_rows(city.areas))
        cursor.execute(SETTLE_TAGS)
        for key, table in layers.items():
            report(_("loading %(layer)s") % {"layer": key})
            columns = [name for name in table.columns if name != table.geometry.name]
            bulk.load(cursor, registry.find(key).table, [*columns, "geom"], _rows(table, columns))
        _copy(COPY_STOCK, _stock_rows(city.stock))
        create_sample_users()
        report(_("checking the coverage"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE gis_core_area, layers_gridpopulation")
        for key in layers:
            cursor.execute(sql.SQL("ANALYZE {}").format(_table(key)))


def _table(key: str) -> sql.Identifier:
    return sql.Identifier(registry.find(key).table)


def _clear(cursor: CursorWrapper, keys: list[str]) -> None:
    cursor.execute(CLEAR_AREAS)
    Warehouse.objects.filter(source_id__startswith="sample-").delete()
    for key in keys:
        cursor.execute(CLEAR_LAYER.format(_table(key)))
    # What the deletions left to be checked, now: a table with checks pending cannot be altered (data/bulk.py).
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def _copy(statement: sql.Composable, rows: Iterator[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _area_rows(areas: gpd.GeoDataFrame) -> Iterator[tuple[object, ...]]:
    parents = [code if isinstance(code, str) else None for code in areas["parent_code"]]
    attributes = [SYNTHETIC] * len(areas)
    return zip(
        areas["tier"],
        areas["code"],
        parents,
        areas["name"],
        areas["kind"],
        attributes,
        _ewkb(areas),
        strict=True,
    )


def _rows(table: gpd.GeoDataFrame, columns: list[str]) -> Iterator[tuple[object, ...]]:
    return zip(*(_values(table[column]) for column in columns), _ewkb(table), strict=True)


def _values(column: pd.Series) -> list[object]:
    """As psycopg takes them: None for what is missing."""
    return column.astype(object).where(column.notna(), None).tolist()


def _stock_rows(stock: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    ids = dict(Warehouse.objects.filter(source_id__in=set(stock["warehouse"])).values_list("source_id", "pk"))
    columns = (_values(stock[name]) for name in ("material", "quantity", "unit"))
    return zip((ids[name] for name in stock["warehouse"]), *columns, strict=True)


def _ewkb(table: gpd.GeoDataFrame) -> list[str]:
    placed = shapely.set_srid(table.geometry.to_numpy(), SRID)
    return shapely.to_wkb(placed, hex=True, include_srid=True).tolist()
