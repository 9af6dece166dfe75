"""Prove who hears what, what a bad address is told, and that the stream outlives what may go wrong."""

import base64
import json
import resource
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg
import pytest

from tests import serving
from tests.gis_core.events.conftest import Listener, emit, manage

pytestmark = pytest.mark.django_db

USERS = """
from django.contrib.auth.models import User
from gis_core.models import Membership
from django.db import connection
from tests import tokens
for name, role, prefix in (("east", "drawer", "410202"), ("west", "drawer", "410203"), ("root", "", "")):
    user, made = User.objects.get_or_create(username=name, is_superuser=name == "root")
    user.set_password("pass"); user.save()
    if made:
        tokens.put(connection.cursor(), name, name.encode().hex().zfill(40))
    if role:
        Membership.objects.get_or_create(user=user, role=role, code_prefix=prefix)
"""


@pytest.fixture(scope="package")
def users(database):
    manage(database, USERS)


def as_token(name):
    return {"headers": {"Authorization": f"Token {name.encode().hex().zfill(40)}"}}


def test_a_listener_hears_what_lies_in_their_area_and_everybody_what_is_public(listen, raw, users):
    east, west, root, nobody = (
        listen(**as_token("east")),
        listen(**as_token("west")),
        listen(**as_token("root")),
        listen(),
    )
    writer = raw()
    emit(writer, "east", code="410202001", permission="view_plan")
    emit(writer, "west", code="410203001", permission="view_plan")
    emit(writer, "above", code="4102", permission="view_plan")
    emit(writer, "unknown action", code="410202001", permission="view_moon")
    emit(writer, "public", code="410203001")
    writer.commit()
    assert east.numbers(2) == ["east", "public"]
    assert west.numbers(2) == ["west", "public"]
    assert root.numbers(4) == ["east", "west", "above", "public"]
    assert nobody.numbers(1) == ["public"]


def test_what_is_not_allowed_is_not_heard_by_resuming_either(listen, raw, users):
    writer = raw()
    start = listen().first_id
    emit(writer, "west", code="410203001", permission="view_plan")
    emit(writer, "public")
    writer.commit()
    assert listen(f"?last_event_id={start}", **as_token("east")).numbers(1) == ["public"]


def test_session_basic_and_token_all_sign_in(listen, raw, site, users):
    with httpx.Client(trust_env=False) as client:
        answer = client.post(f"{site.address}/api/v1/session/", json={"username": "east", "password": "pass"})
        cookie = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
    basic = base64.b64encode(b"east:pass").decode()
    heres = [
        listen(headers={"Cookie": cookie}),
        listen(headers={"Authorization": f"Basic {basic}"}),
        listen(**as_token("east")),
    ]
    writer = raw()
    emit(writer, 1, code="410202", permission="view_plan")
    writer.commit()
    assert [here.numbers(1) for here in heres] == [[1]] * 3


def test_wrong_credentials_are_401(site, users):
    answer = httpx.get(f"{site.address}/events/", headers={"Authorization": "Token wrong"}, trust_env=False)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_signed_in")
    assert "WWW-Authenticate" in answer.headers


def test_kinds_area_and_box_narrow_what_is_heard(listen, raw):
    kinds, area = listen("?kinds=incident,tiles"), listen("?area=410202")
    box = listen("?bbox=114,34,115,35")
    writer = raw()
    emit(writer, 1, kind="incident", code="410202001")
    emit(writer, 2, kind="plan", code="410203")
    for kind, data in (
        ("tiles", {"n": 3, "boxes": [[0, 0, 1, 1], [114.5, 34.5, 114.6, 34.6]]}),
        ("tiles", {"n": 4, "bbox": [0, 0, 1, 1]}),
        ("incident", {"n": 5, "lon": 114.2, "lat": 34.2}),
        ("incident", {"n": 6, "lon": 116, "lat": 34.2}),
    ):
        writer.execute("SELECT event_emit(%s, '', '', %s)", [kind, json.dumps(data)])
    writer.commit()
    assert kinds.numbers(5) == [1, 3, 4, 5, 6]
    assert area.numbers(5) == [1, 3, 4, 5, 6]
    assert box.numbers(4) == [1, 2, 3, 5]


@pytest.mark.parametrize(
    ("query", "headers", "words"),
    [
        ("?kinds=plan,weather", {}, "incident, tiles, plan, areas"),
        ("?last_event_id=abc", {}, "whole number"),
        ("", {"Last-Event-ID": "-1"}, "whole number"),
        ("?bbox=1,2,3", {}, "west,south,east,north"),
        ("?bbox=10,0,5,5", {}, "west,south,east,north"),
        ("?bbox=nan,0,5,5", {}, "west,south,east,north"),
        ("?area=41'--", {}, "digits"),
    ],
)
def test_a_bad_address_is_400_and_says_what_is_allowed(site, query, headers, words):
    answer = httpx.get(
        f"{site.address}/events/{query}", headers={**headers, "Accept-Language": "en"}, trust_env=False
    )
    assert answer.status_code == 400
    assert words in answer.json()["error"]["message"]


def test_only_get(site):
    assert httpx.post(f"{site.address}/events/", trust_env=False).status_code == 405


def test_a_writer_cannot_forge_lines_of_the_stream(listen, raw):
    here, writer = listen(), raw()
    with pytest.raises(psycopg.errors.CheckViolation):
        emit(writer, 1, kind="plan\ndata: x")
    writer.rollback()
    emit(writer, "a\n\nevent: forged\ndata: {}\r\n")
    writer.commit()
    assert here.next()[1:] == ("plan", {"n": "a\n\nevent: forged\ndata: {}\r\n"})


def test_the_stream_is_not_stored_nor_held_back(listen):
    headers = listen().response.headers
    assert headers["content-type"].startswith("text/event-stream")
    assert headers["cache-control"] == "no-store"
    assert headers["x-accel-buffering"] == "no"


def test_the_database_may_go_away_and_nothing_is_lost(listen, raw, database):
    """As after a restart of PostgreSQL: every connection of the server is cut, twice."""
    here = listen()
    for n in range(2):
        writer = raw()
        emit(writer, n)
        writer.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'wangge events'"
        )
        writer.commit()
        assert here.numbers(1) == [n]


def test_a_listener_that_does_not_read_is_dropped_and_the_others_do_not_wait(database, raw):
    """The healthy one too is slower than the burst, and gets all of it."""
    with serving.server(database, WANGGE_EVENT_STALLED="1") as site:
        stalled = socket.create_connection(("127.0.0.1", site.port))
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        stalled.sendall(b"GET /events/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        here = Listener(site.address)
        time.sleep(0.5)
        writer = raw()
        count = 1200
        for n in range(count):
            writer.execute("SELECT event_emit('plan', '', '', %s)", [json.dumps({"n": n, "pad": "x" * 8000})])
        writer.commit()
        assert here.numbers(count) == list(range(count))
        time.sleep(1)
        emit(writer, "the last straw")
        writer.commit()
        assert here.numbers(1) == ["the last straw"]
        assert _bytes_until_end(stalled) < count * 8000
        here.close()


def _bytes_until_end(connection) -> int:
    connection.settimeout(20)
    total = 0
    while chunk := connection.recv(1 << 20):
        total += len(chunk)
    return total


def test_at_shutdown_streams_end_cleanly_and_at_once(database):
    with serving.server(database, workers=2) as site:
        heres = [Listener(site.address) for _ in range(6)]
        assert site.stop() < 10  # at 15 s it would be killed
        for here in heres:
            assert here.next()[1] == "end"


def test_five_hundred_listeners_on_one_process(database, raw):
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    with serving.server(database) as site:
        sockets = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(500)]
        for each in sockets:
            each.sendall(b"GET /events/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda s: _until(s, b"id: "), sockets))
        threads = _threads_below(site.process.pid)
        listeners = (
            raw()
            .execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            )
            .fetchone()[0]
        )
        writer = raw()
        emit(writer, "for all")
        start = time.monotonic()
        writer.commit()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda s: _until(s, b"for all"), sockets))
        assert time.monotonic() - start < 2
        assert threads < 60
        assert listeners <= 3  # this server's one, and the two of the shared site
        for each in sockets:
            each.close()


def _until(connection, wanted: bytes) -> None:
    connection.settimeout(20)
    heard = b""
    while wanted not in heard:
        chunk = connection.recv(65536)
        assert chunk, "the stream ended"
        heard += chunk


def _threads_below(pid: int) -> int:
    """The most threads that a child of this process has."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return max(len(list(Path(f"/proc/{child}/task").iterdir())) for child in children)
