"""Prove that a day is told as it was: what was open when, where, under which light; to whom it is theirs."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from gis_core import access
from incidents import clock, replay
from incidents.loop import engine
from incidents.models import Incident
from tests.incidents.conftest import EAST, WEST, person, raw_incident
from tests.incidents.test_loop import HERE, MONDAY, WHISTLE, photo_of
from tests.security.conftest import as_app

pytestmark = pytest.mark.django_db
URL = "/api/v1/incidents/replay/"
SPAN = 60 * 24 * 9
"""Minutes from Monday morning over nine days: longer than the longest story below."""


def told(client: Any, day: str, **more: str) -> dict[str, dict[str, Any]]:
    """The answer by number, with names in place of places."""
    answer = client.get(URL, {"day": day, **more}).json()
    states = [one["state"] for one in answer["states"]]
    found = [dict(zip(answer["fields"], row, strict=True)) for row in answer["incidents"]]
    for one in found:
        one["changes"] = [(at, states[state], yellow, red) for at, state, yellow, red in one["changes"]]
    return {one["number"]: one for one in found}


def at(changes: list[tuple[int, str, int | None, int | None]], moment: datetime) -> tuple[str, str]:
    """State and light at a moment, as a page reads them."""
    now = moment.timestamp()
    begun, state, yellow, red = [change for change in changes if change[0] <= now][-1]
    assert begun <= now
    light = "red" if red and now > red else "yellow" if yellow and now >= yellow else "green"
    return state, light


def seen(pk: int, moment: datetime) -> tuple[str, str]:
    """State and light as the incident itself says them now, if `moment` is now."""
    incident = Incident.objects.get(pk=pk)
    return incident.state, clock.light(incident, moment)


STORIES: dict[str, list[tuple[str, str, dict[str, Any], int]]] = {
    "whistled for, extended, suspended over the weekend, reworked, reopened": [
        ("dispatcher", "accept", {}, 5),
        ("dispatcher", "escalate", {}, 10),
        ("dispatcher", "whistle", WHISTLE, 20),
        ("department", "check_in", {"place": HERE}, 100),
        ("department", "start", {}, 110),
        ("department", "ask_extend", {"text": "x", "hours": 6}, 120),
        ("dispatcher", "extend", {}, 130),
        ("department", "ask_suspend", {"text": "x"}, 200),
        ("dispatcher", "suspend", {}, 260),
        ("department", "resume", {}, 60 * 24 * 3),
        ("department", "feed_back", {"text": "x"}, 60 * 24 * 3 + 30),
        ("worker", "verify_fail", {"text": "x"}, 60 * 24 * 3 + 40),
    ],
    "whistled in working time, and nobody comes": [
        ("dispatcher", "accept", {}, 5),
        ("dispatcher", "escalate", {}, 10),
        ("dispatcher", "whistle", {**WHISTLE, "kind": "key"}, 20),
    ],
    "left lying, then handled by the village": [
        ("dispatcher", "accept", {}, 90),
        ("dispatcher", "handle", {}, 60 * 24),
        ("dispatcher", "ask_suspend", {"text": "x"}, 60 * 24 * 2),
        ("dispatcher", "suspend", {}, 60 * 24 * 7),
    ],
}


@pytest.mark.parametrize("story", STORIES)
def test_every_moment_has_the_state_and_the_light_that_it_had(story, town, people, clients):
    pk = raw_incident(0.5, 0.5, reported_at=MONDAY, reporter_id=people["worker"].pk)
    number = Incident.objects.get(pk=pk).number
    photo_of(number)
    steps = list(STORIES[story])
    was = {}
    for minutes in range(1, SPAN, 37):
        while steps and steps[0][3] <= minutes:
            who, key, body, when = steps.pop(0)
            engine.perform(people[who], number, key, body, MONDAY + timedelta(minutes=when))
        moment = MONDAY + timedelta(minutes=minutes)
        was[moment] = seen(pk, moment)
    days: dict[str, dict[str, Any]] = {}
    for moment, expected in was.items():
        day = moment.date().isoformat()
        days.setdefault(day, _any_day(people["viewer"], day))
        assert at(days[day][number]["changes"], moment) == expected, (story, moment)
    assert {light for _state, light in was.values()} >= {"green", "red"}


def _any_day(user: Any, day: str) -> dict[str, Any]:
    """The same also for days to come, which the interface does not answer."""
    asked = Whole(datetime.fromisoformat(day).date())
    answer = replay.of_day(user, asked)
    states = [one["state"] for one in answer["states"]]
    found = {}
    for row in answer["incidents"]:
        one = dict(zip(answer["fields"], row, strict=True))
        one["changes"] = [(when, states[state], *rest) for when, state, *rest in one["changes"]]
        found[one["number"]] = one
    return found


class Whole(replay.Day):
    """A day to its end, whatever the time is."""

    @property
    def until(self) -> datetime:
        return self.since + timedelta(days=1)


def test_a_day_holds_what_was_open_at_some_moment_of_it(town, people, clients):
    last_week = MONDAY - timedelta(days=7)
    pks = [raw_incident(0.5, 0.5, reported_at=last_week + timedelta(days=days)) for days in (0, 1, 3)]
    closed = Incident.objects.get(pk=pks[0])
    for key, minutes in (("accept", 5), ("reject", 60 * 24)):
        engine.perform(
            people["dispatcher"], closed.number, key, {"text": "x"}, last_week + timedelta(minutes=minutes)
        )
    one, two, three = (Incident.objects.get(pk=pk).number for pk in pks)
    viewer = clients["viewer"]
    assert list(told(viewer, "2026-11-15")) == []
    assert list(told(viewer, "2026-11-16")) == [one]
    tuesday = told(viewer, "2026-11-17")
    assert list(tuesday) == [one, two]
    assert [state for _at, state, *_ in tuesday[one]["changes"]] == ["triaged", "rejected"]
    assert list(told(viewer, "2026-11-18")) == [two]
    assert list(told(viewer, "2026-11-19")) == [two, three]
    lon, lat = Incident.objects.get(pk=pks[1]).geom.coords
    assert (tuesday[two]["lon"], tuesday[two]["lat"]) == (lon, lat)


def test_only_who_may_see_an_incident_sees_it_in_the_past(town, people, clients, client_of):
    past = MONDAY - timedelta(days=7)
    west, east = (raw_incident(x, 0.5, reported_at=past) for x in (0.5, 2.5))
    draft = raw_incident(2.5, 0.5, reported_at=past, state="draft", reporter_id=people["worker"].pk)
    numbers = {pk: Incident.objects.get(pk=pk).number for pk in (west, east, draft)}
    day = "2026-11-16"
    assert set(told(clients["viewer"], day)) == {numbers[west], numbers[east]}
    assert set(told(clients["viewer"], day, area=WEST)) == {numbers[west]}
    assert set(told(client_of(person("east", "viewer", EAST)), day)) == {numbers[east]}
    assert told(clients["drawer"], day) == {}
    assert told(clients["worker"], day).keys() == {numbers[west], numbers[east]}


def test_what_cannot_be_answered_is_said_with_what_can(town, people, clients, monkeypatch):
    viewer = clients["viewer"]
    for bad in ("day=x", "day=2026-13-01", "day=1999-01-01", "day=2999-01-01", "area=x", "since=2026-01-01"):
        answer = viewer.get(f"{URL}?{bad}")
        assert answer.status_code == 400, bad
        assert answer.json()["error"]["details"]["parameter"] == bad.split("=")[0]
    assert APIClient().get(URL).status_code == 401
    past = MONDAY - timedelta(days=7)
    for x in (0.5, 0.5, 2.5):
        raw_incident(x, 0.5, reported_at=past)
    monkeypatch.setattr(replay, "MOST", 2)
    refused = viewer.get(f"{URL}?day=2026-11-16")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "too_many")
    assert refused.json()["error"]["details"] == {"most": 2, "parameter": "area"}
    assert len(told(viewer, "2026-11-16", area=WEST)) == 2


def test_the_database_keeps_to_the_scope_even_where_the_programme_forgets(town, monkeypatch):
    """As the server's role, with a query that asks for everything."""
    past = MONDAY - timedelta(days=7)
    for x in (0.5, 2.5):
        raw_incident(x, 0.5, reported_at=past)
    east = person("east", "viewer", EAST)
    monkeypatch.setattr(access, "prefixes", lambda user, action: [""])
    with as_app(str(east.pk)):
        rows = replay.of_day(east, replay.Day(past.date()))["incidents"]
    assert [row[6][: len(EAST)] for row in rows] == [EAST]
