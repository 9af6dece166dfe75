"""Prove that an incident's situation tells what stands around it, and only to who may see the incident."""

import pytest

from incidents.models import Incident
from tests.incidents.conftest import EAST, WEST, person, raw_incident

pytestmark = pytest.mark.django_db


def number(pk):
    return Incident.objects.get(pk=pk).number


def test_open_incidents_near_are_told_nearest_first_and_drawn(town, clients):
    here = number(raw_incident(0.5, 0.5))
    near, nearer = number(raw_incident(0.5, 1.2)), number(raw_incident(0.5, 0.6))
    raw_incident(3.5, 0.5)
    raw_incident(0.5, 0.7, state="closed")
    answer = clients["dispatcher"].get(f"/api/v1/incidents/{here}/situation/").json()
    assert [one["number"] for one in answer["incidents"]["listed"]] == [here, nearer, near]
    assert answer["incidents"]["lights"] == {"red": 0, "yellow": 0, "green": 3}
    assert answer["incident"]["properties"]["actions"]
    assert answer["areas"][-1]["code"] == f"{WEST}001"
    drawn = [
        f["properties"]["number"]
        for f in answer["features"]["features"]
        if f["properties"]["part"] == "incident"
    ]
    assert drawn == [here, nearer, near]


def test_nobody_sees_a_foreign_incident_or_hears_of_it(town, client, client_of):
    here = number(raw_incident(0.5, 0.5))
    assert client.get(f"/api/v1/incidents/{here}/situation/").status_code == 401
    stranger = client_of(person("s", "worker", EAST))
    assert stranger.get(f"/api/v1/incidents/{here}/situation/").status_code == 404
    assert stranger.get(f"/api/v1/areas/{WEST}/situation/").json()["incidents"]["open"] == 0
    assert client.get(f"/api/v1/areas/{WEST}/situation/").json()["incidents"] is None
