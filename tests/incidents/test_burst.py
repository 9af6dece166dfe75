"""Prove that a burst loses no report: with the server killed in the middle of it, and with the database away."""

import json
import signal
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import psycopg
import pytest
from django.db import connection
from psycopg import sql

from tests.incidents.conftest import lay_out, person
from tests.serving import copied_database, server
from tests.shapes import place
from tests.tokens import token_of

pytestmark = pytest.mark.django_db(transaction=True)
ATTEMPTS = 400


def in_town(number: int) -> tuple[float, float]:
    return place(0.1 + number % 37 / 10, 0.1 + number % 17 / 10)


def post(
    address: str, token: str, key: str, number: int, where: tuple[float, float] | None = None, name: str = ""
) -> int:
    """The status; 0 if nobody answered."""
    lon, lat = where or in_town(number)
    body = {"item": "26", "description": f"{name}第{number}件", "lon": lon, "lat": lat, "crs": "4490"}
    request = urllib.request.Request(f"{address}/api/v1/incidents/", json.dumps(body).encode())
    request.headers = {
        "Authorization": f"Token {token}",
        "Content-type": "application/json",
        "Idempotency-key": key,
    }
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@contextmanager
def prepared(suffix: str) -> Iterator[tuple[str, str]]:
    """A copy of the database with a town in it, and a reporter's token."""
    lay_out()
    token = token_of(person("burst", "worker"))
    with copied_database(suffix) as url:
        yield url, token
    connection.close()


class Burst:
    """Senders that try each report until it is accepted; `address` may change meanwhile."""

    def __init__(
        self,
        token: str,
        count: int,
        threads: int = 4,
        name: str = "",
        place_of: Callable[[int], tuple[float, float]] = in_town,
    ) -> None:
        self.name, self.place_of = name, place_of
        self.token, self.address, self.left = token, "", list(range(count))
        self.accepted: set[int] = set()
        self.refused: list[int] = []
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._send, daemon=True) for _ in range(threads)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def join(self) -> None:
        for thread in self.threads:
            thread.join(timeout=300)

    def _send(self) -> None:
        while True:
            with self.lock:
                if not self.left:
                    return
                number = self.left.pop()
            self._until_accepted(number)

    def _until_accepted(self, number: int) -> None:
        for _attempt in range(ATTEMPTS):
            where = self.place_of(number)
            status = post(self.address, self.token, f"burst-{self.name}{number}", number, where, self.name)
            if status in (200, 201):
                self.accepted.add(number)
                return
            if status not in (0, 503):
                self.refused.append(status)
                return
            threading.Event().wait(0.1)


def killed_in_the_middle(count: int) -> None:
    with prepared("burst") as (url, token):
        burst = Burst(token, count)
        with server(url) as first:
            burst.address = first.address
            burst.start()
            while len(burst.accepted) < count // 3:
                threading.Event().wait(0.02)
            for process in _with_children(first.process.pid):
                process.send_signal(signal.SIGKILL)
        with server(url) as second:
            burst.address = second.address
            burst.join()
        assert burst.refused == []
        assert burst.accepted == set(range(count))
        with psycopg.connect(url) as raw:
            found = raw.execute("SELECT description FROM incidents_incident").fetchall()
            steps = raw.execute("SELECT count(DISTINCT incident_id), count(*) FROM incidents_step").fetchone()
        assert sorted(row[0] for row in found) == sorted(f"第{n}件" for n in range(count)), (
            "each exactly once"
        )
        assert steps == (count, count)


def _with_children(pid: int):
    process = psutil.Process(pid)
    return [*process.children(recursive=True), process]


def test_killing_the_server_loses_no_report():
    killed_in_the_middle(60)


@pytest.mark.long
def test_killing_the_server_in_a_burst_of_a_thousand_loses_none():
    killed_in_the_middle(1000)


def test_without_its_database_the_server_tells_to_try_again():
    with prepared("away") as (url, token), server(url) as running:
        assert post(running.address, token, "a", 1) == 201
        name = url.rsplit("/", 1)[1]
        allow = "ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}"
        with psycopg.connect(url.rsplit("/", 1)[0] + "/postgres", autocommit=True) as admin:

            def connections(value: str) -> None:
                admin.execute(sql.SQL(allow).format(sql.Identifier(name), sql.SQL(value)))

            connections("false")
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            try:
                statuses = {post(running.address, token, "b", 2) for _n in range(3)}
            finally:
                connections("true")
        assert statuses <= {503, 0}
        assert 503 in statuses
        for _attempt in range(100):
            if post(running.address, token, "b", 2) in (200, 201):
                break
            threading.Event().wait(0.2)
        with psycopg.connect(url) as raw:
            assert raw.execute("SELECT count(*) FROM incidents_incident").fetchone() == (2,)
