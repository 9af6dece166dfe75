"""A full audit of one parent with 10,000 children and 1,000,000 segments, and of everything that is live."""

import numpy as np
import shapely
from django.db import connection, transaction

from data.bench.figure import Figure, summarise, timed

SIDE = 100  # polygons a side
BENDS = 25  # segments an edge


def measure() -> list[Figure]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bench_area (geom geometry) ON COMMIT DROP")
        with cursor.copy("COPY bench_area FROM STDIN") as copy:
            for polygon in board():
                copy.write_row((polygon,))
        cursor.execute(
            "CREATE TEMP TABLE bench_parent ON COMMIT DROP AS"
            " SELECT canonical(ST_Multi(ST_MakePolygon(ST_ExteriorRing(ST_Union(geom))))) AS geom FROM bench_area"
        )
        cursor.execute("SET LOCAL work_mem = '256MB'")
        runs = [timed(_audit) for _ in range(5)]
    live = [timed(_audit_live) for _ in range(3)]
    return [
        summarise("audit of 10,000 polygons, 1,000,000 segments", runs, "<= 1.5 s", "s", 1),
        summarise("audit of every live parent", live, "-", "s", 1),
    ]


def _audit() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT array_agg(n::text) AS codes, array_agg(geom) AS geoms"
            " FROM (SELECT row_number() OVER () AS n, geom FROM bench_area) numbered) c,"
            " chain_defects(codes, geoms, 'bench', (SELECT geom FROM bench_parent))"
        )
        (defects,) = cursor.fetchone()
        if defects:
            raise RuntimeError(f"the bench's own coverage has {defects} defects")


def _audit_live() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM coverage_audit()")


def board() -> list[str]:
    """A board of polygons with bent borders as hexadecimal EWKB, canonical, EPSG:4490."""
    nodes = _nodes()
    along = np.arange(BENDS)
    rings = []
    for column in range(SIDE):
        for row in range(SIDE):
            x, y = column * BENDS, row * BENDS
            south, east = nodes[x + along, y], nodes[x + BENDS, y + along]
            north, west = nodes[x + BENDS - along, y + BENDS], nodes[x, y + BENDS - along]
            rings.append(np.concatenate([south, east, north, west, south[:1]]))
    polygons = shapely.multipolygons([[shapely.Polygon(ring)] for ring in rings])
    return list(shapely.to_wkb(shapely.set_srid(polygons, 4490), hex=True, include_srid=True))


def _nodes() -> np.ndarray:
    """A lattice of shared vertices about 10 m apart, jittered by up to 3 m off a straight line."""
    count = SIDE * BENDS + 1
    jitter = np.random.default_rng(1).integers(-3000, 3000, (count, count, 2)) * 1e-8
    jitter[[0, -1]] = 0
    jitter[:, [0, -1]] = 0
    x, y = np.meshgrid(114 + np.arange(count) * 1e-4, 34 + np.arange(count) * 1e-4, indexing="ij")
    return np.round((np.stack([x, y], axis=2) + jitter) * 1e8) / 1e8
