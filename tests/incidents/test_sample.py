"""Prove that the sample's incidents could have been made by people: declared moves, whole timelines, one grid each."""

import io
import random
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F

from grid_editor.storing import geos
from incidents.loop.actions import moves
from incidents.models import Incident, Step, Whistle
from incidents.sample import paths
from layers.models import Building
from tests.shapes import square

pytestmark = pytest.mark.django_db


def test_every_path_is_declared():
    declared = set(moves())
    for steps, _share in paths.PATHS.values():
        for (_before, start, _s), (action, end, _t) in pairwise(steps):
            assert (start, end, action) in declared


def scatter_buildings(count: int, width: float, height: float) -> None:
    chance = random.Random(1)
    Building.objects.bulk_create(
        Building(
            geom=geos(square(chance.uniform(0.05, width - 0.1), chance.uniform(0.05, height - 0.1), 0.01)),
            residents=chance.randrange(200),
            use=chance.choice(["residential", "commercial"]),
            address_text=f"中山路{n}号",
        )
        for n in range(count)
    )


@pytest.fixture
def sample(town) -> None:
    scatter_buildings(60, 4, 2)
    call_command("load_incidents", count=400, days=14, verbosity=0, stdout=io.StringIO())


def test_the_sample_is_whole(sample):
    assert Incident.objects.count() == 400
    assert {len(number) for number in Incident.objects.values_list("number", flat=True)} == {25}
    for row in Incident.objects.all():
        assert (row.grid_code is None) == (row.nearest_grid is not None)
        assert row.grid_code == row.grid_code_at_report
        steps = list(row.steps.order_by("id"))
        assert steps[-1].to_state == row.state
        assert (steps[0].action, steps[0].at) == ("report", row.reported_at)
        assert row.step_since == [s.at for s in steps if s.to_state != s.from_state][-1], "its step's clock"
        assert all(a.to_state == b.from_state and a.at <= b.at for a, b in pairwise(steps))
        assert {(s.from_state, s.to_state, s.action) for s in steps[1:]} <= set(moves())
    assert Incident.objects.filter(is_open=True).exists()
    assert Incident.objects.filter(state="evaluated", satisfaction__gte=1).exists()
    assert Whistle.objects.filter(checked_in_at__gte=F("sent_at")).exists()
    assert (
        not Incident.objects.filter(is_open=True, due_at__lt=F("updated_at"))
        .exclude(light="red")
        .exclude(suspended_at__isnull=False)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM incidents_incident i WHERE incident_timeline_broken(i.id) IS NOT NULL"
        )
        assert cursor.fetchone() == (0,)


def test_loading_again_replaces_only_the_sample(sample, town):
    from tests.incidents.conftest import raw_incident

    own = raw_incident(0.5, 0.5)
    call_command("load_incidents", count=20, days=3, verbosity=0, stdout=io.StringIO())
    assert Incident.objects.count() == 21
    assert Incident.objects.filter(pk=own).exists()
    assert Step.objects.filter(incident_id=own).count() == 1
