"""The whole product on a cluster of its own that may be killed: the sample city, servers, a worker, tokens."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest
from psycopg import sql

from tests import sample_city, serving, tokens
from tests.waiting import wait_until
from tools import processes
from tools.clone import ROOT
from tools.cluster import Cluster

ROLES = ("drawer", "committee", "worker", "dispatcher")


@dataclass
class Product:
    """One installation: its state folder and its cluster, which is durable, as on a server."""

    state: Path
    cluster: Cluster
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.cluster.url("wangge")

    def environment(self, role: str = "wangge_app") -> dict[str, str]:
        return {
            "DATABASE_URL": self.cluster.url(role),
            "WANGGE_STATE": str(self.state),
            "WANGGE_RASTER_URL": self.cluster.url("wangge_raster"),
            "WANGGE_SECRET_KEY": "tests",
        }

    @contextmanager
    def server(self, workers: int = 1, port: int = 0) -> Iterator[serving.Server]:
        with serving.server(self.url, workers, port, **self.environment()) as running:
            yield running

    @contextmanager
    def worker(self) -> Iterator[None]:
        """Kept running, as `make run` does it."""
        command = [sys.executable, str(ROOT / "manage.py"), "work"]
        with processes.kept(command, env={**os.environ, "WANGGE_DB_POOL": "0", **self.environment()}):
            yield

    def command(self, *words: str) -> "subprocess.Popen[bytes]":
        """A management command, as the owner."""
        env = {**os.environ, **self.environment("wangge")}
        return subprocess.Popen(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=env, stdout=subprocess.DEVNULL
        )

    def client(self, running: serving.Server, role: str) -> httpx.Client:
        headers = {"Authorization": f"Token {self.tokens[role]}", "Accept-Language": "en"}
        return httpx.Client(base_url=running.address, headers=headers, trust_env=False, timeout=60)

    def asked(self, query: str, given: Any = None) -> Any:
        """One value, asked as the owner over a session of its own."""
        with psycopg.connect(self.url) as raw:
            row = raw.execute(query, given).fetchone()
            return row[0] if row else None

    def rows(self, query: str, given: Any = None) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as raw:
            return raw.execute(query, given).fetchall()

    def kill_postgres(self) -> None:
        """SIGKILL to the postmaster and every process of its own, at once."""
        pid = int((self.cluster.data / "postmaster.pid").read_text().split("\n", 1)[0])
        everyone = with_children(pid)
        for process in everyone:
            kill(process)
        psutil.wait_procs(everyone, timeout=10)
        assert not self.cluster.is_running()

    def kill_worker(self) -> None:
        """SIGKILL to `manage.py work` of this installation."""
        for process in with_children(os.getpid()):
            with suppress(psutil.NoSuchProcess):
                if process.cmdline()[-1:] == ["work"]:
                    kill(process)

    def start_postgres(self) -> None:
        self.cluster.start()

    @contextmanager
    def blocked(self, table: str) -> Iterator[Callable[[], None]]:
        """Nobody gets at the table; yields a function that waits until somebody tries."""
        with psycopg.connect(self.url) as holder:
            holder.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(sql.Identifier(table)))

            def wait() -> None:
                waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
                wait_until(lambda: self.asked(waiting, [table]) > 0)

            yield wait
            with suppress(psycopg.OperationalError):  # PostgreSQL was killed meanwhile
                holder.rollback()

    def is_whole(self) -> bool:
        """No parent on any tier has a defect."""
        return bool(self.asked("SELECT count(*) = 0 FROM coverage_audit()"))


def with_children(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def kill(process: psutil.Process) -> None:
    try:
        process.send_signal(signal.SIGKILL)
    except psutil.NoSuchProcess:
        return


def kill_server(running: serving.Server) -> None:
    everyone = with_children(running.process.pid)
    for process in everyone:
        kill(process)
    running.process.wait()
    psutil.wait_procs(everyone, timeout=10)  # until then they hold the port


@contextmanager
def product_in(folder: Path, city: Path) -> Iterator[Product]:
    """An installation whose database lies in this folder, restored from a backup of the sample city."""
    product = Product(folder, Cluster(folder / "pg"))
    restore = [sys.executable, "-m", "tools.restore", str(city)]
    env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    with product.cluster.in_use():
        subprocess.run(
            restore, cwd=ROOT, env={**env, "WANGGE_STATE": str(folder)}, check=True, capture_output=True
        )
        with psycopg.connect(product.url) as raw:
            for number, role in enumerate(ROLES):
                product.tokens[role] = f"{number:040x}"
                tokens.put(raw, role, product.tokens[role])
        yield product


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach: PostgreSQL does not run as root."""
    with tempfile.TemporaryDirectory(prefix="wangge-faults-") as path:
        Path(path).chmod(0o755)
        yield Path(path)


@pytest.fixture(scope="session")
def city(open_folder: Path) -> Path:
    """A backup of the sample city."""
    file = open_folder / "city.tar"
    with sample_city.copied("faults") as url:
        env = {**os.environ, "DATABASE_URL": url, "WANGGE_STATE": str(open_folder / "none")}
        subprocess.run([sys.executable, "-m", "tools.backup", str(file)], cwd=ROOT, env=env, check=True)
    return file


@pytest.fixture(scope="session")
def product(open_folder: Path, city: Path) -> Iterator[Product]:
    """One for all tests; each leaves it running."""
    folder = open_folder / "product"
    folder.mkdir()
    with product_in(folder, city) as made:
        yield made
    shutil.rmtree(made.cluster.files, ignore_errors=True)


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Write a line of the result to the terminal, whatever is captured."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    terminal = request.config.pluginmanager.getplugin("terminalreporter")

    def write(line: str) -> None:
        with capture.global_and_fixture_disabled():
            if terminal is not None:
                terminal.write_line(f"\n  {line}")

    return write
