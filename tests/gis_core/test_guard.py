"""Prove that nobody can commit a broken coverage, whatever SQL they write."""

import re

import psycopg
import pytest
import shapely

from tests.shapes import TOWN, VILLAGE, board, grid_code, polygon, row_of, square, village_of

pytestmark = pytest.mark.django_db(transaction=True)

SET_GEOM = "UPDATE gis_core_area SET geom = ST_GeomFromWKB(%s, 4490) WHERE code = %s AND valid_to IS NULL"
ADD = (
    "INSERT INTO gis_core_area (code, tier, parent_code, name, geom)"
    " VALUES (%s, 'grid', %s, 'new', ST_GeomFromWKB(%s, 4490))"
)


def wkb(geom: shapely.Geometry) -> bytes:
    return shapely.to_wkb(geom)


def live(raw: psycopg.Connection) -> list[str]:
    rows = raw.execute(
        "SELECT code FROM gis_core_area WHERE tier = 'grid' AND valid_to IS NULL ORDER BY code"
    ).fetchall()
    return [code for (code,) in rows]


def refused_at_commit(raw: psycopg.Connection) -> psycopg.errors.CheckViolation:
    """The statement has passed; the COMMIT must not."""
    with pytest.raises(psycopg.errors.CheckViolation) as caught:
        raw.commit()
    return caught.value


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("gap", square(0, 0, 0.9)),
        ("overlap", polygon((0, 0), (1.1, 0), (1.1, 1), (0, 1))),
        ("outside", polygon((-0.1, 0), (1, 0), (1, 1), (-0.1, 1))),
        ("gap", square(5, 5)),
        ("gap", polygon((0, 0), (1, 0), (1 - 1e-6, 0.5), (1, 1), (0, 1))),
    ],
    ids=["shrunk", "grown", "outward", "moved away", "a sliver of 1 mm"],
)
def test_a_grid_that_leaves_its_place_is_refused_at_commit(session, kind, shape):
    village_of(row_of(3))
    raw = session()
    raw.execute(SET_GEOM, [wkb(shape), grid_code(1)])
    kinds = {row[0] for row in raw.execute("SELECT kind FROM coverage_defects(%s)", [VILLAGE]).fetchall()}
    error = refused_at_commit(raw)
    assert error.sqlstate == "23514"
    assert kind in kinds
    assert VILLAGE in str(error)
    assert grid_code(1) in str(error) or grid_code(2) in str(error)
    assert re.search(r"at 114\.\d{8} 34\.\d{8}", str(error))


def test_a_deleted_grid_is_refused_at_commit(session):
    village_of(row_of(3))
    raw = session()
    raw.execute("DELETE FROM gis_core_area WHERE code = %s AND valid_to IS NULL", [grid_code(2)])
    assert "gap" in str(refused_at_commit(raw))
    assert live(raw) == [grid_code(1), grid_code(2), grid_code(3)]


def test_closing_a_grid_without_a_successor_is_refused(session):
    village_of(row_of(2))
    raw = session()
    raw.execute("UPDATE gis_core_area SET valid_to = now() WHERE code = %s", [grid_code(2)])
    refused_at_commit(raw)


def test_moving_a_shared_vertex_in_both_neighbours_commits(session):
    village_of(row_of(2))
    raw = session()
    bend = (1.2, 0.5)
    raw.execute(SET_GEOM, [wkb(polygon((0, 0), (1, 0), bend, (1, 1), (0, 1))), grid_code(1)])
    raw.execute(SET_GEOM, [wkb(polygon((1, 0), (2, 0), (2, 1), (1, 1), bend)), grid_code(2)])
    raw.commit()


def test_merging_two_grids_commits(session):
    village_of(row_of(3))
    raw = session()
    raw.execute("DELETE FROM gis_core_area WHERE code = %s AND valid_to IS NULL", [grid_code(2)])
    raw.execute(SET_GEOM, [wkb(polygon((0, 0), (1, 0), (2, 0), (2, 1), (1, 1), (0, 1))), grid_code(1)])
    raw.commit()
    assert live(raw) == [grid_code(1), grid_code(3)]


def test_splitting_a_grid_commits_once_the_tiers_above_have_the_new_vertices(session):
    village_of(row_of(1))
    raw = session()
    raw.execute(SET_GEOM, [wkb(polygon((0, 0), (0.5, 0), (0.5, 1), (0, 1))), grid_code(1)])
    raw.execute(ADD, [grid_code(2), VILLAGE, wkb(polygon((0.5, 0), (1, 0), (1, 1), (0.5, 1)))])
    missing = raw.execute("SELECT kind FROM coverage_defects(%s)", [VILLAGE]).fetchall()
    assert {kind for (kind,) in missing} == {"unmatched"}
    noded = wkb(polygon((0, 0), (0.5, 0), (1, 0), (1, 1), (0.5, 1), (0, 1)))
    for code in (VILLAGE, TOWN, "410202"):
        raw.execute(SET_GEOM, [noded, code])
    raw.commit()
    assert live(raw) == [grid_code(1), grid_code(2)]
    (versions,) = raw.execute("SELECT count(*) FROM gis_core_area WHERE code = %s", [VILLAGE]).fetchone()
    assert versions == 1, "noding moves nothing and makes no version"


def test_a_hole_in_one_grid_that_another_fills_is_accepted(session):
    ring = polygon((0, 0), (3, 0), (3, 3), (0, 3), holes=[[(1, 1), (1, 2), (2, 2), (2, 1)]])
    village_of([ring, square(1, 1)])
    raw = session()
    raw.execute("DELETE FROM gis_core_area WHERE code = %s AND valid_to IS NULL", [grid_code(2)])
    assert "gap" in str(refused_at_commit(raw))


def test_a_parent_cannot_change_under_its_children(session):
    village_of(row_of(2))
    raw = session()
    raw.execute(SET_GEOM, [wkb(polygon((0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (0, 2), (0, 1))), VILLAGE])
    assert raw.execute("SELECT kind FROM coverage_defects(%s)", [VILLAGE]).fetchall() == [("gap",)]
    refused_at_commit(raw)


def test_an_area_needs_a_live_parent(session):
    village_of(row_of(1))
    raw = session()
    raw.execute(ADD, ["410202001002001", "410202001002", wkb(square(7, 7))])
    assert "410202001002" in str(refused_at_commit(raw))


def test_checks_made_immediate_refuse_too(session):
    village_of(row_of(2))
    raw = session()
    raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(psycopg.errors.CheckViolation, match="coverage of"):
        raw.execute(SET_GEOM, [wkb(square(0, 0, 0.5)), grid_code(1)])


def test_emptying_the_queue_does_not_escape_the_check(session):
    village_of(row_of(2))
    raw = session()
    raw.execute(SET_GEOM, [wkb(square(0, 0, 0.5)), grid_code(1)])
    raw.execute("DELETE FROM gis_core_coveragequeue")
    refused_at_commit(raw)


def test_replica_mode_does_not_switch_the_rule_off(session):
    village_of(row_of(2))
    raw = session()
    raw.execute("SET session_replication_role = replica")
    raw.execute(SET_GEOM, [wkb(square(0, 0, 0.5)), grid_code(1)])
    refused_at_commit(raw)


def test_a_rolled_back_savepoint_leaves_nothing_to_check(session):
    village_of(row_of(2))
    raw = session()
    raw.execute("SAVEPOINT s")
    raw.execute(SET_GEOM, [wkb(square(0, 0, 0.5)), grid_code(1)])
    raw.execute("ROLLBACK TO s")
    raw.commit()


@pytest.mark.parametrize(
    ("geom", "constraint"),
    [
        ("MULTIPOLYGON(((114.3 34.8,114.31 34.8,114.310000001 34.81,114.3 34.81,114.3 34.8)))", "canonical"),
        ("MULTIPOLYGON(((114.3 34.8,114.31 34.81,114.31 34.8,114.3 34.81,114.3 34.8)))", "valid"),
        ("MULTIPOLYGON EMPTY", "valid"),
    ],
    ids=["nine decimals", "a bow tie", "empty"],
)
def test_geometry_that_breaks_the_proof_is_refused_at_once(session, geom, constraint):
    village_of(row_of(1))
    raw = session()
    with pytest.raises(psycopg.errors.CheckViolation, match=f"area_geom_{constraint}"):
        raw.execute(
            "UPDATE gis_core_area SET geom = ST_GeomFromText(%s, 4490) WHERE code = %s", [geom, grid_code(1)]
        )


def test_defects_name_both_grids_of_an_overlap_and_draw_it(session):
    village_of(board(2, 2))
    raw = session()
    raw.execute(SET_GEOM, [wkb(polygon((0, 0), (1, 0), (1.5, 0.5), (1, 1), (0, 1))), grid_code(1)])
    rows = raw.execute(
        "SELECT kind, codes, ST_AsBinary(geom) FROM coverage_defects(%s)", [VILLAGE]
    ).fetchall()
    assert [(kind, codes) for kind, codes, _ in rows] == [("overlap", [grid_code(1), grid_code(2)])]
    expected = shapely.intersection(polygon((0, 0), (1, 0), (1.5, 0.5), (1, 1), (0, 1)), square(1, 0))
    assert shapely.equals(shapely.from_wkb(rows[0][2]), expected)
