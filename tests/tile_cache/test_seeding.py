"""Prove that tiles drawn ahead are those that a server gives out, and that a killed job goes on where it was."""

import os
import signal
from io import StringIO
from pathlib import Path

import httpx
import pytest
from django.core.management import CommandError, call_command

from gis_core import sqlfiles
from gis_core.models import Job
from tests import serving
from tests.layers.pyramid import tile_at
from tests.shapes import place
from tests.waiting import wait_until
from tests.workers import environment, workers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def state(db, tmp_path, monkeypatch):
    """A state folder that worker and server share."""
    monkeypatch.setenv("WANGGE_STATE", str(tmp_path))
    monkeypatch.setenv("WANGGE_SECRET_KEY", "tests")
    monkeypatch.delenv("WANGGE_TILE_CACHE", raising=False)
    sqlfiles.install()  # tests that truncate every table may have come before
    return tmp_path


@pytest.fixture
def worker():
    with workers() as some:
        yield some


def queued(*words, **options):
    call_command("seed_tiles", *words, no_wait=True, stdout=StringIO(), **options)
    return Job.objects.latest("pk")


def done(job):
    job.refresh_from_db()
    return job.state in ("done", "failed")


def files(state: Path, pattern: str) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in state.glob(pattern) if path.is_file()}


def test_a_killed_job_goes_on_where_it_was(nine_grids, ground, state, worker):
    job = queued("grids", kind=["vector", "raster"], zooms="13-15")
    first = worker()
    pictures = "tiles/raster/grids/webmercator/*/*/*.tile"
    wait_until(lambda: len(files(state, pictures)) >= 3)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    job.refresh_from_db()
    assert job.state == "running"
    before = files(state, "tiles/**/*")
    worker()
    wait_until(lambda: done(job))
    assert (job.state, job.attempts) == ("done", 2)
    after = files(state, "tiles/**/*")
    assert {path: after[path] for path in before} == before, "nothing is drawn twice"
    assert job.result["held"] >= 3
    assert job.result["held"] + job.result["drawn"] == job.result["tiles"] == job.done == job.total
    # Once more, in words that a person types: everything is there.
    again = queued("grids", zooms="13-15")
    wait_until(lambda: done(again))
    assert again.result == {"tiles": job.total, "drawn": 0, "held": job.total}


def test_a_server_gives_out_what_was_drawn_ahead_and_draws_what_has_changed_since(
    nine_grids, state, worker, session
):
    job = queued("grids", kind=["vector"], zooms="12-14", area=nine_grids[0])
    worker()
    wait_until(lambda: done(job))
    assert job.state == "done"
    z, x, y = tile_at(*place(0.5, 0.5), 14)
    with serving.server(environment()["DATABASE_URL"], WANGGE_STATE=str(state)) as site:
        address = f"{site.address}/tiles/grids,grids_labels/{z}/{x}/{y}.mvt"
        kept = httpx.get(address, trust_env=False)
        assert (kept.status_code, kept.headers["x-cache"]) == (200, "HIT")
        with session() as raw:
            raw.execute(
                "UPDATE gis_core_area SET name = 'x' WHERE code = %s AND valid_to IS NULL", [nine_grids[0]]
            )
        again = queued("grids", kind=["vector"], zooms="12-14", area=nine_grids[0])
        wait_until(lambda: done(again))
        assert again.result["drawn"] == again.result["tiles"]
        changed = httpx.get(address, trust_env=False)
        assert changed.headers["etag"] != kept.headers["etag"]


@pytest.mark.parametrize(
    ("words", "options", "said"),
    [
        (["nothing"], {}, "nothing"),
        (["cameras"], {}, "kept"),
        (["grids"], {"zooms": "9-30"}, "9-30"),
        (["grids"], {"zooms": "12-8"}, "12-8"),
        (["grids"], {"area": "999999"}, "999999"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_no_job_is_left(nine_grids, words, options, said):
    with pytest.raises(CommandError, match=said):
        queued(*words, **options)
    assert not Job.objects.exists()


def test_where_no_tiles_are_kept_the_job_says_so(nine_grids, state, worker, monkeypatch):
    monkeypatch.setenv("WANGGE_TILE_CACHE", "none")
    job = queued("grids", kind=["vector"], zooms="12")
    worker()
    wait_until(lambda: done(job))
    assert (job.state, job.result["error"]["code"]) == ("failed", "no_tile_cache")
