"""Which tables note their changes: those of the registered layers, after every `migrate`; no writer calls anything."""

from hashlib import blake2b

from django.db import connection
from psycopg import sql

from layers import registry
from layers.registry import Layer

Spec = tuple[str, str, str, str, str, list[str], str]
"""layer, table, tile geometry, key, condition on a row r, columns, permission: a row of tile_cache_layer."""


def spec(layer: Layer) -> Spec:
    """What the trigger must know about a layer, from its declaration."""
    return (
        layer.key,
        layer.table,
        layer.tile_geom,
        layer.key_column,
        _condition(layer),
        columns(layer),
        layer.permission or "",
    )


def columns(layer: Layer) -> list[str]:
    """The columns whose change shows on a tile, or in who may see it."""
    label = {layer.label.field, f"{layer.label.field}_en"} if layer.label else set()
    shown = {field.name for field in layer.public_fields() if field.tile_zoom is not None}
    wanted = shown | label | {layer.id_field, layer.style.field} | {name for name, _value in layer.conditions}
    if layer.permission:
        wanted.add("area_code")
    found = [f.column for f in layer.model_class._meta.concrete_fields if f.name in wanted]
    return sorted(filter(None, found))


def _condition(layer: Layer) -> str:
    parts = [
        sql.SQL("r.{} IS NULL").format(sql.Identifier(name))
        if value is None
        else sql.SQL("r.{} = {}").format(sql.Identifier(name), sql.Literal(value))
        for name, value in layer.conditions
    ]
    return sql.SQL(" AND ").join(parts).as_string(None) if parts else "true"


def digest(layer: Layer) -> str:
    """Of the specification: equal where the same changes are noted."""
    return blake2b(repr(spec(layer)).encode(), digest_size=16).hexdigest()


def attach() -> None:
    """Make the tables note their changes. Tiles of a declaration that has changed count as changed."""
    layers = registry.every()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM tile_cache_layer WHERE NOT layer = ANY(%s)", [[each.key for each in layers]]
        )
        for layer in layers:
            cursor.execute("SELECT attach_tile_changes(%s::regclass)", [layer.table])
            cursor.execute(UPSERT, [*spec(layer), digest(layer)])


UPSERT = """
INSERT INTO tile_cache_layer AS l (layer, tbl, geom, key_column, condition, columns, permission, digest, horizon)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, pg_snapshot_xmax(pg_current_snapshot()))
ON CONFLICT (layer) DO UPDATE SET tbl = excluded.tbl, geom = excluded.geom, key_column = excluded.key_column,
  condition = excluded.condition, columns = excluded.columns, permission = excluded.permission,
  digest = excluded.digest, horizon = excluded.horizon
WHERE l.digest <> excluded.digest
"""
