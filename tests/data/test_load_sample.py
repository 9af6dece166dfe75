"""`load_sample` writes through the guard, refuses to mix, and replaces only a sample."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import sql

from layers import registry
from layers.tagging import is_tagged
from tests.shapes import COUNTY, insert, square

pytestmark = pytest.mark.django_db(transaction=True)


def count(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def test_the_sample_loads_is_whole_and_marked_synthetic_and_is_not_loaded_twice() -> None:
    call_command("load_sample", preset="S", stdout=StringIO())
    assert count("SELECT count(*) FROM gis_core_area WHERE valid_to IS NULL") == 692
    assert count("SELECT count(*) FROM gis_core_area WHERE attributes->>'synthetic' = 'true'") == 692
    assert count("SELECT count(*) FROM gis_core_area a, coverage_defects(a.code) WHERE a.tier <> 'grid'") == 0
    assert count("SELECT count(*) FROM layers_building") > 29_000
    _every_place_has_one_grid()
    _everything_is_tagged_and_counted()
    with pytest.raises(CommandError, match="--replace"):
        call_command("load_sample", preset="S", stdout=StringIO())


def _everything_is_tagged_and_counted() -> None:
    """The tags are what area_at says; the population is what the buildings say."""
    ours = [layer for layer in registry.every() if is_tagged(layer) and layer.model.startswith("layers.")]
    for layer in ours:
        statement = sql.SQL(
            "SELECT count(*), count(*) FILTER (WHERE grid_code IS DISTINCT FROM area_at(tag_point(geom))),"
            " count(*) FILTER (WHERE area_code IS NULL) FROM (SELECT * FROM {} ORDER BY id LIMIT 600) t"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement.format(sql.Identifier(layer.table)))
            rows, wrong, outside = cursor.fetchone()
        assert rows > 0, layer.key
        assert wrong == 0, layer.key
        assert outside < 0.01 * rows, layer.key
    assert count("SELECT count(*) FROM layers_gridpopulation") == 500
    residents = "SELECT sum(residents)::bigint FROM "
    assert count(residents + "layers_gridpopulation") == count(residents + "layers_building")
    assert count("SELECT count(*) FROM layers_warehouse WHERE stock LIKE '%；%'") > 10
    assert count("SELECT count(*) FROM gis_core_tagqueue") == 0


# 20,000 points inside the district and every vertex of every grid, each asked twice.
PLACES = """
    WITH place AS (
        SELECT (ST_Dump(ST_GeneratePoints(geom, 20000, 7))).geom FROM gis_core_area WHERE parent_code IS NULL
        UNION ALL
        SELECT DISTINCT (ST_DumpPoints(geom)).geom FROM gis_core_area WHERE tier = 'grid'
    ), found AS MATERIALIZED (
        SELECT geom, area_at(geom) AS code, area_at(geom) AS again FROM place
    )
    SELECT count(*), count(*) FILTER (WHERE code = again), count(*) FILTER (WHERE code = (
        SELECT min(a.code) FROM gis_core_area a WHERE a.tier = 'grid' AND ST_Intersects(a.geom, found.geom)))
    FROM found
"""


def _every_place_has_one_grid() -> None:
    with connection.cursor() as cursor:
        cursor.execute(PLACES)
        asked, same, lowest = cursor.fetchone()
    assert asked > 30_000
    assert asked == same == lowest


@pytest.mark.long
def test_a_sample_replaces_a_sample() -> None:
    call_command("load_sample", preset="S", stdout=StringIO())
    call_command("load_sample", preset="S", replace=True, seed=2, stdout=StringIO())
    assert count("SELECT count(*) FROM layers_stockline") > 50
    _everything_is_tagged_and_counted()


def test_real_areas_are_never_replaced() -> None:
    insert(COUNTY, "county", None, square(0, 0))
    with pytest.raises(CommandError, match="not synthetic"):
        call_command("load_sample", preset="S", replace=True, stdout=StringIO())
