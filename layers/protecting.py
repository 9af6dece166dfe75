"""Which tables the database protects: those of the layers that not everybody sees, after every `migrate`.

A layer with a permission gets the policy that its declaration says; a table that has one from its own app keeps that.
What belongs to such rows in a table of its own (a warehouse's stock) is seen with them.
"""

from collections.abc import Iterator

from django.db import connection
from psycopg import sql

from layers import registry
from layers.registry import Layer
from layers.tagging import code_column

POLICY = "layer"
"""The name of the policies made here; an app's own is called `scope` (gis_core/sql/062_scope.sql)."""


def attach() -> None:
    """Put every protected layer's table, and what belongs to its rows, under its policy. Raises ValueError."""
    wanted = dict(rules())
    with connection.cursor() as cursor:
        cursor.execute("SELECT polrelid::regclass::text FROM pg_policy WHERE polname = 'scope'")
        own = {table for (table,) in cursor.fetchall()}
        cursor.execute("SELECT polrelid::regclass::text FROM pg_policy WHERE polname = %s", [POLICY])
        for (table,) in cursor.fetchall():
            if table in own or table not in wanted:
                cursor.execute("SELECT unprotect(%s::regclass, %s)", [table, POLICY])
        for table, rule in wanted.items():
            if table not in own:
                cursor.execute("SELECT protect(%s::regclass, %s, %s)", [table, rule, POLICY])


def rules() -> Iterator[tuple[str, str]]:
    """Each protected table with the condition on a row that is seen. Raises ValueError for what cannot be protected."""
    public = {layer.table for layer in registry.every() if layer.permission is None}
    for layer in registry.every():
        if layer.permission is None:
            continue
        if layer.table in public:
            raise ValueError(
                f"layer {layer.key!r} has a permission, but shares its table with a public layer"
            )
        yield layer.table, _rule(layer)
        yield from _belongings(layer)


def _rule(layer: Layer) -> str:
    code = code_column(layer)
    where = (
        sql.Identifier(code) if code is not None else sql.SQL("NULL")
    )  # lies nowhere: seen from everywhere only
    rule = "coalesce({}, '') LIKE ANY ((SELECT scope_patterns({}))::text[])"
    return sql.SQL(rule).format(where, sql.Literal(layer.permission)).as_string(None)


def _belongings(layer: Layer) -> Iterator[tuple[str, str]]:
    """Tables that point at the layer's rows."""
    for relation in layer.model_class._meta.related_objects:
        names = (relation.field.column, layer.key_column, layer.table)
        rule = sql.SQL("{} IN (SELECT r.{} FROM {} r)").format(*(sql.Identifier(str(name)) for name in names))
        yield relation.related_model._meta.db_table, rule.as_string(None)
