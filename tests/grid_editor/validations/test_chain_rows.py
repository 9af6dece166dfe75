"""Prove that the kept answers about gaps and overlaps are never stale, whoever changes what, and that they are kept."""

import pytest
import shapely
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gis_core.models import SqlInstall
from grid_editor import validations
from grid_editor.models import PlanGrid
from tests.grid_editor.conftest import WEST
from tests.grid_editor.validations.conftest import put
from tests.shapes import polygon, square

pytestmark = pytest.mark.django_db
ONE, TWO = f"{WEST}001", f"{WEST}002"
GROUND = ("gap", "overlap", "outside", "unmatched")

FRESH = """
SELECT d.kind, d.codes, ST_AsBinary(d.geom) FROM grid_editor_planboundary v
CROSS JOIN LATERAL (SELECT array_agg(g.code::text ORDER BY g.code) AS codes, array_agg(g.geom ORDER BY g.code) AS geoms
                    FROM grid_editor_plangrid g WHERE g.plan_id = v.plan_id AND g.parent_code = v.code) own
CROSS JOIN LATERAL chain_defects(own.codes, own.geoms, v.code::text, v.geom) d
WHERE v.plan_id = %s AND v.tier = 'village'
"""


@pytest.fixture(autouse=True)
def nothing_kept(settings, tmp_path):
    kept = {**settings.CACHES["checks"], "LOCATION": tmp_path}
    settings.CACHES = {**settings.CACHES, "checks": kept}
    caches["checks"].clear()


def raw(query: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        assert cursor.rowcount == 1


def told(plan) -> set[tuple]:
    return {
        (one.kind, one.codes, shapely.normalize(one.geom).wkb)
        for one in validations.errors(plan)
        if one.kind in GROUND
    }


def true_now(plan) -> set[tuple]:
    """The same from the database at this moment, past everything that is kept."""
    with connection.cursor() as cursor:
        cursor.execute(FRESH, [plan.pk])
        return {
            (
                kind,
                tuple(code for code in codes if code != WEST),
                shapely.normalize(shapely.from_wkb(bytes(wkb))).wkb,
            )
            for kind, codes, wkb in cursor.fetchall()
        }


def asked(plan) -> int:
    """How often one look asks the database for defects."""
    with CaptureQueriesContext(connection) as queries:
        validations.errors(plan)
    return sum("chain_defects" in one["sql"] for one in queries.captured_queries)


def test_after_every_raw_change_the_answer_is_that_of_the_moment(plan):
    narrow, wide = square(0, 0, 0.9), polygon((0, 0), (1.2, 0), (1.2, 1), (0, 1))
    own, key = "WHERE plan_id = %s AND code = %s", plan.pk
    grids, above = f"UPDATE grid_editor_plangrid SET geom = ST_GeomFromWKB(%s, 4490) {own}", WEST
    seen = [told(plan)]
    for change in (
        lambda: raw(grids, narrow.wkb, key, ONE),
        lambda: raw(grids, wide.wkb, key, ONE),
        lambda: raw(f"UPDATE grid_editor_plangrid SET code = '{WEST}077' {own}", key, TWO),
        lambda: raw(f"DELETE FROM grid_editor_plangrid {own}", key, f"{WEST}003"),
        lambda: raw(
            f"UPDATE grid_editor_planboundary SET geom = ST_GeomFromWKB(%s, 4490) {own}",
            polygon((0, 0), (3, 0), (3, 1.9), (0, 1.9)).wkb, key, above,
        ),
        lambda: raw(grids, narrow.wkb, key, ONE),
    ):  # fmt: skip
        change()
        seen.append(told(plan))
        assert seen[-1] == true_now(plan)
        assert told(plan) == seen[-1]
    assert len({frozenset(one) for one in seen}) == len(seen)


def test_a_change_that_is_taken_back_is_told_as_before(plan):
    put(plan, ONE, square(0, 0, 0.9))
    before = told(plan)
    put(plan, ONE, square(0, 0))
    assert told(plan) == set()
    put(plan, ONE, square(0, 0, 0.9))
    assert told(plan) == before != set()


def test_the_same_polygons_are_judged_once_and_a_changed_village_anew(plan):
    put(plan, ONE, square(0, 0, 0.9))
    assert [asked(plan), asked(plan)] == [1, 0]
    PlanGrid.objects.filter(plan=plan, code=TWO).update(name="新名")
    assert asked(plan) == 0
    put(plan, TWO, square(1, 0, 0.9))
    assert [asked(plan), asked(plan)] == [1, 0]


def test_another_definition_of_a_defect_is_asked_anew(plan):
    put(plan, ONE, square(0, 0, 0.9))
    assert [asked(plan), asked(plan)] == [1, 0]
    # Tests that truncate every table may have come before.
    SqlInstall.objects.update_or_create(id=1, defaults={"digest": "another"})
    assert asked(plan) == 1
