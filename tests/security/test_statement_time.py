"""Prove that a slow statement ends when its kind of request says, in words, and leaves the next request whole.

A lock on what is read makes every statement slow that reads it. The server has one connection for pages and
interfaces, so that each request gets the session of the one before.
"""

import math
import threading
import xml.etree.ElementTree as ET  # of our own server
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psycopg
import pytest
from django.db import connection
from django.test import RequestFactory

from gis_core import scope, statement_time
from gis_core.statement_time import kind_of
from tests.incidents.conftest import body
from tests.security.conftest import fill, person, run
from tests.serving import copied_database, server
from tests.shapes import place
from tests.tokens import token_of
from tests.waiting import wait_until

LOCKED = "incidents_incident, layers_camera, gis_core_area"
WFS = "/ogc/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES=app:cameras"
QUERY = (
    '<GetFeature xmlns="http://www.opengis.net/wfs/2.0" service="WFS" version="2.0.0">'
    '<Query xmlns:app="urn:wangge:app" typeNames="app:cameras"/></GetFeature>'
)
REPORTS = {
    "a tile of public areas": "/tiles/grids/{tile}.mvt",
    "a tile of what is protected": "/tiles/cameras/{tile}.mvt",
    "REST": "/api/v1/layers/cameras/",
    "REST, incidents": "/api/v1/incidents/",
    "WFS": WFS,
    "WFS by POST": "/ogc/wfs",
    "Open311": "/open311/v2/requests.json",
}


@contextmanager
def locked(url: str, tables: str) -> Iterator[psycopg.Connection]:
    """Nobody reads these while the block runs, or until what is yielded is rolled back."""
    with psycopg.connect(url) as holder:
        holder.execute(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
        yield holder
        holder.rollback()


def tile(zoom: int) -> str:
    """z/x/y of the one over the western village's grid."""
    lon, lat = (math.radians(angle) for angle in place(0.5, 0.5))
    x, y = 0.5 + lon / math.tau, 0.5 - math.asinh(math.tan(lat)) / math.tau
    return f"{zoom}/{int(x * 2**zoom)}/{int(y * 2**zoom)}"


def asked(client: httpx.Client, what: str, zoom: int = 15) -> httpx.Response:
    """The answer; of a tile that nobody has kept, for another zoom than before."""
    address = REPORTS[what].format(tile=tile(zoom))
    return client.post(address, content=QUERY) if what == "WFS by POST" else client.get(address)


def ended_in_words(answer: httpx.Response, what: str) -> None:
    assert answer.status_code == 503, (what, answer.text)
    assert int(answer.headers["retry-after"]) > 0
    if "WFS" in what:
        report = ET.fromstring(answer.content)
        assert report.tag == "{http://www.opengis.net/ows/1.1}ExceptionReport"
        exception = report.find("{*}Exception")
        said = exception.get("locator"), exception.find("{*}ExceptionText").text
    elif what == "Open311":
        said = "took_too_long", answer.json()[0]["description"]  # it has numbers for codes
    else:
        said = answer.json()["error"]["code"], answer.json()["error"]["message"]
    assert said == (
        "took_too_long",
        "This took too long and was ended. Ask for a smaller area or fewer rows.",
    ), what


@pytest.mark.django_db(transaction=True)
def test_what_is_slow_ends_in_words_on_every_surface_and_the_next_request_is_whole():
    fill()
    headers = {
        "Authorization": f"Token {token_of(person('root', 'dispatcher', ''))}",
        "Accept-Language": "en",
    }
    environment = {
        "WANGGE_STATEMENT_SECONDS": "tiles=0.5,reads=0.5,writes=600",
        "WANGGE_DB_POOL_SIZE": "1",
        "WANGGE_TILE_CACHE": "none",
    }
    with (
        copied_database("slow") as url,
        server(url, **environment) as running,
        httpx.Client(base_url=running.address, headers=headers, timeout=60) as client,
    ):
        assert {what: asked(client, what).status_code for what in REPORTS} == dict.fromkeys(REPORTS, 200)
        with locked(url, LOCKED):
            for what in REPORTS:
                ended_in_words(asked(client, what, zoom=16), what)
        for what in REPORTS:
            after = asked(client, what, zoom=16)
            assert (after.status_code, bool(after.content)) == (200, True), what
        with locked(url, "gis_core_credential"):
            ended_in_words(client.get("/events/"), "events")
        _what_writes_has_its_own_time(url, client)


def _what_writes_has_its_own_time(url: str, client: httpx.Client) -> None:
    """Longer than what only reads, before and after it on the same session."""
    for send in (
        lambda: client.post("/api/v1/incidents/", json=body()),
        lambda: client.get("/api/v1/layers/cameras/export/?format=csv"),
    ):
        answers: list[httpx.Response] = []
        with locked(url, "incidents_incident, layers_camera") as holder:
            ended_in_words(asked(client, "REST"), "REST before")
            sender = threading.Thread(target=lambda: answers.append(send()))  # noqa: B023
            sender.start()
            wait_until(lambda: _waits_for(url, "1 second"))
            holder.rollback()
            sender.join()
        assert answers[0].status_code in (200, 201), answers[0].text
        with locked(url, "layers_camera"):
            ended_in_words(asked(client, "REST"), "REST after")
        assert asked(client, "REST").status_code == 200


def _waits_for(url: str, long: str) -> bool:
    with psycopg.connect(url) as watcher:
        waiting = watcher.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            " AND clock_timestamp() - query_start > %s::interval",
            [long],
        ).fetchone()
    return waiting[0] > 0


@pytest.mark.django_db
@pytest.mark.parametrize("ends", [True, False])
def test_the_time_is_told_with_the_user_and_by_no_query_of_its_own(settings, monkeypatch, ends):
    settings.REQUEST_ROLE, settings.STATEMENTS_END = "", ends
    connection.ensure_connection()
    asked_of_session: list[str] = []

    class Noting(connection.connection.cursor_factory):
        def execute(self, query, *given, **more):
            asked_of_session.append(str(query))
            return super().execute(query, *given, **more)

    monkeypatch.setattr(connection.connection, "cursor_factory", Noting)
    for method, address, wanted in (
        ("GET", "/tiles/x", "20s"),
        ("GET", "/", "30s"),
        ("POST", "/ogc/wfs", "2min"),
    ):
        scope.begin(RequestFactory().generic(method, address))
        if address == "/ogc/wfs":
            scope.writes()
        connection._told = None  # as of every session that comes out of the pool
        asked_of_session.clear()
        with scope.acting(None):
            now = [run("SELECT current_setting('statement_timeout')") for _twice in range(2)]
        scope.end()
        assert now == [[(wanted if ends else "0",)]] * 2
        assert len(asked_of_session) == 3  # what is told, and the two
    assert run("SELECT current_setting('statement_timeout')") == [("2min" if ends else "0",)]


@pytest.mark.parametrize(
    ("kind", "method", "address"),
    [
        ("tiles", "GET", "/tiles/grids/1/2/3.mvt"),
        ("tiles", "GET", "/events/"),
        ("tiles", "GET", "/raster/service"),
        ("reads", "GET", "/"),
        ("reads", "HEAD", "/api/v1/areas/"),
        ("reads", "GET", "/open311/v2/requests.json"),
        ("reads", "POST", "/ogc/wfs"),
        ("reads", "GET", "/api/v1/statistics/?by=town"),
        ("writes", "GET", "/api/v1/statistics/?by=town&as=xlsx"),
        ("writes", "GET", "/api/v1/layers/cameras/export/?format=csv"),
        ("writes", "GET", "/api/v1/plans/3/export/"),
        ("writes", "GET", "/notices/3.pdf"),
        ("writes", "POST", "/api/v1/incidents/"),
        ("writes", "DELETE", "/api/v1/session/"),
    ],
)
def test_every_request_is_of_a_kind(kind, method, address):
    assert kind_of(method, *address.split("?")) == kind


def test_the_times_are_changed_for_all_or_one_by_one_and_mistakes_are_told():
    assert statement_time.changed("") == statement_time.SECONDS
    assert set(statement_time.changed("300").values()) == {300.0}
    assert statement_time.changed("reads=60") == {**statement_time.SECONDS, "reads": 60.0}
    for wrong in ("read=60", "reads", "reads=x", "reads=0", "0"):
        with pytest.raises(ValueError, match="WANGGE_STATEMENT_SECONDS"):
            statement_time.changed(wrong)
