"""Prove that a published plan moves today's grid of just those incidents on its ground, never the one at the report.

Nor what was counted under the old grids. At a hundred thousand incidents as a long proof, at two thousand here.
"""

import io
from datetime import timedelta
from typing import Any

import pytest
import shapely
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from gis_core.events.models import Event
from gis_core.models import Area
from grid_editor.commands import Split
from grid_editor.publishing import service
from incidents import statistics
from incidents.statistics import Question
from tests.grid_editor.publishing.approving import approved
from tests.incidents.conftest import lay_out, person
from tests.incidents.test_sample import scatter_buildings

pytestmark = pytest.mark.django_db(transaction=True)
TAGS = "SELECT id, grid_code, grid_code_at_report, number FROM incidents_incident ORDER BY id"


def tags() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(TAGS)
        return cursor.fetchall()


def counted(basis: str) -> dict[str, dict[str, Any]]:
    """The figures of each grid, as a reader gets them after the nightly counting."""
    statistics.refresh()
    tomorrow = timezone.localdate() + timedelta(days=1)
    asked = Question(tomorrow - timedelta(days=62), tomorrow, by="area", tier="grid", basis=basis)
    return {
        row["key"]: {name: row[name] for name in ("counts", "rates", "mean_hours", "median_hours")}
        for row in statistics.answer(asked, ("",))
    }


def publish_a_split(code: str) -> set[str]:
    """Split a grid across its middle by a published plan; the codes that its ground has now."""
    shape = shapely.from_wkb(bytes(Area.objects.live().get(code=code).geom.wkb))
    west, south, east, north = shape.bounds
    middle = round((south + north) / 2, 8)
    line = shapely.MultiLineString([[(west - 0.001, middle), (east + 0.001, middle + 0.00001)]])
    before = set(Area.objects.live().filter(parent_code=code[:12]).values_list("code", flat=True))
    drawer, chief = person("redraws", "drawer", ""), person("decides", "committee", "")
    plan = approved(drawer, chief, code[:12], Split(code, line))
    service.publish(chief, plan.pk)
    return set(Area.objects.live().filter(parent_code=code[:12]).values_list("code", flat=True)) - before | {
        code
    }


def one_grid_each(count: int) -> None:
    """Exactly one grid, that which holds the place, or the outside mark; then a plan."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE (grid_code IS NULL) = (nearest_grid IS NULL)),"
            " count(*) FILTER (WHERE grid_code IS DISTINCT FROM area_at(geom, 'grid')),"
            " count(*) FILTER (WHERE grid_code IS DISTINCT FROM grid_code_at_report) FROM incidents_incident"
        )
        assert cursor.fetchone() == (count, 0, 0, 0)
        cursor.execute(
            "SELECT grid_code FROM incidents_incident WHERE grid_code IS NOT NULL"
            " GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        )
        (busiest,) = cursor.fetchone()
    before, then, today = tags(), counted("report"), counted("today")
    assert sum(row["counts"]["reported"] for row in then.values()) == count
    now = publish_a_split(busiest)
    after = tags()
    assert counted("report") == then, "what was counted under the old grids stays"
    moved_on = counted("today")
    assert {key: row for key, row in moved_on.items() if key not in now} == {
        key: row for key, row in today.items() if key != busiest
    }
    assert sum(moved_on[key]["counts"]["reported"] for key in now) == today[busiest]["counts"]["reported"]
    assert len(now) == 2
    assert [(row[0], row[2], row[3]) for row in after] == [(row[0], row[2], row[3]) for row in before]
    moved = [(was[1], new[1]) for was, new in zip(before, after, strict=True) if was[1] != new[1]]
    assert moved
    assert {was for was, _new in moved} == {busiest}
    assert {new for _was, new in moved} == now - {busiest}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM incidents_incident WHERE grid_code IS DISTINCT FROM area_at(geom, 'grid')"
        )
        assert cursor.fetchone() == (0,)


def test_a_plan_moves_only_what_lies_on_its_ground():
    lay_out()
    scatter_buildings(60, 4, 2)
    call_command("load_incidents", count=2000, days=40, verbosity=0, stdout=io.StringIO())
    heard = Event.objects.filter(kind="incident").count()
    one_grid_each(2000)
    assert Event.objects.filter(kind="incident").count() == heard, (
        "the tiles tell of new tags, not 2000 events"
    )


@pytest.mark.long
def test_a_hundred_thousand_incidents_have_one_grid_each_before_and_after_a_plan():
    call_command("load_sample", preset="M", verbosity=0, stdout=io.StringIO())
    call_command("load_incidents", days=42, count=100_000, verbosity=0, stdout=io.StringIO())
    assert Area.objects.live().filter(tier="grid").count() > 5000
    one_grid_each(100_000)
