"""Prove that two sessions at once cannot do together what neither may do alone."""

import threading

import psycopg
import pytest
import shapely
from psycopg import IsolationLevel

from tests.shapes import VILLAGE, grid_code, polygon, row_of, village_of

pytestmark = pytest.mark.django_db(transaction=True)

SET_GEOM = "UPDATE gis_core_area SET geom = ST_GeomFromWKB(%s, 4490) WHERE code = %s AND valid_to IS NULL"

# Squares 1, 2, 3 in a row. One session bends border 1|2 around its foot, the other bends border 2|3: each writes
# square 2, or a version of it, and each alone is a valid coverage.
BEND_WEST = {
    1: polygon((0, 0), (1, 0), (1.2, 0.5), (1, 1), (0, 1)),
    2: polygon((1, 0), (2, 0), (2, 1), (1, 1), (1.2, 0.5)),
}
BEND_EAST = {
    2: polygon((1, 0), (2, 0), (1.8, 0.5), (2, 1), (1, 1)),
    3: polygon((2, 0), (3, 0), (3, 1), (2, 1), (1.8, 0.5)),
}


def edit(raw: psycopg.Connection, shapes: dict[int, shapely.Geometry]) -> None:
    for number, shape in shapes.items():
        raw.execute(SET_GEOM, [shapely.to_wkb(shape), grid_code(number)])


def outcome(work: object) -> str:
    try:
        work()
    except psycopg.errors.CheckViolation:
        return "refused"
    except (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected):
        return "retry"
    return "committed"


@pytest.mark.parametrize("level", list(IsolationLevel)[1:], ids=lambda level: level.name)
def test_of_two_edits_that_break_each_other_exactly_one_commits(session, level):
    village_of(row_of(3))
    first, second = session(), session()
    first.isolation_level = second.isolation_level = level
    for raw in (first, second):
        raw.execute("SELECT count(*) FROM gis_core_area")  # both take their snapshot before either writes
        raw.execute("SET LOCAL deadlock_timeout = '100ms'")
    results: list[str] = []
    gate = threading.Barrier(2)

    def run(raw: psycopg.Connection, shapes: dict[int, shapely.Geometry]) -> None:
        gate.wait(timeout=10)

        def work() -> None:
            edit(raw, shapes)
            raw.commit()

        results.append(outcome(work))

    threads = [
        threading.Thread(target=run, args=(first, BEND_WEST)),
        threading.Thread(target=run, args=(second, BEND_EAST)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads), "a session hangs"
    assert sorted(results)[0] == "committed"
    assert results.count("committed") == 1


@pytest.mark.parametrize("level", list(IsolationLevel)[1:], ids=lambda level: level.name)
def test_a_session_on_an_old_snapshot_cannot_pass_on_it(session, level):
    """The second session touches other rows than the first, so only the parent's version can stop it."""
    village_of(row_of(4))
    first, second = session(), session()
    second.isolation_level = level
    second.execute("SELECT count(*) FROM gis_core_area")
    edit(first, BEND_WEST)
    first.commit()
    # On the old snapshot this closes the row up: 3 takes all of 4, and nobody moved 1|2.
    second.execute("DELETE FROM gis_core_area WHERE code = %s AND valid_to IS NULL", [grid_code(4)])
    second.execute(
        SET_GEOM, [shapely.to_wkb(polygon((2, 0), (3, 0), (4, 0), (4, 1), (3, 1), (2, 1))), grid_code(3)]
    )
    if level is IsolationLevel.READ_COMMITTED:
        second.commit()
    else:
        with pytest.raises(psycopg.errors.SerializationFailure):
            second.commit()
    third = session()
    assert third.execute("SELECT * FROM coverage_defects(%s)", [VILLAGE]).fetchall() == []


def test_two_sessions_on_different_parents_do_not_wait_for_each_other(session):
    village_of(row_of(2))
    first, second = session(), session()
    edit(first, {1: BEND_WEST[1]})
    second.execute("SET lock_timeout = '2s'")
    second.execute("UPDATE gis_core_area SET name = 'x' WHERE code = '410202' AND valid_to IS NULL")
    second.commit()
    first.rollback()
