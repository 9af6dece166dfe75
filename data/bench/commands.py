"""A command's whole answer over REST, defects of the villages that it touched included, on a plan of a whole county.

Split, merge, undo and moving a shared vertex, in grids spread over the county; taken back afterwards.
"""

import json
from collections import Counter
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, transaction
from rest_framework.test import APIClient

from data.bench.figure import Figure, summarise, timed

RUNS, TRIES, TARGET, STEP = 30, 8, "<= 200 ms", 1e-5
"""`STEP` in degrees, about a metre: how far a vertex is moved."""

COUNTY = """
SELECT left(code, (SELECT code_length FROM gis_core_tier WHERE tier = 'county')) AS county FROM gis_core_area
WHERE tier = 'grid' AND valid_to IS NULL GROUP BY county ORDER BY count(*) DESC, county LIMIT 1
"""
Grid = dict[str, Any]
Place = tuple[float, float]


def measure() -> list[Figure]:
    """One figure for each command. Leaves nothing behind."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTY)
        county = cursor.fetchone()
    if county is None:
        return []
    with transaction.atomic():
        desk = _Desk(county[0])
        figures = desk.figures()
        transaction.set_rollback(True)
    return figures


class _Desk:
    """One person at one plan."""

    def __init__(self, scope: str) -> None:
        self.client, self.revision = APIClient(), 0
        self.client.force_authenticate(get_user_model().objects.create_superuser("command-bench"))
        self.plan = self.client.post(
            "/api/v1/plans/", {"name": "bench", "scope_code": scope}, format="json"
        ).json()["id"]
        self.grids: list[Grid] = self.client.get(f"/api/v1/plans/{self.plan}/grids/").json()["features"]
        self.sharers = Counter(place for grid in self.grids for place in self._places(grid))
        self.timings: dict[str, list[float]] = {}

    def figures(self) -> list[Figure]:
        for grid in self.grids[:: max(1, len(self.grids) // RUNS)][:RUNS]:
            self._split_and_back(grid)
            self._move_a_vertex(grid)
        where = f"in a county of {len(self.grids)} grids"
        return [summarise(f"{work}, {where}", spent, TARGET) for work, spent in self.timings.items()]

    def _split_and_back(self, grid: Grid) -> None:
        """Cut from south to north and merged again; one that cannot be cut there is left out."""
        shape = GEOSGeometry(json.dumps(grid["geometry"]))
        _west, south, _east, north = shape.extent
        x = shape.point_on_surface.x
        line = {"type": "LineString", "coordinates": [[x, south - 0.001], [x, north + 0.001]]}
        answer = self._send("split", "commands", kind="split", code=grid["id"], line=line)
        if answer is not None:
            self._send("merge", "commands", kind="merge", codes=answer["codes"])
            self._send("undo", "undo")

    def _move_a_vertex(self, grid: Grid) -> None:
        """One that the grid shares with one other; where that is the village's own border the plan refuses it."""
        shared = [place for place in self._places(grid) if self.sharers[place] == 2]
        for x, y in shared[:TRIES]:
            moves = [{"from": [x, y], "to": [x + STEP, y + STEP]}]
            if self._send("move a vertex", "commands", kind="reshape", moves=moves):
                break

    @staticmethod
    def _places(grid: Grid) -> list[Place]:
        return [(x, y) for part in grid["geometry"]["coordinates"] for x, y in part[0][:-1]]

    def _send(self, work: str, path: str, **body: Any) -> dict[str, Any] | None:
        """Keeps the time of what was done; None for what the plan refuses there."""
        answers: list[Any] = []

        def ask() -> None:
            address = f"/api/v1/plans/{self.plan}/{path}/"
            answers.append(self.client.post(address, {"revision": self.revision, **body}, format="json"))

        spent = timed(ask)
        if answers[0].status_code == 422:
            return None
        if answers[0].status_code != 200:
            raise RuntimeError(f"{work}: {answers[0].content.decode()[:300]}")
        self.timings.setdefault(work, []).append(spent)
        answer: dict[str, Any] = answers[0].json()
        self.revision = answer["revision"]
        return answer
