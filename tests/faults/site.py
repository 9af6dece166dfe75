"""An installation at work: a server, a worker and PostgreSQL, each of which may be killed and comes back."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx

from tests import serving
from tests.faults.conftest import Product, kill_server
from tests.waiting import wait_until

PARTS = ("server", "worker", "PostgreSQL")
WAITING = "state NOT IN ('done', 'failed', 'cancelled') AND coalesce(scheduled_at, now()) <= now()"
# Each counts what is not as it should be once nobody works any more.
WRONG = {
    "parents with a defect": "SELECT count(*) FROM coverage_audit()",
    "broken lines of the audit": "SELECT count(*) FROM audit_broken()",
    "broken timelines": "SELECT count(*) FROM incidents_incident WHERE incident_timeline_broken(id) IS NOT NULL",
    "wrong tags": "SELECT retag_areas(NULL)",
}
# The worker sees to these; what it had only fetched when it died, after half a minute.
LEFT = {
    "jobs that nobody does": f"SELECT count(*) FROM gis_core_job WHERE {WAITING}",
    "held in the queue": "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'",
}
WORKING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE state <> 'idle' AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


class Site:
    """The three parts of one installation. The server comes back at the same address."""

    def __init__(self, product: Product, port: int = 0) -> None:
        self.product = product
        self._port = port
        self._serving = ExitStack()
        self.running: serving.Server
        self._serve()

    @property
    def address(self) -> str:
        return self.running.address

    def client(self, role: str) -> httpx.Client:
        return self.product.client(self.running, role)

    def kill(self, part: str) -> None:
        """SIGKILL to all processes of the part."""
        if part == "server":
            kill_server(self.running)
        elif part == "worker":
            self.product.kill_worker()
        else:
            self.product.kill_postgres()

    def bring_back(self, part: str) -> None:
        """Start what no watcher of the tests starts by itself: the worker has one."""
        if part == "server":
            self._serve()
        elif part == "PostgreSQL":
            self.product.start_postgres()
        wait_until(self._is_healthy)

    def stop(self) -> None:
        self._serving.close()

    def wrong(self) -> dict[str, int]:
        """What is broken, and how much of it; empty when the state is whole. Waits for what a worker mends."""
        wait_until(lambda: not self.product.asked(WORKING))
        wait_until(lambda: not any(self.product.asked(query) for query in LEFT.values()), 120)
        counts: dict[str, Any] = {name: self.product.asked(query) for name, query in WRONG.items()}
        tiles = self.product.state / "tiles"
        counts["empty tiles"] = sum(p.is_file() and p.stat().st_size == 0 for p in tiles.rglob("*"))
        return {name: count for name, count in counts.items() if count}

    def _serve(self) -> None:
        self._serving.close()
        self.running = self._serving.enter_context(self.product.server(port=self._port))
        self._port = self.running.port

    def _is_healthy(self) -> bool:
        try:
            return httpx.get(f"{self.address}/healthz", trust_env=False, timeout=5).status_code == 200
        except httpx.HTTPError:
            return False


@contextmanager
def site_of(product: Product) -> Iterator[Site]:
    with product.worker():
        made = Site(product)
        try:
            yield made
        finally:
            made.stop()
