"""Prove the figures: counted by hand, the same from kept days as from live ones, and not changed by a new map."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import transaction
from django.utils import timezone

from gis_core.models import Area
from incidents import statistics
from incidents.api import sheets
from incidents.loop import engine
from incidents.models import Daily, Incident
from incidents.statistics import Question
from tests.incidents.conftest import EAST, WEST, lay_out, person, raw_incident
from tests.incidents.test_loop import HERE, MONDAY, photo_of
from tests.shapes import TOWN

pytestmark = pytest.mark.django_db
URL = "/api/v1/statistics/"
DAYS = {"since": MONDAY.date(), "until": MONDAY.date() + timedelta(days=3)}


def walk(pk: int, people: dict, *steps: tuple) -> str:
    number = Incident.objects.get(pk=pk).number
    for who, key, body, minutes in steps:
        engine.perform(people[who], number, key, body, MONDAY + timedelta(minutes=minutes))
    return number


@pytest.fixture
def three(town, people, monkeypatch) -> list[int]:
    """Closed on the spot in the west; whistled for and closed late, with rework, in the west; open in the east."""
    monkeypatch.setattr("incidents.loop.guards.is_sampled", lambda incident: False)
    pks = [raw_incident(x, 0.5, reported_at=MONDAY, reporter_id=people["worker"].pk) for x in (0.5, 0.5, 2.5)]
    for pk in pks[:2]:
        photo_of(Incident.objects.get(pk=pk).number)
    walk(pks[0], people, ("worker", "self_close", {"text": "x"}, 30))
    walk(
        pks[1],
        people,
        ("dispatcher", "accept", {}, 5),
        ("dispatcher", "escalate", {}, 10),
        ("dispatcher", "whistle", {"kind": "quick", "department": "city"}, 20),
        ("department", "check_in", {}, 60),
        ("department", "start", {}, 70),
        ("department", "feed_back", {"text": "x"}, 100),
        ("worker", "verify_fail", {"text": "x"}, 110),
    )
    Incident.objects.get(pk=pks[1]).photos.update(at=MONDAY + timedelta(minutes=115))
    walk(
        pks[1],
        people,
        ("department", "feed_back", {"text": "x"}, 600),
        ("worker", "verify_pass", {"place": HERE}, 720),
        ("worker", "evaluate", {"response": 5, "handling": 5, "satisfaction": 5}, 800),
    )
    return pks


def figures(question: Question) -> dict:
    return {row["key"]: row for row in statistics.answer(question, ("",))}


def test_by_hour_are_the_reports_of_the_hour_in_china(three):
    hour = timezone.localtime(MONDAY).strftime("%Y-%m-%dT%H")
    rows = figures(Question(**DAYS, by="hour"))
    assert {key: row["counts"]["reported"] for key, row in rows.items()} == {hour: 3}
    west = Question(**DAYS, by="hour", within=WEST)
    assert {key: row["counts"]["reported"] for key, row in figures(west).items()} == {hour: 2}
    Incident.objects.filter(pk=three[0]).update(reported_at=MONDAY + timedelta(hours=1))
    assert [row["counts"]["reported"] for row in figures(Question(**DAYS, by="hour")).values()] == [2, 1]


def test_counted_by_hand(three):
    row = figures(Question(**DAYS))[""]
    assert row["counts"] == {
        "reported": 3, "outside": 0, "refused": 0, "due": 3, "closed": 2, "whistles": 1, "evaluated": 1
    }  # fmt: skip
    rates = {key: (rate["part"], rate["whole"]) for key, rate in row["rates"].items()}
    assert rates == {
        "closing": (2, 3), "in_time": (1, 3), "overdue": (2, 3), "satisfaction": (1, 1), "response": (1, 1),
        "solving": (1, 1), "rework": (1, 2), "accuracy": (1, 1), "returning": (0, 1), "duplication": (0, 3),
        "self_handling": (1, 3), "whistling": (1, 3),
    }  # fmt: skip
    assert (row["mean_hours"], row["median_hours"]) == (6.25, 6.25)
    assert row["rates"]["closing"]["rate"] == 0.6667


def test_by_every_grouping(three):
    by = {name: figures(Question(**DAYS, by=name)) for name in statistics.GROUPS}
    assert {key: row["counts"]["reported"] for key, row in by["area"].items()} == {TOWN: 3}
    villages = figures(Question(**DAYS, by="area", tier="village"))
    assert {key: row["counts"]["reported"] for key, row in villages.items()} == {WEST: 2, EAST: 1}
    assert by["item"]["26"]["title"] == "Rubbish lying about"
    assert by["department"]["city"]["counts"]["whistles"] == 1
    assert set(by["source"]) == {"worker"}
    assert by["day"]["2026-11-23"]["counts"]["reported"] == 3
    within = figures(Question(**DAYS, within=EAST))
    assert within[""]["counts"]["reported"] == 1
    assert figures(Question(**DAYS, items=("33",))) == {}


def test_kept_days_say_the_same_as_live_ones(three):
    before = figures(Question(**DAYS, by="area", tier="grid"))
    statistics.refresh()
    assert Daily.objects.exists()
    later = MONDAY + timedelta(days=40)
    with pytest.MonkeyPatch.context():
        from django.db import connection

        with (
            connection.cursor() as cursor
        ):  # as if it were forty days later: everything comes from the kept days
            cursor.execute(
                "CREATE OR REPLACE FUNCTION incident_recent() RETURNS timestamptz LANGUAGE sql STABLE AS"
                f" $$ SELECT timestamptz '{later.isoformat()}' $$"
            )
    assert figures(Question(**DAYS, by="area", tier="grid")) == before


@pytest.mark.django_db(transaction=True)
def test_last_month_stays_as_it_was_under_the_old_grids():
    lay_out()
    past = timezone.now() - timedelta(days=20)
    for _n in range(3):
        raw_incident(0.5, 0.5, reported_at=past)
    statistics.refresh()
    days = {"since": past.date() - timedelta(days=1), "until": past.date() + timedelta(days=2)}
    before = figures(Question(**days, by="area", tier="grid"))
    assert before[f"{WEST}001"]["counts"]["reported"] == 3
    with transaction.atomic():
        Area.objects.live().filter(code=f"{WEST}001").update(code=f"{WEST}009")
    statistics.refresh()
    after = figures(Question(**days, by="area", tier="grid"))
    assert {key: row["counts"] for key, row in after.items()} == {
        key: row["counts"] for key, row in before.items()
    }
    today = figures(Question(**days, by="area", tier="grid", basis="today"))
    assert {key: row["counts"]["reported"] for key, row in today.items()} == {f"{WEST}009": 3}


def test_over_rest_in_every_format(three, clients, client_of):
    query = f"{URL}?by=area&tier=village&since=2026-11-23&until=2026-11-25"
    answer = clients["viewer"].get(f"{query}&compare=previous").json()
    assert [row["key"] for row in answer["rows"]] == [WEST, EAST]
    assert (answer["since"], answer["until"], answer["previous"]) == ("2026-11-23", "2026-11-25", [])
    lines = list(
        csv.reader(io.StringIO(clients["viewer"].get(f"{query}&as=csv").content.decode("utf-8-sig")))
    )
    assert lines[1][:3] == [WEST, "社区1", "2"]
    book = openpyxl.load_workbook(io.BytesIO(clients["viewer"].get(f"{query}&as=xlsx").content))
    assert [cell.value for cell in book.active["A"]][1:] == [WEST, EAST]
    east = client_of(person("east", "viewer", EAST))
    assert [row["key"] for row in east.get(query).json()["rows"]] == [EAST]
    assert clients["drawer"].get(query).status_code == 403
    for bad in (
        "by=x",
        "tier=x",
        "since=x",
        "until=2020-13-01",
        "area=x",
        "as=pdf",
        "basis=x",
        "since=2026-12-01&until=2026-11-01",
    ):
        assert clients["viewer"].get(f"{URL}?{bad}").status_code == 400, bad


def test_no_cell_is_a_formula(three):
    assert sheets.harmless("=1+1") == "'=1+1"
    assert sheets.harmless(-1) == -1
