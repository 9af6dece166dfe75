"""Prove that the list comes as a file with just what was asked for, now and as of a moment, to whom it is theirs."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from incidents.loop import engine
from incidents.models import Incident
from tests.incidents.conftest import EAST, URL, person, raw_incident
from tests.incidents.test_loop import MONDAY
from tests.shapes import place

pytestmark = pytest.mark.django_db
NUMBER, ITEM, LIGHT, STATE, AT = range(5)


def lines(client: Any, **query: str) -> list[list[str]]:
    """The rows of the CSV below its heads."""
    answer = client.get(URL, {"as": "csv", **query})
    assert answer["Content-Type"].startswith("text/csv"), answer.content
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]


@pytest.fixture
def three(town: Any) -> list[str]:
    """Numbers of three incidents, an hour apart: two in the west, one in the east."""
    made = [
        raw_incident(x, 0.5, reported_at=MONDAY + timedelta(hours=n)) for n, x in enumerate((0.5, 0.6, 2.5))
    ]
    return [Incident.objects.get(pk=pk).number for pk in made]


def test_the_file_has_the_rows_of_the_list(three, clients, client_of):
    viewer = clients["viewer"]
    assert [row[NUMBER] for row in lines(viewer)] == three[::-1]
    east = "{},{},{},{}".format(*place(2, 0), *place(3, 1))
    assert [row[NUMBER] for row in lines(viewer, bbox=east)] == [three[2]]
    assert lines(viewer, state="closed") == []
    assert [row[NUMBER] for row in lines(viewer, since=(MONDAY + timedelta(minutes=1)).isoformat())] == three[
        :0:-1
    ]
    assert [row[NUMBER] for row in lines(client_of(person("east", "viewer", EAST)))] == [three[2]]
    assert clients["drawer"].get(URL, {"as": "csv"}).status_code == 200
    assert lines(clients["drawer"]) == []
    book = openpyxl.load_workbook(io.BytesIO(viewer.get(URL, {"as": "xlsx", "bbox": east}).content)).active
    assert [cell.value for cell in book["A"]][1:] == [three[2]]
    assert book["E"][1].value == timezone.localtime(MONDAY + timedelta(hours=2)).replace(tzinfo=None)


def test_of_a_moment_are_those_that_were_open_with_the_state_and_light_they_had(three, people, clients):
    def then(minutes: float, **query: str) -> list[list[str]]:
        at = (MONDAY + timedelta(minutes=minutes)).isoformat()
        return lines(clients["dispatcher"], at=at, **query)

    engine.perform(people["dispatcher"], three[0], "accept", {}, MONDAY + timedelta(minutes=30))
    engine.perform(people["dispatcher"], three[0], "reject", {"text": "x"}, MONDAY + timedelta(minutes=90))
    assert then(-1) == []
    assert [(row[NUMBER], row[LIGHT], row[STATE]) for row in then(20)] == [(three[0], "in time", "Reported")]
    assert [row[STATE] for row in then(40)] == ["Accepted by the village"]
    assert [row[NUMBER] for row in then(80)] == [three[1], three[0]]
    assert [row[NUMBER] for row in then(100)] == [three[1]]
    assert [(row[NUMBER], row[LIGHT]) for row in then(125)] == [(three[2], "in time"), (three[1], "overdue")]
    assert [row[NUMBER] for row in then(125, light="red")] == [three[1]]
    assert then(20, state="triaged") == then(20, light="yellow,red") == []
    assert [row[NUMBER] for row in then(80, since=(MONDAY + timedelta(minutes=30)).isoformat())] == [three[1]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"as": "pdf"},
        {"as": "csv", "limit": "5"},
        {"as": "csv", "cursor": "5"},
        {"as": "csv", "at": "x"},
        {"as": "csv", "at": "2100-01-01"},
        {"as": "csv", "at": "2026-11-01", "open": "true"},
        {"as": "csv", "at": "2026-11-01", "light": "blue"},
        {"at": "2026-11-01"},
    ],
)
def test_what_no_file_can_be_of_is_refused_by_name(wrong: dict[str, str], clients):
    answer = clients["viewer"].get(URL, wrong)
    assert answer.status_code == 400
    assert answer.json()["error"]["details"]["parameter"] in wrong


def test_who_is_not_signed_in_gets_no_file(client):
    assert client.get(URL, {"as": "csv"}).status_code == 401


def test_the_file_holds_what_is_shown_of_a_day_at_each_moment(three, clients):
    """The page finds the same in what the replay tells."""
    told = clients["viewer"].get(f"{URL}replay/", {"day": "2026-11-23"}).json()
    moments = {MONDAY.timestamp() + 60 * n for n in range(0, 600, 45)}
    for moment in moments:
        opened = [row[0] for row in told["incidents"] if any(change[0] <= moment for change in row[-1])]
        at = datetime.fromtimestamp(moment, timezone.get_current_timezone()).isoformat()
        assert [row[NUMBER] for row in lines(clients["viewer"], at=at)] == opened[::-1]
