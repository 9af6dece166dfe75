"""Tasks for the tests of jobs, registered as an app's `tasks.py` would; `main` is a worker that knows them.

Each leaves its traces in a file, whose name it is given.
"""

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils.translation import gettext as _

from gis_core import jobs
from gis_core.errors import Conflict


@jobs.task("test_count")
def count(run: jobs.Run, traces: str, steps: int, pause: float = 0) -> dict[str, Any]:
    """Count slowly, telling the progress."""
    for step in range(steps):
        _trace(traces, f"{os.getpid()}:{step}")
        run.progress(step + 1, steps, f"step {step}")
        time.sleep(pause)
    return {"steps": steps, "user": run.user.username if run.user else None}


@jobs.task("test_once", again=False)
def once(run: jobs.Run, traces: str) -> None:
    """Something that may not be done twice."""
    _trace(traces, str(os.getpid()))
    time.sleep(60)


@jobs.task("test_refuse", cancellable=False)
def refuse(run: jobs.Run) -> None:
    raise Conflict(_("Sign in first."), {"why": "test"}, "no_way")


@jobs.task("test_break")
def broken(run: jobs.Run) -> None:
    raise ZeroDivisionError("a bug")


@jobs.task("test_cut_off_once")
def cut_off_once(run: jobs.Run) -> None:
    """Lose the session in the middle of a transaction, as by a quick restart of the database; not a second time."""
    if run.job.attempts == 1:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@jobs.task("test_fill_memory")
def fill_memory(run: jobs.Run, traces: str, kept: str) -> None:
    """Write a row and half a file, and want memory without end, a megabyte at a time, in the middle of both."""
    _trace(traces, str(os.getpid()))
    with transaction.atomic(), TemporaryDirectory(dir=kept) as place:
        get_user_model().objects.create_user("half-written")
        (Path(place) / "half").write_text("half")
        taken = []
        while True:
            taken.append(bytes(1024 * 1024))  # never touched: it takes addresses, not memory


def _trace(path: str, text: str) -> None:
    with Path(path).open("a") as file:
        file.write(text + "\n")
