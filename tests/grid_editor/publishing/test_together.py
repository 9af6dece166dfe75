"""Prove that publications at the same moment, killed ones, and ones that come too late do no harm."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
import shapely
from django.db import connections

from grid_editor.commands import Merge, Rename
from grid_editor.models import Lineage, Plan
from grid_editor.publishing import conflicts, service
from tests.grid_editor.conftest import EAST, WEST
from tests.grid_editor.publishing.approving import approved, defects, everything, live, split
from tests.shapes import TOWN
from tests.workers import environment
from tools.clone import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """Run each in a thread of its own, with a connection of its own; what it raised comes back."""
    gate, raised = threading.Barrier(len(works)), []

    def run(work):
        try:
            gate.wait(10)
            work()
        except Exception as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a publication hangs"
    return raised


@pytest.mark.parametrize("scopes", [(WEST, EAST), (TOWN, TOWN)], ids=["villages", "town"])
def test_two_neighbouring_villages_at_once_both_succeed_and_the_border_is_noded(town, drawer, chief, scopes):
    west = approved(drawer, chief, scopes[0], split(f"{WEST}003", (1.9, 0.33333333), (3.1, 0.41111111)))
    east = approved(drawer, chief, scopes[1], split(f"{EAST}001", (2.9, 0.55555557), (4.1, 0.77777777)))
    assert at_once(lambda: service.publish(chief, west.pk), lambda: service.publish(chief, east.pk)) == []
    now = live(TOWN)
    assert {f"{WEST}007", f"{EAST}007"} <= now.keys()

    def border(code):
        points = shapely.get_coordinates(now[code])
        return set(map(tuple, points[(points[:, 0] > 114.32999) & (points[:, 0] < 114.33001)].tolist()))

    west_side = set().union(*(border(c) for c in now if c.startswith(WEST) and c != WEST))
    east_side = set().union(*(border(c) for c in now if c.startswith(EAST) and c != EAST))
    assert west_side == east_side == border(WEST) == border(EAST)
    assert len(west_side) == 5  # three corners and one new vertex from either side
    assert defects() == []


def test_of_two_plans_over_one_village_the_second_gets_the_list(town, drawer, chief):
    first = approved(drawer, chief, WEST, split(f"{WEST}001", (0.4, -1), (0.4, 2)))
    second = approved(drawer, chief, TOWN, Merge((f"{WEST}001", f"{WEST}002")), Rename(f"{EAST}001", "e"))
    raised = at_once(lambda: service.publish(chief, first.pk), lambda: service.publish(chief, second.pk))
    (refused,) = raised
    assert isinstance(refused, service.LiveChanged)
    rows = {row["code"]: row for row in refused.details["conflicts"]}
    assert f"{WEST}001" in rows
    row = rows[f"{WEST}001"]
    assert (row["both"], row["blocking"]) == (True, True)
    assert defects() == []
    late = Plan.objects.exclude(state="published").get()
    assert late.state == "approved"


def test_a_plan_that_left_the_changed_village_alone_is_published(town, drawer, chief):
    other = approved(drawer, chief, TOWN, Rename(f"{EAST}001", "e"))
    first = approved(drawer, chief, WEST, split(f"{WEST}001", (0.4, -1), (0.4, 2)))
    service.publish(chief, first.pk)
    found = conflicts.found(other)
    assert {(one.code[-3:], one.what, one.both, one.blocking) for one in found} == {
        ("001", "changed", False, False),
        ("007", "new", False, False),
    }
    service.publish(chief, other.pk)
    assert f"{WEST}007" in live(WEST)


def test_a_plan_is_published_once(town, drawer, chief):
    plan = approved(drawer, chief, WEST, split(f"{WEST}001", (0.4, -1), (0.4, 2)))
    publish = lambda: service.publish(chief, plan.pk)  # noqa: E731
    (refused,) = at_once(publish, publish)
    assert refused.code == "wrong_state"
    assert Lineage.objects.count() == 1


PUBLISH = """
import django
django.setup()
from django.contrib.auth import get_user_model
from grid_editor.publishing import service
service.publish(get_user_model().objects.get(username="chief"), {plan})
"""


def test_killed_in_the_middle_nothing_has_happened(town, drawer, chief, session):
    plan = approved(drawer, chief, WEST, split(f"{WEST}003", (1.9, 0.33333333), (3.1, 0.41111111)))
    before, state = everything(), Plan.objects.values().get(pk=plan.pk)
    holder = session()
    holder.execute(
        "LOCK TABLE grid_editor_lineage IN ACCESS EXCLUSIVE MODE"
    )  # the publication waits at its last step
    process = subprocess.Popen(
        [sys.executable, "-c", PUBLISH.format(plan=plan.pk)],
        cwd=ROOT,
        env=environment(),
    )
    watch = session()
    watch.autocommit = True
    waiting = (
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'grid_editor_lineage'::regclass"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    deadline = time.monotonic() + 30
    while watch.execute(waiting).fetchone() == (0,):
        assert process.poll() is None, "it ended by itself"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    holder.rollback()
    assert everything() == before
    assert Plan.objects.values().get(pk=plan.pk) == state
    assert not Lineage.objects.exists()
    service.publish(chief, plan.pk)  # and nothing is left in the way
    assert f"{WEST}007" in live(WEST)
    assert defects() == []
