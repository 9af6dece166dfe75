"""Prove that a plan with a set time is published then by the worker, also one that started later; or says why not."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from gis_core.models import Job
from grid_editor import selectors
from grid_editor.lifecycle import services as life
from grid_editor.models import Plan
from grid_editor.publishing import service
from tests.grid_editor.conftest import WEST
from tests.grid_editor.publishing.approving import approved, live, split
from tests.workers import workers

pytestmark = pytest.mark.django_db(transaction=True)


def test_at_the_set_time_the_plan_is_published_or_its_log_says_why_not(town, drawer, chief):
    good = approved(drawer, chief, WEST, split(f"{WEST}001", (0.4, -1), (0.4, 2)))
    late = approved(drawer, chief, WEST, split(f"{WEST}001", (0.6, -1), (0.6, 2)))
    off = approved(drawer, chief, WEST, split(f"{WEST}002", (1.6, -1), (1.6, 2)))
    soon = timezone.now() + timedelta(seconds=1)
    for plan, wait in ((good, 0), (late, 0.2), (off, 0)):
        life.schedule(chief, plan.pk, soon + timedelta(seconds=wait))
    life.unschedule(chief, off.pk)
    assert f"{WEST}007" not in live(WEST)
    with workers() as begin:
        begin()  # after the time was set: nothing of it was kept in a process
        deadline = time.monotonic() + 30
        while Job.objects.exclude(state__in=("done", "failed", "cancelled")).exists():
            assert time.monotonic() < deadline, list(Job.objects.values())
            time.sleep(0.1)
    states = {p.pk: (p.state, p.publish_at) for p in Plan.objects.all()}
    assert states == {good.pk: ("published", None), late.pk: ("approved", None), off.pk: ("approved", None)}
    assert f"{WEST}007" in live(WEST)
    assert Plan.objects.get(pk=good.pk).published_by == chief
    said = selectors.log(late)[0]
    assert (said["action"], "changed" in said["text"]) == ("unpublished", True)
    assert Job.objects.get(state="failed").result["error"]["code"] == "conflict"


def test_published_by_hand_before_its_time_it_is_not_published_again(town, drawer, chief):
    plan = approved(drawer, chief, WEST, split(f"{WEST}001", (0.4, -1), (0.4, 2)))
    life.schedule(chief, plan.pk, timezone.now() + timedelta(hours=1))
    service.publish(chief, plan.pk)
    assert Job.objects.get().state == "cancelled"
