"""Plays a day through the public interface: reports over HTTP at the pace of the hour, and people who work on them.

Nothing here touches the database but to learn where people live; what is sent is what a mobile app or a hotline sends.
"""

import http.client
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import Empty, Queue
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import numpy as np

from incidents.models import Item
from incidents.sample import paths, rhythm
from incidents.sample.places import Town

SENDERS = 4
HOURS = 2.0
"""Within which an incident is to be closed, so that a day shows whole courses."""
SPOTS = {"verify_pass", "check_in"}
SOURCES = ("worker", "citizen", "hotline", "video")


class Connection:
    """One keep-alive connection to the server, signed in by token."""

    def __init__(self, address: str, token: str = "") -> None:
        parts = urlsplit(address)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname or "127.0.0.1", parts.port, timeout=30)
        self._headers = {"Content-Type": "application/json", "Accept-Language": "zh-Hans"}
        if token:
            self._headers["Authorization"] = f"Token {token}"

    def post(self, path: str, body: dict[str, Any], **headers: str) -> tuple[int, Any]:
        """Status and JSON; status 0 when the server could not be reached."""
        try:
            self._connection.request("POST", path, json.dumps(body), {**self._headers, **headers})
            answer = self._connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        except (OSError, http.client.HTTPException, ValueError):
            self._connection.close()
            return 0, None


@dataclass
class Tally:
    """What was sent, and what came of it."""

    sent: int = 0
    accepted: int = 0
    retried: int = 0
    refused: int = 0
    actions: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, **counts: int) -> None:
        with self.lock:
            for name, count in counts.items():
                setattr(self, name, getattr(self, name) + count)


@dataclass(frozen=True)
class Show:
    """What to play: `rate` reports a minute on average, `speed` times as fast as a real day, for so many `minutes`."""

    address: str
    day: datetime
    rate: float
    speed: float = 1.0
    minutes: float | None = None
    storm: bool = False
    loop: float = 0.5
    """Share of the incidents that people work on."""
    seed: int = 1


def tokens(address: str, password: Callable[[str], str]) -> dict[str, str]:
    """A token for each role of the sample. Raises ValueError naming who could not sign in."""
    found = {}
    for name in ("worker", "dispatcher", "department"):
        status, answer = Connection(address).post(
            "/api/v1/token/", {"username": name, "password": password(name)}
        )
        if status != 200:
            raise ValueError(f"{name} cannot sign in at {address}: {status} {answer}")
        found[name] = answer["token"]
    return found


def play(show: Show, town: Town, keys: dict[str, str], tell: Callable[[Tally], None]) -> Tally:
    """Play until the minutes are over or the day is; every report is sent until it is accepted."""
    rng, tally, work = np.random.default_rng(show.seed), Tally(), _Agenda()
    reports: Queue[dict[str, Any] | None] = Queue()
    senders = [_started(_send_all, show, keys, reports, work, tally, n) for n in range(SENDERS)]
    worker = _started(_work_all, show, keys, work, tally)
    try:
        _schedule(show, town, rng, reports, tally, tell)
    finally:
        for _sender in senders:
            reports.put(None)
        for sender in senders:
            sender.join()
        work.end()
        worker.join()
    return tally


def _started(target: Callable[..., None], *arguments: Any) -> threading.Thread:
    thread = threading.Thread(target=target, args=arguments, daemon=True)
    thread.start()
    return thread


def _schedule(
    show: Show,
    town: Town,
    rng: np.random.Generator,
    reports: "Queue[Any]",
    tally: Tally,
    tell: Callable[[Tally], None],
) -> None:
    """Put reports into the queue at the pace of the played hour."""
    catalogue = list(Item.objects.filter(active=True).values_list("code", flat=True))
    began, told, owed = time.monotonic(), 0.0, 0.0
    while show.minutes is None or time.monotonic() - began < show.minutes * 60:
        played = show.day + timedelta(seconds=(time.monotonic() - began) * show.speed)
        if played >= show.day + timedelta(days=1):
            return
        storm = show.storm and 14 <= played.hour < 20
        owed += rng.poisson(show.rate / 60 * show.speed * rhythm.pace(played, show.storm) * 0.25)
        items = [str(code) for code in rng.choice(catalogue, int(owed), p=rhythm.weights(catalogue, storm))]
        owed -= len(items)
        if items:
            lonlat, addresses = town.draw(rng, items)
            for item, place, address in zip(items, lonlat, addresses, strict=True):
                reports.put(_report(rng, item, place, address))
        if time.monotonic() - told > 5:
            told = time.monotonic()
            tell(tally)
        time.sleep(0.25)


def _report(rng: np.random.Generator, item: str, place: Any, address: str) -> dict[str, Any]:
    return {
        "item": item,
        "description": f"{address}附近",
        "lon": float(place[0]),
        "lat": float(place[1]),
        "crs": "4490",
        "accuracy_m": float(rng.integers(3, 30)),
        "source": str(rng.choice(SOURCES, p=[0.6, 0.2, 0.15, 0.05])),
        "address": address,
        "source_system": "simulation",
    }


def _send_all(
    show: Show, keys: dict[str, str], reports: "Queue[Any]", work: "_Agenda", tally: Tally, number: int
) -> None:
    """One sender: takes reports from the queue until it is told to end."""
    connection = Connection(show.address, keys["worker"])
    rng = np.random.default_rng([show.seed, number])
    while (body := reports.get()) is not None:
        tally.add(sent=1)
        answer = _until_accepted(connection, body, tally)
        if answer is not None and rng.random() < show.loop:
            work.begin(paths.draw(rng, False), answer, show.speed)


def _until_accepted(connection: Connection, body: dict[str, Any], tally: Tally) -> Any:
    """With one key for all attempts, so that a lost answer makes no second incident."""
    key = str(uuid4())
    while True:
        status, answer = connection.post("/api/v1/incidents/", body, **{"Idempotency-Key": key})
        if status in (200, 201):
            tally.add(accepted=1)
            return answer
        if status and status != 503:
            tally.add(refused=1)
            return None
        tally.add(retried=1)
        time.sleep(1)


class _Agenda:
    """Steps that are to be done, each at its moment."""

    def __init__(self) -> None:
        self._queue: Queue[tuple[float, str, dict[str, Any], str]] = Queue()
        self._ended = threading.Event()

    def begin(self, course: paths.Course, incident: dict[str, Any], speed: float) -> None:
        """Its steps over the next hours of the played day."""
        due = time.monotonic()
        for (action, _state, _share), budget, pace in zip(
            course.steps, course.budgets, course.paces, strict=True
        ):
            due += HOURS * budget * pace * 3600 / speed
            if action not in ("report", "send_to_verify", "settle"):
                self._queue.put((due, action, incident, course.name))

    def end(self) -> None:
        self._ended.set()

    def due(self) -> list[tuple[str, dict[str, Any]]]:
        """What is due now, in order; what is not goes back."""
        later, now = [], []
        while True:
            try:
                at, action, incident, _name = entry = self._queue.get_nowait()
            except Empty:
                break
            if at <= time.monotonic():
                now.append((action, incident))
            else:
                later.append(entry)
        for entry in later:
            self._queue.put(entry)
        return now

    @property
    def ended(self) -> bool:
        return self._ended.is_set()


def _work_all(show: Show, keys: dict[str, str], work: _Agenda, tally: Tally) -> None:
    connections = {name: Connection(show.address, token) for name, token in keys.items()}
    while not work.ended:
        for action, incident in work.due():
            who = paths.ACTORS[action][0]
            path = f"/api/v1/incidents/{incident['number']}/actions/{action}/"
            status, _answer = connections[who].post(path, _given(action, incident))
            tally.add(actions=int(status == 200))
        time.sleep(0.5)


def _given(action: str, incident: dict[str, Any]) -> dict[str, Any]:
    """What each action needs."""
    here = {"lon": incident["lon"], "lat": incident["lat"]}
    if action == "whistle":
        return {"kind": "daily", "department": "city"}
    if action in SPOTS:
        return {"place": here}
    if action in ("feed_back", "close", "reject", "void", "ask_suspend", "verify_fail"):
        return {"text": "模拟"}
    return {}
