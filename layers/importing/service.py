"""Import a file into a layer: read, map the columns, check every row, write in one transaction, report.

A row with a source id that the table has already updates it. A row that does not fit is skipped, with its
number and the reason; the sum over all rows is checked.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from gis_core.importing import reading
from gis_core.importing.options import Options
from layers import registry
from layers.importing import columns
from layers.importing.rows import RowReader, Unfit
from layers.models.feature import Feature

BATCH = 1000


@dataclass(frozen=True)
class Skipped:
    """One row left out: its number from 1 in file order, and why."""

    row: int
    reason: str


@dataclass(frozen=True)
class Report:
    """What became of the file: rows = created + updated + skipped."""

    layer: str
    file: str
    crs: str
    columns: dict[str, list[str]]
    rows: int
    created: int
    updated: int
    skipped: tuple[Skipped, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def import_layer(
    key: str,
    path: Path,
    given: Mapping[str, str] | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    layer: str | None = None,
) -> Report:
    """Import `path` into the layer `key`.

    `given`: field -> column, for those that are not guessed right. `crs`: EPSG code, gcj02 or bd09 (default:
    the file's own). Raises WanggeError, before anything is written, for what concerns the whole file.
    """
    model = _model(key)
    # The reader shares its options with the import of areas; of a layer it needs these four.
    options = Options(path, tier="grid", assign_codes=True, crs=crs, encoding=encoding, layer=layer)
    source = reading.read(options)
    mapping = columns.mapping(key, _fields(model), source.fields, given or {})
    instances, skipped = _checked(RowReader(key, model, mapping, source.crs), source.rows)
    with transaction.atomic():
        created, updated = _write(model, instances, list(mapping))
    report = Report(
        layer=key,
        file=source.file,
        crs=source.crs,
        columns={field: list(names) for field, names in mapping.items()},
        rows=len(source.rows),
        created=created,
        updated=updated,
        skipped=tuple(skipped),
    )
    assert report.rows == created + updated + len(skipped)
    return report


def _model(key: str) -> type[Feature]:
    model = registry.find(key).model_class
    if issubclass(model, Feature):
        return model
    importable = [layer.key for layer in registry.every() if issubclass(layer.model_class, Feature)]
    message = _("%(key)s is not filled by import_layer (areas: import_areas). These are: %(allowed)s.")
    raise WanggeError(message % {"key": key, "allowed": ", ".join(importable)}, {"allowed": importable})


def _fields(model: type[Feature]) -> tuple[str, ...]:
    """What a file can fill: every column but the key and the geometries."""
    return tuple(
        field.name
        for field in model._meta.concrete_fields
        if field.name not in ("id", "geom") and not field.generated
    )


def _checked(reader: RowReader, rows: tuple[reading.Row, ...]) -> tuple[list[Feature], list[Skipped]]:
    instances: list[Feature] = []
    skipped: list[Skipped] = []
    seen: dict[str, int] = {}
    for row in rows:
        try:
            instance = reader.read(row)
            _once(instance, row.number, seen)
        except Unfit as reason:
            skipped.append(Skipped(row.number, str(reason)))
        else:
            instances.append(instance)
    return instances, skipped


def _once(instance: Feature, number: int, seen: dict[str, int]) -> None:
    """Raises Unfit if an earlier row of the file had the same source id."""
    if instance.source_id is None:
        return
    first = seen.setdefault(instance.source_id, number)
    if first != number:
        raise Unfit(
            _("source id %(id)s was in row %(row)d already") % {"id": instance.source_id, "row": first}
        )


def _write(model: type[Feature], instances: list[Feature], fields: list[str]) -> tuple[int, int]:
    """Insert or update by source id; only what the file brings is updated. Returns (created, updated)."""
    ids = [instance.source_id for instance in instances if instance.source_id is not None]
    known = model._default_manager.filter(source_id__in=ids).count()
    model._default_manager.bulk_create(  # type: ignore[misc]  # geom is each concrete model's own
        instances,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["source_id"],
        update_fields=["geom", *(name for name in fields if name != "source_id")],
    )
    return len(instances) - known, known
