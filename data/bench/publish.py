"""Publishing a plan over a town of about 50 grids, every one of them changed, with tagging anew what stands there.

Asked over REST, as the editor does, since this app knows nothing of plans; taken back after each run.
"""

import json
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, transaction
from rest_framework.test import APIClient

from data.bench.figure import Figure, summarise, timed

WANTED, RUNS = 50, 3

TOWNS = """
SELECT left(code, (SELECT code_length FROM gis_core_tier WHERE tier = 'town')) AS town, count(*) FROM gis_core_area
WHERE tier = 'grid' AND valid_to IS NULL GROUP BY town HAVING count(*) >= 5 ORDER BY abs(count(*) - %s), town LIMIT %s
"""


def measure() -> list[Figure]:
    with connection.cursor() as cursor:
        cursor.execute(TOWNS, [WANTED, RUNS])
        towns = cursor.fetchall()
    if not towns:
        return []
    runs = [_run(town) for town, _grids in towns]
    grids = ", ".join(str(count) for _town, count in towns)
    return [
        summarise(f"publish a town, all {grids} grids split", [run[1] for run in runs], "<= 2 s", "s", 1),
        summarise("diff of the same", [run[0] for run in runs], "<= 1 s", "s", 1),
    ]


def _run(town: str) -> tuple[float, float]:
    """Seconds of the diff and of publishing."""
    with transaction.atomic():
        drawer, chief = _client("bench drawer"), _client("bench chief")
        plan = _sent(drawer, "", {"name": "bench", "scope_code": town})["id"]
        _split_all(drawer, plan)
        diff = timed(lambda: drawer.get(f"/api/v1/plans/{plan}/diff/"))
        _sent(drawer, f"{plan}/submit/", {})
        _sent(chief, f"{plan}/approve/", {})
        spent = timed(lambda: _publish(chief, plan))
        transaction.set_rollback(True)
    return diff, spent


def _client(name: str) -> APIClient:
    client = APIClient()
    client.force_authenticate(get_user_model().objects.create_superuser(name))
    return client


def _sent(client: APIClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"/api/v1/plans/{path}", body, format="json")
    if answer.status_code >= 400:
        raise RuntimeError(f"{path}: {answer.content.decode()[:300]}")
    return dict(answer.json())


def _split_all(client: APIClient, plan: int) -> None:
    """Cut each grid in two from south to north; one that cannot be cut there stays whole."""
    grids = client.get(f"/api/v1/plans/{plan}/grids/").json()["features"]
    revision = 0
    for grid in grids:
        shape = GEOSGeometry(json.dumps(grid["geometry"]))
        _west, south, _east, north = shape.extent
        x = shape.point_on_surface.x
        line = {"type": "LineString", "coordinates": [[x, south - 0.001], [x, north + 0.001]]}
        body = {"kind": "split", "revision": revision, "code": grid["id"], "line": line}
        answer = client.post(f"/api/v1/plans/{plan}/commands/", body, format="json")
        revision = answer.json().get("revision", revision)


def _publish(client: APIClient, plan: int) -> None:
    """Publish, and have everything checked and done that waits for the commit."""
    _sent(client, f"{plan}/publish/", {})
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
