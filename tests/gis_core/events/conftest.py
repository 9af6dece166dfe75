"""A server with two processes, and listeners that read its stream as it comes."""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest
from django.conf import settings

from tests import serving


@pytest.fixture(scope="package")
def database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    with django_db_blocker.unblock(), serving.copied_database("events") as url:
        yield url


@pytest.fixture(scope="package")
def site(database: str) -> Iterator[serving.Server]:
    with serving.server(database, workers=2) as running:
        yield running


@pytest.fixture
def raw(database: str) -> Iterator[Callable[[], psycopg.Connection]]:
    """Sessions on the served database, as psql would open them."""
    with serving.sessions(database) as connect:
        yield connect


def emit(
    raw: psycopg.Connection, number: object, kind: str = "plan", code: str = "", permission: str = ""
) -> None:
    raw.execute("SELECT event_emit(%s, %s, %s, %s)", [kind, code, permission, json.dumps({"n": number})])


class Listener:
    """One open stream; `next` gives its events as (id, kind, data)."""

    def __init__(self, address: str, query: str = "", **options: Any) -> None:
        self._client = httpx.Client(timeout=60, trust_env=False)
        self._request = self._client.stream("GET", f"{address}/events/{query}", **options)
        self.response = self._request.__enter__()
        assert self.response.status_code == 200, self.response.read()
        self.first_id: int | None = None
        self.comments = 0
        self._events: queue.Queue[tuple[int | None, str, Any]] = queue.Queue()
        self._opened = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        assert self._opened.wait(10)

    def _read(self) -> None:
        block: dict[str, str] = {}
        try:
            for line in self.response.iter_lines():
                if line.startswith(":"):
                    self.comments += 1
                elif line:
                    name, _, value = line.partition(": ")
                    block[name] = value
                else:
                    self._take(block)
                    block = {}
        except httpx.HTTPError:
            pass
        self._events.put((None, "end", None))

    def _take(self, block: dict[str, str]) -> None:
        if "data" in block:
            number = int(block["id"]) if "id" in block else None
            self._events.put((number, block["event"], json.loads(block["data"])))
        elif "id" in block:
            self.first_id = int(block["id"])
        if "id" in block or self._resumed():
            self._opened.set()

    def _resumed(self) -> bool:
        request = self.response.request
        return "last-event-id" in request.headers or b"last_event_id" in request.url.query

    def next(self, timeout: float = 10) -> tuple[int | None, str, Any]:
        return self._events.get(timeout=timeout)

    def numbers(self, count: int) -> list[Any]:
        return [self.next()[2]["n"] for _ in range(count)]

    def is_quiet(self, seconds: float = 0.5) -> bool:
        try:
            self._events.get(timeout=seconds)
        except queue.Empty:
            return True
        return False

    def close(self) -> None:
        self._client.close()


@pytest.fixture
def listen(site: serving.Server) -> Iterator[Callable[..., Listener]]:
    opened: list[Listener] = []

    def open_one(query: str = "", **options: Any) -> Listener:
        opened.append(Listener(site.address, query, **options))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def manage(database: str, code: str) -> None:
    """Run Python in the project's environment on the served database."""
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", f"import django; django.setup()\n{code}"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "gis_core.settings"},
        check=True,
    )
