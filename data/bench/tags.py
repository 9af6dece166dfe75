"""Tags: how many points a second are tagged, set-based and row by row, and what re-tagging one grid costs."""

from time import perf_counter

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from data.bench.figure import Figure, summarise, timed

POINTS = 100_000
RUNS = 20
SCRATCH = (
    "CREATE TABLE bench_tagged (id bigserial PRIMARY KEY, geom geometry(Point, 4490), area_code varchar(20),"
    " grid_code varchar(20))"
)
FILL = (
    "INSERT INTO bench_tagged (geom) SELECT (ST_Dump(ST_GeneratePoints(geom, %s, 3))).geom"
    " FROM gis_core_area WHERE parent_code IS NULL AND valid_to IS NULL"
)


def measure() -> list[Figure]:
    """Everything is rolled back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT code FROM gis_core_area WHERE tier = 'grid' AND valid_to IS NULL ORDER BY code"
        )
        codes = [code for (code,) in cursor.fetchall()]
        if not codes:
            return []
        cursor.execute(SCRATCH)
        cursor.execute(FILL, [POINTS])
        cursor.execute("CREATE INDEX ON bench_tagged USING gist (geom)")
        cursor.execute("ANALYZE bench_tagged")
        figures = [_bulk(cursor), _by_row(cursor), _one_grid(cursor, codes)]
        transaction.set_rollback(True)
    return figures


def _bulk(cursor: CursorWrapper) -> Figure:
    """With the tags there already: what is measured is finding them, not writing."""
    cursor.execute("SELECT attach_tags('bench_tagged')")
    statement = "SELECT retag_table('bench_tagged', 'geom', 'id', NULL)"
    rates = [POINTS / timed(lambda: cursor.execute(statement)) for _ in range(3)]
    return summarise("bulk tagging, set-based", rates, ">= 100,000", "points/s", 1)


def _by_row(cursor: CursorWrapper) -> Figure:
    """What the trigger adds to a row."""
    copy = "INSERT INTO bench_tagged (geom) SELECT geom FROM bench_tagged ORDER BY id LIMIT 20000"
    with_tags = timed(lambda: cursor.execute(copy))
    cursor.execute("ALTER TABLE bench_tagged DISABLE TRIGGER tag_areas")
    without = timed(lambda: cursor.execute(copy))
    return summarise("tag trigger, one row", [(with_tags - without) / 20_000], "", "us", 1e6)


def _one_grid(cursor: CursorWrapper, codes: list[str]) -> Figure:
    """Asking every layer for one grid's rows, as a commit that changed it does."""
    timings = []
    for code in codes[:: max(1, len(codes) // RUNS)][:RUNS]:
        start = perf_counter()
        cursor.execute("SELECT retag_areas(%s)", [[code, code[:12]]])
        timings.append(perf_counter() - start)
    return summarise("re-tagging the rows of one grid, every layer", timings, "")
