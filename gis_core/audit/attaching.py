"""Which tables note their changes: people and their rights, areas, and every table that is protected; after `migrate`.

Left out of what is noted: geometries and whatever is derived or counts writes (an area's history keeps its
geometry in row versions, a plan's edits are in its own log), and secrets.
"""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Field, Model

LEFT_OUT = {
    "geom_3857",
    "updated_at",
    "row_version",
    "revision",
    "password",
    "last_login",
    "digest",
    "key",
    "base_versions",
}
GEOMETRIES = {"polygon", "multipolygon", "linestring", "multilinestring", "geometry"}
OWN_LOG = {
    "gis_core_event", "gis_core_auditentry", "incidents_step", "incidents_daily", "incidents_reportkey",
    "grid_editor_plangrid", "grid_editor_planboundary", "grid_editor_plancommand", "grid_editor_planlog",
}  # fmt: skip
"""Protected tables that are logs or chains themselves, copies, or figures."""
ALWAYS = ("auth_user", "gis_core_membership", "gis_core_area")
CODES = ("scope_code", "area_code", "code_prefix", "code")


@dataclass(frozen=True)
class Audited:
    """A table, its key, the column that says where a row lies, and the columns that are noted."""

    table: str
    key: str
    code: str
    columns: tuple[str, ...]


def attach() -> None:
    """Have every audited table note its changes."""
    with connection.cursor() as cursor:
        for one in wanted():
            cursor.execute(
                "SELECT attach_audit(%s::regclass, %s, %s, %s)",
                [one.table, one.key, one.code, list(one.columns)],
            )


def wanted() -> list[Audited]:
    """What is to be audited, by the models and the policies that there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relrowsecurity AND c.relnamespace = 'public'::regnamespace"
        )
        protected = {name for (name,) in cursor.fetchall()} - OWN_LOG
    return [described(table) for table in sorted(protected.union(ALWAYS)) if table in _models()]


def described(table: str) -> Audited:
    meta = _models()[table]._meta
    fields = [field for field in meta.concrete_fields if field.column and not _is_large(field)]
    columns = tuple(str(field.column) for field in fields if field.column not in LEFT_OUT)
    key = str(meta.pk.column) if meta.pk is not None else "id"
    return Audited(table, key, next((name for name in CODES if name in columns), ""), columns)


def _models() -> dict[str, type[Model]]:
    return {model._meta.db_table: model for model in apps.get_models()}


def _is_large(field: "Field[Any, Any]") -> bool:
    """Whether it is a geometry of many vertices."""
    return str(getattr(field, "geom_type", "")).lower() in GEOMETRIES
