"""Write checked rows: what is new is inserted, what differs is updated, what is the same is left alone."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models.expressions import DatabaseDefault
from django.utils.translation import gettext as _

from layers.models.feature import Feature

BATCH = 1000


def write(model: type[Feature], instances: Sequence[Feature], fields: Iterable[str]) -> dict[str, int]:
    """Insert or update by source id; only `fields` (those that the file brings) and the place are updated.

    Returns how many were created, updated and unchanged.
    """
    names = [name for name in fields if name != "source_id"]
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    for start in range(0, len(instances), BATCH):
        batch = instances[start : start + BATCH]
        known = model._default_manager.in_bulk(
            [i.source_id for i in batch if i.source_id], field_name="source_id"
        )
        changed: list[Feature] = []
        for instance in batch:
            before = known.get(instance.source_id) if instance.source_id else None
            outcome = (
                "created"
                if before is None
                else "updated"
                if _differs(before, instance, names)
                else "unchanged"
            )
            counts[outcome] += 1
            if outcome != "unchanged":
                changed.append(instance)
        model._default_manager.bulk_create(  # type: ignore[misc]  # geom is each concrete model's own
            changed,
            update_conflicts=True,
            unique_fields=["source_id"],
            update_fields=["geom", "src_crs", *names],
        )
    return counts


def _differs(before: Any, after: Any, names: list[str]) -> bool:
    if not before.geom.equals_exact(after.geom):
        return True
    return any(getattr(before, name) != _value(after, name) for name in names)


def _value(instance: Any, name: str) -> Any:
    """The value that will be stored: the default where the row brings none."""
    value = getattr(instance, name)
    return instance._meta.get_field(name).db_default if isinstance(value, DatabaseDefault) else value


def taken(model: type[Feature], instances: Sequence[Feature]) -> dict[int, str]:
    """Position -> reason, of rows with an identifier that another row of the table has already."""
    reasons: dict[int, str] = {}
    for field in identifiers(model):
        values = {getattr(instance, field.name): place for place, instance in enumerate(instances)}
        values.pop(None, None)
        words = list(values)
        for start in range(0, len(words), BATCH):
            known = model._default_manager.filter(**{f"{field.name}__in": words[start : start + BATCH]})
            for value, source_id in known.values_list(field.name, "source_id"):
                if source_id != instances[values[value]].source_id:
                    message = _("%(name)s %(value)s belongs to another row (source id %(id)s)")
                    reasons[values[value]] = message % {"name": field.name, "value": value, "id": source_id}
    return reasons


def identifiers(model: type[Feature]) -> "list[models.Field[Any, Any]]":
    """The columns besides the source id in which no value may come twice."""
    return [f for f in model._meta.concrete_fields if f.unique and f.name not in ("id", "source_id")]
