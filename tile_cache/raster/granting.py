"""What the raster engine's role may read: the columns of the layers on raster that a picture needs, after `migrate`."""

from django.db import connection
from psycopg import sql

from layers.registry import Layer
from tile_cache.raster.configuration import on_raster

ROLE = "wangge_raster"


def grant() -> None:
    """Take back everything, then give what the declarations say. Without the role (another's database): nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [ROLE])
        if not cursor.fetchone()[0]:
            return
        role = sql.Identifier(ROLE)
        cursor.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(role))
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
        for layer in on_raster():
            columns = sql.SQL(", ").join(map(sql.Identifier, columns_of(layer)))
            query = sql.SQL("GRANT SELECT ({}) ON {} TO {}")
            cursor.execute(query.format(columns, sql.Identifier(layer.table), role))


def columns_of(layer: Layer) -> list[str]:
    """Key, picture geometry, public fields, and what tells the layer's rows from others in its table."""
    names = {layer.id_field, layer.tile_geom, *(field.name for field in layer.public_fields())}
    names |= {name for name, _value in layer.conditions} | ({layer.label.field} if layer.label else set())
    found = [f.column for f in layer.model_class._meta.concrete_fields if f.name in names]
    return sorted({layer.key_column, *filter(None, found)})
