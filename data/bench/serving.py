"""Servers of a measurement's own, on the database that is measured."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from django.conf import settings

START_SECONDS = 60.0


@contextmanager
def server(port: int = 0, **environment: str) -> Iterator[int]:
    """One process, one worker, listening when the block begins; gives its port, a free one unless one is named."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        port = int(probe.getsockname()[1])
    command = [
        sys.executable, "-m", "granian", "gis_core.asgi:application", "--interface", "asgi", "--port", str(port),
        "--log-level", "warning",
    ]  # fmt: skip
    # One key for all servers of a measurement: a session of one holds at another.
    env = {**os.environ, "WANGGE_DB_POOL": "1", "WANGGE_SECRET_KEY": "bench", **environment}
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=env)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int) -> None:
    deadline = monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            if monotonic() > deadline:
                raise
            sleep(0.1)
