"""Real worker processes on the test's database, for whoever wants to see a job done."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg.conninfo import make_conninfo

from tools.clone import ROOT


def environment() -> dict[str, str]:
    """That of a process which is to work on the test's database."""
    wanted = connection.get_connection_params()
    keys = ("host", "port", "user", "password", "dbname")
    url = make_conninfo(**{key: wanted[key] for key in keys if wanted.get(key)})
    return {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "gis_core.settings"}


class Workers:
    """Those of one test; `begin` starts one more."""

    def __init__(self) -> None:
        self.running: list[subprocess.Popen[bytes]] = []

    def begin(self, **more: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "tests.gis_core.job_worker"]
        self.running.append(subprocess.Popen(command, cwd=ROOT, env={**environment(), **more}))
        return self.running[-1]

    __call__ = begin


@contextmanager
def workers() -> Iterator[Workers]:
    """None at first; all are ended after the block, and the queue is emptied of what they left."""
    some = Workers()
    yield some
    for process in some.running:
        process.kill()
        process.wait()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_events CASCADE")
