"""Real server processes for tests: a database of their own, made as a copy of the tests' one, and granian."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

START_SECONDS = 180
"""On a machine that does much else."""


@contextmanager
def copied_database(suffix: str) -> Iterator[str]:
    """The URL of a copy of the (empty, migrated) test database; dropped at the end."""
    wanted = connection.get_connection_params()
    login = {key: wanted[key] for key in ("host", "port", "user", "password") if wanted.get(key)}
    name = f"{wanted['dbname']}_{suffix}"
    names = {"copy": sql.Identifier(name), "original": sql.Identifier(wanted["dbname"])}
    connection.close()  # a database can only be copied while nobody uses it
    with psycopg.connect(**login, dbname="postgres", autocommit=True) as admin:
        drop(admin, name)
        end_sessions(admin, str(wanted["dbname"]))  # threads of earlier tests may have left one behind
        admin.execute(sql.SQL("CREATE DATABASE {copy} TEMPLATE {original}").format(**names))
        try:
            user = f"{login['user']}:{login.get('password', '')}"
            yield f"postgresql://{user}@{login.get('host', '')}:{login.get('port', 5432)}/{name}"
        finally:
            drop(admin, name)


@contextmanager
def connected_to(url: str) -> Iterator[None]:
    """Django's connection leads to this database; not within a test that is marked for the test database."""
    connection.close()
    name, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], url.rsplit("/", 1)[1]
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


@contextmanager
def sessions(conninfo: str) -> Iterator[Callable[[], psycopg.Connection]]:
    """Opens sessions of psycopg, as psql or another program would; all are closed at the end."""
    opened: list[psycopg.Connection] = []

    def connect() -> psycopg.Connection:
        opened.append(psycopg.connect(conninfo))
        return opened[-1]

    yield connect
    for each in opened:
        each.close()


def end_sessions(admin: psycopg.Connection, database: str) -> None:
    """Those of clients: autovacuum's are a superuser's, and go by themselves."""
    admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = %s AND backend_type = 'client backend'",
        [database],
    )


def drop(admin: psycopg.Connection, database: str) -> None:
    """Drop it if it is there, whoever uses it. Not by FORCE, which fails while autovacuum is at work in it."""
    end_sessions(admin, database)
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(database)))


@dataclass
class Server:
    """A running server: where it listens, and its process."""

    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> float:
        """End it as `make stop` does; the seconds that it took."""
        start = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        return time.monotonic() - start


def as_app(url: str) -> str:
    """The URL of the same database for the server's role, where the cluster has one (tools/test.py says so)."""
    app = os.environ.get("WANGGE_TEST_APP_URL")
    if not app:
        return url
    login = {name: value for name, value in conninfo_to_dict(app).items() if name in ("user", "password")}
    return make_conninfo(url, **login)


def free_port() -> int:
    """One that nobody listens at now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(url: str, workers: int = 1, port: int = 0, **environment: str) -> Iterator[Server]:
    """Serve the database, ready when the block begins; on any free port unless one is given."""
    port = port or free_port()
    command = [
        sys.executable, "-m", "granian", "gis_core.asgi:application", "--interface", "asgi",
        "--port", str(port), "--workers", str(workers), "--workers-kill-timeout", "15", "--log-level", "warning",
    ]  # fmt: skip
    env = {**os.environ, "DATABASE_URL": as_app(url), "WANGGE_DB_POOL": "1", **environment}
    env.pop("WANGGE_REQUEST_ROLE", None)
    process = subprocess.Popen(command, cwd=Path(settings.BASE_DIR), env=env)
    running = Server(port, process)
    try:
        _wait_until_ready(running)
        yield running
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(running: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{running.address}/healthz", timeout=5).close()
            return
        except OSError:  # nobody listens yet, or it takes its time, or has no database
            if time.monotonic() > deadline or running.process.poll() is not None:
                raise
            time.sleep(0.1)
