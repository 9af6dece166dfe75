"""`area_at`: one point at a time, and whether every point of the district has exactly one grid."""

from django.db import connection
from django.db.backends.utils import CursorWrapper

from data.bench.figure import Figure, summarise, timed

POINTS = 20_000


def measure() -> list[Figure]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM gis_core_area WHERE tier = 'grid' AND valid_to IS NULL)")
        if not cursor.fetchone()[0]:
            return []
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS bench_point AS"
            " SELECT (ST_Dump(ST_GeneratePoints(ST_Union(geom), %s, 1))).geom AS geom"
            " FROM gis_core_area WHERE parent_code IS NULL AND valid_to IS NULL",
            [POINTS],
        )
        each = [timed(lambda: _locate(cursor)) / POINTS for _ in range(5)]
        cursor.execute("DROP TABLE bench_point")
    return [summarise("area_at, one point, in the database", each, "<= 1 ms", "ms")]


def _locate(cursor: CursorWrapper) -> None:
    cursor.execute("SELECT count(*), count(area_at(geom)) FROM bench_point")
    total, found = cursor.fetchone()
    if total != found:
        raise RuntimeError(f"{total - found} of {total} points inside the district have no grid")
