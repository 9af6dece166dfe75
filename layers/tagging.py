"""Which tables the database tags: those of the registered layers that have the columns for it.

Attached after `migrate`, when the SQL of the triggers is installed; how tags are given is in
gis_core/sql/070_tags.sql.
"""

from django.db import connection, models

from layers import registry
from layers.registry import Layer


def attach() -> None:
    """Give every tagged layer's table its triggers and search index; rows that are there already are tagged."""
    tables = {layer.table: layer.geom for layer in registry.every() if is_tagged(layer)}
    with connection.cursor() as cursor:
        for table, geom in tables.items():
            cursor.execute("SELECT attach_tags(%s::regclass, %s)", [table, geom])
            cursor.execute("SELECT attach_versions(%s::regclass)", [table])
        for layer in registry.every():
            if layer.search_fields and is_tagged(layer):
                cursor.execute(
                    "SELECT attach_search(%s::regclass, %s)", [layer.table, list(layer.search_fields)]
                )


def is_tagged(layer: Layer) -> bool:
    """Whether the rows carry area codes; areas themselves do not."""
    return any(field.name == "area_code" for field in layer.model_class._meta.concrete_fields)


def code_column(layer: Layer) -> str | None:
    """The field whose prefixes say in which areas a row lies: its tag, or an area's own code; None without any."""
    if is_tagged(layer):
        return "area_code"
    return "code" if layer.model == "gis_core.Area" else None


def outside(layer: Layer) -> "models.QuerySet[models.Model]":
    """The rows of a tagged layer that lie in no live area."""
    return layer.queryset().filter(area_code=None)


def counts() -> list[tuple[Layer, int, int]]:
    """Each tagged layer with its rows, and those of them outside."""
    tagged = [layer for layer in registry.every() if is_tagged(layer)]
    return [(layer, layer.queryset().count(), outside(layer).count()) for layer in tagged]


def retag_everything() -> int:
    """Tag every row anew; how many changed. None should, unless a backup was restored with triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT retag_areas(NULL)")
        return int(cursor.fetchone()[0])
