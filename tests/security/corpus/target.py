"""The server that takes what is hostile: a process of its own with the sample city, its memory bounded and watched."""

import base64
import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import psutil
from psycopg.conninfo import conninfo_to_dict

from tests import sample_city
from tests.serving import Server, server

MEMORY_MB = 6000
"""Of address space."""
PATIENCE = 60.0
"""Seconds after which an answer is not waited for any longer."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    seconds: float

    def says(self) -> str:
        """The words of a refusal, in whichever shape it came."""
        return self.body[:2000].decode("utf-8", "replace")


@dataclass
class Target:
    """A running server, and what is asked of it."""

    running: Server
    database: str
    plan: int = 0
    number: str = ""

    def ask(self, method: str, path: str, body: bytes = b"", role: str = "", **headers: str) -> Answer:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.running.port, timeout=PATIENCE)
        sent = {"Accept-Language": "en", **{name.replace("_", "-"): value for name, value in headers.items()}}
        if role:
            login = base64.b64encode(f"{role}:sample-{role}".encode()).decode()
            sent["Authorization"] = f"Basic {login}"
        start = monotonic()
        try:
            # As it stands: http.client leaves ".." and "%2e" alone.
            connection.request(method, path, body or None, sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(), monotonic() - start)
        except (BrokenPipeError, ConnectionResetError):
            return Answer(0, b"hung up", monotonic() - start)  # on a body that was too large
        finally:
            connection.close()

    def sent(self, path: str, value: dict[str, Any], role: str) -> dict[str, Any]:
        answer = self.ask("POST", path, json.dumps(value).encode(), role, Content_Type="application/json")
        assert answer.status in (200, 201), answer.says()
        return dict(json.loads(answer.body))

    def processes(self) -> list[psutil.Process]:
        return psutil.Process(self.running.process.pid).children(recursive=True)

    def worked(self) -> float:
        """Seconds of processor that the server, what it started and its sessions in the database have had."""
        own = [psutil.Process(self.running.process.pid), *self.processes()]
        return sum(map(_worked, own)) + sum(map(_worked, self._sessions()))

    def _sessions(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.name() == "postgres" and f" {self.database} " in " ".join(process.cmdline()):
                    found.append(process)
        return found

    def forget_peak(self) -> None:
        for process in self.processes():
            Path(f"/proc/{process.pid}/clear_refs").write_text("5")

    def peak(self) -> int:
        """Megabytes that the largest process has had since."""
        return max(_high_water(process.pid) for process in self.processes())


def _worked(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system + times.children_user + times.children_system)
    return 0.0


def _high_water(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024


@contextmanager
def target() -> Iterator[Target]:
    """With a plan of a village, and an incident that has room for photos."""
    with (
        sample_city.copied("hostile") as url,
        server(url, WANGGE_MEMORY_MB=str(MEMORY_MB), WANGGE_RATES="open311=100000/1,sign_in=100000/1") as run,
    ):
        made = Target(run, str(conninfo_to_dict(url)["dbname"]))
        areas = json.loads(made.ask("GET", "/api/v1/areas/?tier=village&limit=1").body)["features"]
        code = areas[0]["properties"]["code"]
        made.plan = made.sent("/api/v1/plans/", {"name": "hostile", "scope_code": code}, "drawer")["id"]
        report = {"item": "26", "description": "x", "lon": 114.3, "lat": 34.8, "crs": "4490"}
        made.number = made.sent("/api/v1/incidents/", report, "worker")["number"]
        for path in ("/raster/service?SERVICE=WMS&VERSION=1.1.1&REQUEST=GetCapabilities", "/api/v1/plans/"):
            made.ask("GET", path, role="drawer")  # what is made once is made
        yield made
