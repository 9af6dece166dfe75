"""A real server with the sample city, in a database of its own, and a real browser to look at it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from playwright.sync_api import Browser, sync_playwright
from psycopg import sql
from psycopg.conninfo import make_conninfo

ROOT = Path(settings.BASE_DIR)
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
# WebGL without a graphics card.
SOFTWARE_GL = [
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]
START_SECONDS = 30


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    """The URL of a new, empty database; dropped at the end."""
    default = settings.DATABASES["default"]
    base = str(default["NAME"]).removeprefix("test_")
    keys = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    where = {key: str(default[name]) for key, name in keys.items() if default.get(name)}
    name = f"{base}_pages"
    identifier = sql.Identifier(name)
    with psycopg.connect(make_conninfo(dbname="postgres", **where), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
        yield _url(where, name)
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


def _url(where: dict[str, str], name: str) -> str:
    login = ":".join(where[key] for key in ("user", "password") if key in where)
    query = "&".join(f"{key}={where[key]}" for key in ("host", "port") if key in where)
    return f"postgres://{login}@/{name}?{query}"


@pytest.fixture(scope="module")
def site(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the server, with preset S loaded."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "WANGGE_STATE": str(tmp_path_factory.mktemp("state")),
    }
    for command in (
        ["migrate", "-v0"],
        ["load_sample", "--preset", "S"],
        ["collectstatic", "--noinput", "-v0"],
    ):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "gis_core.asgi:application",
        "--interface",
        "asgi",
        "--port",
        str(port),
    ]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(address)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2).close()
            return
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Of module scope: while Playwright runs, Django takes this thread for an async one."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *SOFTWARE_GL])
        yield chromium
        chromium.close()
