"""Prove that the past stays drawable and that a code means one place for ever."""

import psycopg
import pytest
import shapely

from tests.shapes import COUNTY, VILLAGE, grid_code, insert, polygon, row_of, square, village_of

pytestmark = pytest.mark.django_db(transaction=True)

MERGED = polygon((0, 0), (1, 0), (2, 0), (2, 1), (1, 1), (0, 1))
ADD = (
    "INSERT INTO gis_core_area (code, tier, parent_code, geom)"
    " VALUES (%s, 'grid', %s, ST_GeomFromWKB(%s, 4490))"
)
VERSIONS = "SELECT name, valid_to IS NULL FROM gis_core_area WHERE code = %s ORDER BY valid_from"


def merge_two_into_one(raw: psycopg.Connection) -> None:
    raw.execute("DELETE FROM gis_core_area WHERE code = %s AND valid_to IS NULL", [grid_code(2)])
    raw.execute(
        "UPDATE gis_core_area SET geom = ST_GeomFromWKB(%s, 4490) WHERE code = %s AND valid_to IS NULL",
        [shapely.to_wkb(MERGED), grid_code(1)],
    )
    raw.commit()


def test_raw_sql_leaves_the_old_version_behind(session):
    village_of(row_of(2))
    raw = session()
    (before,) = raw.execute("SELECT clock_timestamp()").fetchone()
    raw.commit()
    merge_two_into_one(raw)
    spot = "SRID=4490;POINT(114.315 34.805)"
    then, now = raw.execute(
        "SELECT area_at(%s::geometry, 'grid', %s), area_at(%s::geometry)", [spot, before, spot]
    ).fetchone()
    assert (then, now) == (grid_code(2), grid_code(1))


def test_versions_follow_each_other_without_a_break(session):
    village_of(row_of(2))
    raw = session()
    merge_two_into_one(raw)
    rows = raw.execute(
        "SELECT valid_from, valid_to FROM gis_core_area WHERE code = %s ORDER BY valid_from", [grid_code(1)]
    ).fetchall()
    assert len(rows) == 2
    assert rows[0][1] == rows[1][0]
    assert rows[1][1] is None


def test_a_rename_is_a_version_and_a_repeat_is_not(session):
    village_of(row_of(1))
    raw = session()
    for name in ("a", "a", "b"):
        raw.execute(
            "UPDATE gis_core_area SET name = %s WHERE code = %s AND valid_to IS NULL", [name, grid_code(1)]
        )
        raw.commit()
    assert raw.execute(VERSIONS, [grid_code(1)]).fetchall() == [("第1网格", False), ("a", False), ("b", True)]


@pytest.mark.parametrize("statement", ["UPDATE gis_core_area SET name = 'x'", "DELETE FROM gis_core_area"])
def test_history_is_never_rewritten(session, statement):
    village_of(row_of(2))
    raw = session()
    merge_two_into_one(raw)
    with pytest.raises(psycopg.errors.CheckViolation, match="is history"):
        raw.execute(statement + " WHERE valid_to IS NOT NULL")


def test_a_retired_code_never_comes_back(session):
    village_of(row_of(2))
    raw = session()
    merge_two_into_one(raw)
    with pytest.raises(psycopg.errors.CheckViolation, match=f"{grid_code(2)} was retired"):
        raw.execute(
            ADD,
            [grid_code(2), VILLAGE, shapely.to_wkb(square(1, 0))],
        )


def test_a_retired_code_cannot_be_smuggled_in_by_renumbering(session):
    village_of(row_of(2))
    raw = session()
    merge_two_into_one(raw)
    with pytest.raises(psycopg.errors.CheckViolation, match="retired"):
        raw.execute(
            "UPDATE gis_core_area SET code = %s WHERE code = %s AND valid_to IS NULL",
            [grid_code(2), grid_code(1)],
        )


def test_replacing_a_grid_within_one_transaction_keeps_its_code(session):
    village_of(row_of(2))
    raw = session()
    raw.execute("DELETE FROM gis_core_area WHERE code = %s AND valid_to IS NULL", [grid_code(2)])
    raw.execute(
        ADD,
        [grid_code(2), VILLAGE, shapely.to_wkb(square(1, 0))],
    )
    raw.commit()


def test_two_live_rows_cannot_share_a_code(session):
    village_of(row_of(1))
    raw = session()
    with pytest.raises(psycopg.errors.UniqueViolation):
        raw.execute(
            ADD,
            [grid_code(1), VILLAGE, shapely.to_wkb(square(0, 0))],
        )


@pytest.mark.parametrize(
    ("code", "tier", "parent"),
    [
        ("41020200100100", "grid", VILLAGE),
        ("410203001001001", "grid", VILLAGE),
        ("4102020010010A1", "grid", VILLAGE),
        ("410202001001001", "village", COUNTY),
        ("410202001001001", "street", VILLAGE),
    ],
    ids=["too short", "foreign prefix", "a letter", "another tier's length", "no such tier"],
)
@pytest.mark.django_db(transaction=False)
def test_a_malformed_code_is_refused(code, tier, parent):
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        insert(code, tier, parent, square(0, 0))
