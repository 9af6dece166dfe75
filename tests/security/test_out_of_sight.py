"""Prove that what lies beyond the writer's sight is refused in words, not by a failure, and tells nothing of itself."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from incidents.models import Incident
from tests.incidents.conftest import body, raw_incident
from tests.security.conftest import EAST, WEST, person
from tests.shapes import place

pytestmark = pytest.mark.django_db
URL = "/api/v1/incidents/"


def client_for(user) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en", raise_request_exception=False)
    client.force_login(user)
    return client


def post(client, address, sent):
    return client.post(address, json.dumps(sent), "application/json")


def said(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.fixture
def dispatcher(ground):
    """Of the western village alone."""
    return client_for(person("west", "dispatcher", WEST))


@pytest.mark.parametrize("x", [2.5, 9.5], ids=["in another village", "outside the district"])
def test_an_incident_is_not_moved_out_of_the_movers_sight(dispatcher, x):
    incident = Incident.objects.get(pk=raw_incident(0.5, 0.5))
    steps = incident.steps.count()
    lon, lat = place(x, 0.5)
    sent = {"place": {"lon": lon, "lat": lat, "crs": "4490"}, "text": "there"}
    answer = post(dispatcher, f"{URL}{incident.number}/actions/relocate/", sent)
    assert said(answer) == (403, "out_of_sight")
    assert "nothing was changed" in answer.json()["error"]["message"]
    after = Incident.objects.get(pk=incident.pk)
    assert (after.geom.coords, after.steps.count()) == (incident.geom.coords, steps)
    lon, lat = place(1.5, 0.5)
    sent["place"].update(lon=lon, lat=lat)
    assert post(dispatcher, f"{URL}{incident.number}/actions/relocate/", sent).status_code == 200


def test_an_incident_is_not_given_to_a_grid_out_of_sight(dispatcher):
    number = Incident.objects.get(pk=raw_incident(0.5, 0.5)).number
    answer = post(dispatcher, f"{URL}{number}/actions/pick_grid/", {"grid": f"{EAST}001", "text": "theirs"})
    assert said(answer) == (403, "refused")
    assert Incident.objects.get(number=number).grid_code.startswith(WEST)


def test_a_known_number_of_the_source_is_told_without_the_incident_that_has_it(dispatcher):
    raw_incident(2.5, 0.5, source_id="HOTLINE-1")
    raw_incident(0.5, 0.5, source_id="HOTLINE-2")
    answer = post(dispatcher, URL, body(source_id="HOTLINE-1"))
    assert said(answer) == (409, "known_source_id")
    assert answer.json()["error"]["details"] == {"source_id": "HOTLINE-1"}
    answer = post(dispatcher, URL, body(source_id="HOTLINE-2"))
    assert said(answer) == (409, "known_source_id")
    assert answer.json()["error"]["details"]["number"] == Incident.objects.get(source_id="HOTLINE-2").number


def test_a_file_of_reports_says_the_same(dispatcher):
    raw_incident(2.5, 0.5, source_id="HOTLINE-1")
    lon, lat = place(0.5, 0.5)
    text = f"item,lon,lat,crs,source_id\n26,{lon},{lat},4490,HOTLINE-1\n"
    answer = dispatcher.post(f"{URL}batch/", {"file": SimpleUploadedFile("reports.csv", text.encode())})
    assert answer.status_code == 200, answer.content
    assert answer.json()["rows"][0]["error"]["code"] == "known_source_id"
