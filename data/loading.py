"""Writes a sample city into the database, through the same rule as every other writer.

The areas go in with one COPY in one transaction; the guard checks every parent when it commits. The base map
follows in the same transaction, so a city is there whole or not at all.
"""

import json
from collections.abc import Callable, Iterator

import geopandas as gpd
import shapely
from django.db import connection, transaction
from django.utils.translation import gettext as _

from data.sample import City
from data.users import create_sample_users
from gis_core.errors import Conflict

SRID = 4490
SYNTHETIC = json.dumps({"synthetic": True})
COPY_AREAS = "COPY gis_core_area (tier, code, parent_code, name, kind, attributes, geom) FROM STDIN"
COPY_LAYERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "roads": (
        "COPY layers_road (source_id, name, road_class, geom) FROM STDIN",
        ("source_id", "name", "road_class"),
    ),
    "water": ("COPY layers_water (source_id, name, kind, geom) FROM STDIN", ("source_id", "name", "kind")),
    "landuse": (
        "COPY layers_landuse (source_id, name, kind, geom) FROM STDIN",
        ("source_id", "name", "kind"),
    ),
    "buildings": (
        "COPY layers_building (source_id, name, address_text, building_no, use, floors, units, households,"
        " residents, geom) FROM STDIN",
        (
            "source_id",
            "name",
            "address_text",
            "building_no",
            "use",
            "floors",
            "units",
            "households",
            "residents",
        ),
    ),
}
# The sample may be thrown away as if it had never been; anything else is history and stays.
CLEAR = (
    "TRUNCATE gis_core_area",
    "DELETE FROM layers_road WHERE source_id LIKE 'sample-%'",
    "DELETE FROM layers_water WHERE source_id LIKE 'sample-%'",
    "DELETE FROM layers_landuse WHERE source_id LIKE 'sample-%'",
    "DELETE FROM layers_building WHERE source_id LIKE 'sample-%'",
)


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
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in CLEAR:
            cursor.execute(statement)
        report(_("loading areas"))
        _copy(COPY_AREAS, _area_rows(city.areas))
        for key, (statement, columns) in COPY_LAYERS.items():
            report(_("loading %(layer)s") % {"layer": key})
            _copy(statement, _rows(getattr(city, key), columns))
        create_sample_users()
        report(_("checking the coverage"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE gis_core_area, layers_road, layers_water, layers_landuse, layers_building")


def _copy(statement: str, rows: Iterator[tuple[object, ...]]) -> None:
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


def _rows(table: gpd.GeoDataFrame, columns: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
    return zip(*(table[column].tolist() for column in columns), _ewkb(table), strict=True)


def _ewkb(table: gpd.GeoDataFrame) -> list[str]:
    placed = shapely.set_srid(table.geometry.to_numpy(), SRID)
    return shapely.to_wkb(placed, hex=True, include_srid=True).tolist()
