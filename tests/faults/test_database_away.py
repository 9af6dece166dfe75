"""Prove that a server outlives its database: 503 with Retry-After while it is away, and on without a restart."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import httpx
import psycopg
import pytest

from tests.gis_core.events.conftest import Listener, emit
from tests.waiting import wait_until

ADDRESSES = [
    "/api/v1/areas/",
    "/api/v1/layers/",
    "/api/v1/incidents/",
    "/api/v1/jobs/",
    "/tiles/grids/14/13393/6481.mvt",
    "/tiles/incidents/14/13393/6481.mvt",
    "/raster/service?service=WMS&version=1.1.1&request=GetMap&layers=grids&styles=&srs=EPSG:3857"
    "&bbox=12720000,4130000,12740000,4150000&width=256&height=256&format=image/png",
    "/ogc/wfs?service=WFS&version=2.0.0&request=GetFeature&typenames=grids&count=1",
    "/open311/v2/requests.json",
    "/admin/login/",
    "/events/",
]
LONG = 20
"""Seconds; long enough for the pauses between two attempts to connect to grow, if they do."""


def status_of(client: httpx.Client, address: str) -> httpx.Response:
    with client.stream("GET", address) as answer:
        if answer.status_code != 200 or address != "/events/":
            answer.read()
        return answer


def timed(client: httpx.Client, address: str) -> tuple[httpx.Response, float]:
    began = monotonic()
    answer = status_of(client, address)
    return answer, monotonic() - began


@pytest.mark.faults
def test_every_surface_waits_for_its_database_and_goes_on(product, report):
    with product.server(workers=2) as running, product.client(running, "committee") as client:
        before = {address: status_of(client, address).status_code for address in ADDRESSES}
        assert all(status < 300 for status in before.values()), before
        product.kill_postgres()
        away = {address: timed(client, address) for address in ADDRESSES}
        wrong = {
            address: (answer.status_code, dict(answer.headers))
            for address, (answer, _seconds) in away.items()
            if answer.status_code != 503 or "retry-after" not in answer.headers
        }
        assert client.get("/healthz").status_code == 503
        threading.Event().wait(LONG)
        product.start_postgres()
        wait_until(lambda: client.get("/healthz").status_code == 200, 15)
        for address in ADDRESSES:
            wait_until(lambda one=address: status_of(client, one).status_code == before[one], 15)
        assert running.process.poll() is None
    slowest = max(away, key=lambda address: away[address][1])
    report(
        f"database away for {LONG} s: {len(ADDRESSES) - len(wrong)} of {len(ADDRESSES)} surfaces answered 503 and"
        f" came back; the slowest took {away[slowest][1]:.1f} s: {slowest.partition('?')[0]}"
    )
    assert wrong == {}
    # Two seconds are meant; a pool that takes it for busy would wait ten and more.
    assert away[slowest][1] < 8


@pytest.mark.faults
def test_a_restart_between_two_requests_is_not_noticed(product, report):
    with product.server() as running, product.client(running, "committee") as client:
        with ThreadPoolExecutor(8) as many:  # so that the pools are full of sessions that will be cut
            list(many.map(lambda one: status_of(client, one), ADDRESSES * 3))
        product.kill_postgres()
        product.start_postgres()
        after = {address: status_of(client, address).status_code for address in ADDRESSES}
    report(f"after a restart: {sum(status < 300 for status in after.values())} of {len(after)} at once")
    assert all(status < 300 for status in after.values()), after


def test_an_open_listener_goes_on_hearing(product):
    with product.server() as running:
        listener = Listener(running.address)
        with psycopg.connect(product.url) as raw:
            emit(raw, 1)
        assert listener.next()[2] == {"n": 1}
        product.kill_postgres()
        threading.Event().wait(1)
        product.start_postgres()
        with psycopg.connect(product.url) as raw:
            emit(raw, 2)
        assert listener.next()[2] == {"n": 2}


@pytest.mark.faults
@pytest.mark.parametrize("which", ["PostgreSQL", "worker"])
def test_tiles_drawn_ahead_go_on_after_a_kill(product, which, report):
    pictures = product.state / "tiles"
    layer = "grids" if which == "PostgreSQL" else "roads"
    words = ("seed_tiles", layer, "--kind", "vector", "--zooms", "10-16", "--no-wait")
    assert product.command(*words).wait() == 0
    job = product.asked("SELECT max(id) FROM gis_core_job")
    with product.worker():
        wait_until(lambda: product.asked("SELECT done FROM gis_core_job WHERE id = %s", [job]) > 20)
        if which == "PostgreSQL":
            product.kill_postgres()
            product.start_postgres()
        else:
            product.kill_worker()
        state = "SELECT state FROM gis_core_job WHERE id = %s"
        wait_until(lambda: product.asked(state, [job]) in ("done", "failed"), 200)
    (row,) = product.rows(
        "SELECT state, attempts, done, total, result::text FROM gis_core_job WHERE id = %s", [job]
    )
    assert row[0] == "done", row
    assert row[2] == row[3] > 100, row
    assert row[1] == 2, "it was over before it was killed"
    result = json.loads(row[4])
    assert result["drawn"] + result["held"] == row[3]
    assert result["held"] > 0
    report(f"seed_tiles, {which} killed: {row[3]} tiles, {result['held']} of them held from before")
    assert not [path for path in pictures.rglob("*") if path.is_file() and path.stat().st_size == 0]
