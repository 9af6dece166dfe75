"""Prove that kill -9 of the server, the worker or PostgreSQL, in the middle of a work, leaves a whole state."""

import json
import threading
from pathlib import Path
from time import monotonic

import pytest

from tests.faults.conftest import Product, kill, kill_server, with_children
from tests.faults.publishing import approved_merge, is_published
from tests.incidents.test_burst import Burst
from tests.waiting import wait_until

KILLED = ("server", "PostgreSQL")


def publish(product: Product, running, plan: int) -> list[int]:
    """Begin to publish in a thread; the list gets the status, 0 if nobody answered."""
    statuses: list[int] = []

    def ask() -> None:
        try:
            with product.client(running, "committee") as client:
                statuses.append(client.post(f"/api/v1/plans/{plan}/publish/", json={}).status_code)
        except Exception:
            statuses.append(0)

    threading.Thread(target=ask, daemon=True).start()
    return statuses


def kill_one(product: Product, running, which: str) -> None:
    if which == "server":
        kill_server(running)
    else:
        product.kill_postgres()
        product.start_postgres()


@pytest.mark.parametrize("which", [pytest.param("server", marks=pytest.mark.faults), "PostgreSQL"])
def test_a_publication_killed_at_its_last_step_has_not_happened(product, which):
    with product.server() as running:
        plan, grids = approved_merge(product, running)
        with product.blocked("grid_editor_lineage") as somebody_waits:
            statuses = publish(product, running, plan)
            somebody_waits()
            kill_one(product, running, which)
        wait_until(lambda: bool(statuses))
        assert statuses[0] in (0, 503)
        wait_until(lambda: not somebody_works(product))
        assert not is_published(product, plan, grids)
    with product.server() as again, product.client(again, "committee") as client:
        assert client.post(f"/api/v1/plans/{plan}/publish/", json={}).status_code < 300
    assert is_published(product, plan, grids)


@pytest.mark.faults
def test_a_publication_killed_at_any_moment_has_happened_or_not(product, report):
    published = 0
    with product.server() as running:
        plan, grids = approved_merge(product, running)
        begun = monotonic()
        said = publish(product, running, plan)
        wait_until(lambda: bool(said))
        takes = monotonic() - begun
    for number in range(12):
        with product.server() as running:
            plan, grids = approved_merge(product, running)
            statuses = publish(product, running, plan)
            threading.Event().wait(takes * number / 9)
            kill_one(product, running, KILLED[number % 2])
            wait_until(lambda said=statuses: bool(said))
        wait_until(lambda: not somebody_works(product))
        done = is_published(product, plan, grids)
        assert done or statuses[0] >= 300 or statuses[0] == 0, "it was said to be published"
        published += done
    report(f"publications killed at 12 moments: {published} done, {12 - published} not, coverage whole")


def somebody_works(product: Product) -> bool:
    """Whether a session that has lost its client still works: PostgreSQL notices when it answers."""
    working = "state <> 'idle' AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    return bool(product.asked(f"SELECT count(*) FROM pg_stat_activity WHERE {working}"))


def import_file(path: Path, village: str, west: float) -> Path:
    """A village of 20 x 20 grids, far from the city."""
    step, features = 0.001, []
    for number in range(400):
        x, y = round(west + number % 20 * step, 3), round(35.1 + number // 20 * step, 3)
        e, n = round(x + step, 3), round(y + step, 3)
        ring = [[x, y], [e, y], [e, n], [x, n], [x, y]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        properties = {"code": f"{village}{number + 1:03d}"}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.mark.faults
@pytest.mark.parametrize(
    ("which", "village", "west"),
    [("command", "410299001001", 115.2), ("PostgreSQL", "410299001002", 115.3)],
)
def test_a_killed_import_is_all_there_or_not_at_all(product, open_folder, which, village, west):
    file = import_file(open_folder / "grids.geojson", village, west)
    imported = f"SELECT count(*) FROM gis_core_area WHERE code LIKE '{village}%'"
    words = ("import_areas", str(file), "--tier", "grid", "--code-field", "code", "--under", village)
    with product.blocked("gis_core_event") as somebody_waits:
        running = product.command(*words)
        somebody_waits()
        if which == "command":
            kill(with_children(running.pid)[0])
        else:
            product.kill_postgres()
            product.start_postgres()
        assert running.wait() != 0
    wait_until(lambda: not somebody_works(product))
    # Killed while it waits for the answer to COMMIT: PostgreSQL has been told all it needs.
    assert product.asked(imported) in ((0, 401) if which == "command" else (0,))
    assert product.is_whole()
    if product.asked(imported) == 0:
        assert product.command(*words).wait() == 0
    assert product.asked(imported) == 401
    assert product.is_whole()


def burst_through(product: Product, report, name: str, count: int, kills: tuple[str, ...]) -> None:
    """Reports sent until each is accepted, while one part after another is killed; each is found exactly once."""
    points = product.rows(
        "SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_PointOnSurface(geom) AS p FROM gis_core_area"
        " WHERE tier = 'grid' AND valid_to IS NULL ORDER BY code LIMIT 100) x"
    )
    burst = Burst(product.tokens["worker"], count, name=name, place_of=lambda n: points[n % len(points)])
    with product.server() as running:
        burst.address = running.address
        burst.start()
        for number, which in enumerate(kills, 1):
            share = count * number // (len(kills) + 1)
            wait_until(lambda least=share: len(burst.accepted) >= least, 300)
            kill_one(product, running, which)
            if which == "server":
                break
        else:
            burst.join()
    if len(burst.accepted) < count:
        with product.server() as running:
            burst.address = running.address
            burst.join()
    found = product.rows("SELECT description FROM incidents_incident WHERE description LIKE %s", [f"{name}%"])
    report(f"{name}: {', '.join(kills)} killed; {len(burst.accepted)} accepted, {len(found)} found again")
    assert burst.refused == []
    assert sorted(text for (text,) in found) == sorted(f"{name}第{n}件" for n in range(count))
    assert burst.accepted == set(range(count))
    steps = (
        "SELECT count(*) FROM incidents_step s JOIN incidents_incident i ON i.id = incident_id"
        " WHERE description LIKE %s"
    )
    assert product.asked(steps, [f"{name}%"]) == count


def test_no_accepted_report_is_lost_when_postgresql_is_killed(product, report):
    burst_through(product, report, "short burst", 40, ("PostgreSQL",))


@pytest.mark.faults
def test_no_accepted_report_is_lost_in_a_long_burst(product, report):
    burst_through(product, report, "long burst", 600, ("PostgreSQL", "PostgreSQL", "PostgreSQL", "server"))
