"""Fill a layer's table with very many rows at once, several times as fast as by the row.

The rows come into a temporary table by COPY and get their tags there, set-based, by the same function that re-tags
after a publication; then they move over, the row trigger resting, while the table's own indexes are away.
Only the owner of the tables can do this; the tables stay locked until the transaction ends.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db.backends.utils import CursorWrapper
from psycopg import sql

STAGE = sql.SQL(
    "CREATE TEMP TABLE bulk_stage ON COMMIT DROP AS SELECT {columns}, area_code, grid_code FROM {table} WITH NO DATA"
)
READY = """
    ALTER TABLE bulk_stage ADD bulk_id bigserial PRIMARY KEY;
"""
TAG = """
    CREATE INDEX ON bulk_stage USING gist (geom);
    ANALYZE bulk_stage;
    SELECT retag_table('bulk_stage', 'geom', 'bulk_id', NULL);
"""
MOVE = sql.SQL(
    "INSERT INTO {table} ({columns}, area_code, grid_code)"
    " SELECT {columns}, area_code, grid_code FROM bulk_stage ORDER BY bulk_id"
)
# Those that hold a rule (keys, unique columns) stay.
INDEXES = """
    SELECT c.relname, pg_get_indexdef(i.indexrelid), obj_description(i.indexrelid, 'pg_class')
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = %s::regclass AND NOT i.indisunique
"""


def load(
    cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Iterator[tuple[object, ...]]
) -> None:
    """COPY `rows` into a tagged `table`; `columns` in their order, the geometry among them as `geom`."""
    names = sql.SQL(", ").join(sql.Identifier(name) for name in columns)
    parts = {"table": sql.Identifier(table), "columns": names}
    cursor.execute(STAGE.format(**parts))
    cursor.execute(READY)
    with cursor.copy(sql.SQL("COPY bulk_stage ({}) FROM STDIN").format(names)) as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(TAG)
    with _without_indexes(cursor, table), _tagged_already(cursor, table):
        cursor.execute(MOVE.format(**parts))
    cursor.execute("DROP TABLE bulk_stage")


@contextmanager
def _tagged_already(cursor: CursorWrapper, table: str) -> Iterator[None]:
    name = sql.Identifier(table)
    cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER tag_areas").format(name))
    yield
    cursor.execute(sql.SQL("ALTER TABLE {} ENABLE ALWAYS TRIGGER tag_areas").format(name))


@contextmanager
def _without_indexes(cursor: CursorWrapper, table: str) -> Iterator[None]:
    cursor.execute(INDEXES, [table])
    indexes = cursor.fetchall()
    for name, _definition, _comment in indexes:
        cursor.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    for name, definition, comment in indexes:
        cursor.execute(definition)
        if comment:
            cursor.execute(
                sql.SQL("COMMENT ON INDEX {} IS {}").format(sql.Identifier(name), sql.Literal(comment))
            )
