"""What the guard adds to a commit that changes one grid: its statement trigger and its check at commit."""

import json
import random
from time import perf_counter

from django.db import connection, transaction

from data.bench.figure import Figure, summarise

RUNS = 60

# The ring started one vertex further on: other bytes, the same ground, so the whole rule runs and passes.
TOUCH = """
EXPLAIN (ANALYZE, FORMAT JSON)
UPDATE gis_core_area SET geom = ST_Multi(ST_ForcePolygonCW(ST_ForcePolygonCCW(ST_Multi(
    ST_MakePolygon(ST_AddPoint(ST_RemovePoint(ring, 0), ST_PointN(ring, 2)))))))
FROM (SELECT ST_ExteriorRing(ST_GeometryN(geom, 1)) AS ring FROM gis_core_area WHERE id = %(id)s) r
WHERE id = %(id)s
"""


def measure() -> list[Figure]:
    ids = _simple_grids()
    if not ids:
        return []
    chosen = random.Random(1).choices(ids, k=RUNS)
    return [
        summarise(
            f"guard's share of a one-grid commit ({len(ids)} grids live)",
            [_share(i) for i in chosen],
            "<= 10 ms",
        )
    ]


def _simple_grids() -> list[int]:
    """Live grids of one ring each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM gis_core_area WHERE tier = 'grid' AND valid_to IS NULL"
            " AND ST_NumGeometries(geom) = 1 AND ST_NumInteriorRings(ST_GeometryN(geom, 1)) = 0"
        )
        return [identifier for (identifier,) in cursor.fetchall()]


def _share(identifier: int) -> float:
    """Seconds in the coverage triggers for one grid, rolled back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TOUCH, {"id": identifier})
        (plan,) = cursor.fetchone()
        parsed = plan if isinstance(plan, list) else json.loads(plan)
        triggers = parsed[0].get("Triggers", [])
        noted = sum(t["Time"] for t in triggers if t["Trigger Name"].startswith("coverage_")) / 1e3
        start = perf_counter()
        cursor.execute("SET CONSTRAINTS coverage_check IMMEDIATE")
        checked = perf_counter() - start
        transaction.set_rollback(True)
    return noted + checked
