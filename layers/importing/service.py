"""Import a file into a layer: read, choose rows, map the columns, check every row, write in one transaction, report.

A row with a source id that the table has already updates it. A row that does not fit is skipped, with its
number and the reason; every row of the file is accounted for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.contrib.gis.db.models import Extent
from django.db import transaction
from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from gis_core.importing import reading
from gis_core.importing.options import Options
from gis_core.importing.reading import Row, Source
from gis_core.models import Area
from layers import registry
from layers.importing import columns, matching, placing, selecting, tables, writing
from layers.importing.matching import Match
from layers.importing.reasons import Unfit
from layers.importing.report import Matched, Report, Skipped
from layers.importing.rows import Place, RowReader, own_geometry
from layers.importing.values import text
from layers.models.feature import Feature
from layers.registry import Layer

__all__ = ["AllOrNothing", "Report", "Skipped", "import_layer"]


class AllOrNothing(WanggeError):
    """Rows did not fit and the user wanted all of them: nothing was written. `report` lists them."""

    code = "import_refused"

    def __init__(self, report: Report) -> None:
        message = _("%(skipped)d of %(rows)d rows do not fit; nothing was written.")
        counts = {"skipped": len(report.skipped), "rows": report.rows}
        super().__init__(message % counts, {"skipped": [vars(row) for row in report.skipped]})
        self.report = report


@dataclass(frozen=True)
class Checked:
    """The rows that fit, those that do not, and how many were not wanted at all."""

    instances: list[Feature]
    skipped: list[Skipped]
    not_selected: int


def import_layer(
    key: str,
    path: Path,
    given: Mapping[str, str] | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    layer: str | None = None,
    constants: Mapping[str, str] | None = None,
    where: Sequence[str] = (),
    all_or_nothing: bool = False,
) -> Report:
    """Import `path` into the layer `key`.

    `given`: field -> column, for those that are not guessed right. `crs`: EPSG code, gcj02 or bd09 (default:
    the file's own; for tables EPSG:4490). `layer`: of a file with several, or a sheet. `constants`: field -> value for
    every row. `where`: which rows (selecting.py). Raises WanggeError, before anything is written, for what
    concerns the whole file, and AllOrNothing.
    """
    declared = registry.find(key)
    model = _model(declared)
    source = _read(path, crs, encoding, layer)
    mapping = columns.mapping(key, _fields(model), source.fields, given or {}, _titles(declared))
    mapping |= dict.fromkeys(constants or {}, ())
    columns.check_fields(constants or {}, _fields(model))
    reader = RowReader(declared, model, mapping, constants or {}, _placer(source, crs, given or {}))
    checked = _checked(reader, source.rows, selecting.chooser(key, where, source.fields))
    report = _report(declared, source, mapping, checked, reader)
    if all_or_nothing and checked.skipped:
        raise AllOrNothing(report)
    with transaction.atomic():
        counts = writing.write(model, checked.instances, list(mapping))
        outside = _outside(model, checked.instances)
    return replace(
        report,
        created=counts["created"],
        updated=counts["updated"],
        unchanged=counts["unchanged"],
        outside=outside,
        written=True,
    )


def _model(layer: Layer) -> type[Feature]:
    if layer.importable and issubclass(layer.model_class, Feature):
        return layer.model_class
    layers = [one.key for one in registry.every() if one.importable and issubclass(one.model_class, Feature)]
    message = _("%(key)s is not filled by import_layer (areas: import_areas). These are: %(allowed)s.")
    raise WanggeError(message % {"key": layer.key, "allowed": ", ".join(layers)}, {"allowed": layers})


def _read(path: Path, crs: str | None, encoding: str | None, layer: str | None) -> Source:
    if tables.is_table(path):
        return tables.read(path, crs, encoding, layer)
    # The reader shares its options with the import of areas; of a layer it needs these four.
    return reading.read(
        Options(path, tier="grid", assign_codes=True, crs=crs, encoding=encoding, layer=layer)
    )


def _fields(model: type[Feature]) -> tuple[str, ...]:
    """What a file can fill: every column but the key, the geometries and what the database writes itself."""
    return tuple(
        field.name
        for field in model._meta.concrete_fields
        if field.editable and not field.generated and field.name not in ("id", "geom", "src_crs")
    )


def _titles(layer: Layer) -> dict[str, tuple[str, ...]]:
    return {field.name: (field.title.zh, field.title.en) for field in layer.fields}


# ---- where rows are -----------------------------------------------------------------------------------------


def _placer(source: Source, crs: str | None, given: Mapping[str, str]) -> Callable[[Row], Place | Match]:
    """How a row of this file gets its place. Raises WanggeError for a table that has none."""
    if any(row.geometry is not None or row.unreadable for row in source.rows):
        return lambda row: (own_geometry(row), source.crs)
    found = placing.find(source.fields, source.rows, crs, _district_longitude())
    address = _address_column(source.fields, given)
    if found is None and address is None and tables.is_table(Path(source.file)):
        allowed = ", ".join((*placing.EAST[:4], *placing.NORTH[:3], *matching.NAMES[:3]))
        message = _(
            "%(file)s has no columns with coordinates and none with an address. They are called: %(allowed)s."
        )
        raise WanggeError(
            message % {"file": source.file, "allowed": allowed}, {"allowed": allowed.split(", ")}
        )
    return lambda row: _place(row, found, address)


def _place(row: Row, coordinates: placing.Columns | None, address: str | None) -> Place | Match:
    point = coordinates.point(row) if coordinates else None
    if coordinates and point is not None:
        return point, coordinates.crs
    if address and row.attributes[address] not in (None, ""):
        return matching.match(text(row.attributes[address]))
    raise Unfit(_("there are no coordinates and no address"))


def _address_column(names: Sequence[str], given: Mapping[str, str]) -> str | None:
    if "address_text" in given:
        return given["address_text"]
    by_lower = {name.lower(): name for name in names}
    return next((by_lower[name] for name in matching.NAMES if name in by_lower), None)


def _district_longitude() -> float | None:
    box = Area.objects.live().filter(parent_code=None).aggregate(box=Extent("geom"))["box"]
    return (box[0] + box[2]) / 2 if box else None


# ---- row by row ---------------------------------------------------------------------------------------------


def _checked(reader: RowReader, rows: Sequence[Row], wanted: selecting.Chooser | None) -> Checked:
    instances: list[Feature] = []
    numbers: list[int] = []
    skipped: list[Skipped] = []
    seen: dict[tuple[str, object], int] = {}
    chosen = [row for row in rows if wanted is None or wanted(row)]
    for row in chosen:
        try:
            instance = reader.read(row)
            _once(instance, row.number, seen)
        except Unfit as reason:
            skipped.append(Skipped(row.number, str(reason)))
        else:
            instances.append(instance)
            numbers.append(row.number)
    reasons = writing.taken(reader.model, instances)
    skipped += [Skipped(numbers[place], reason) for place, reason in reasons.items()]
    kept = [instance for place, instance in enumerate(instances) if place not in reasons]
    return Checked(kept, sorted(skipped, key=lambda one: one.row), len(rows) - len(chosen))


def _once(instance: Feature, number: int, seen: dict[tuple[str, object], int]) -> None:
    """Raises Unfit if an earlier row of the file had the same source id, or another identifier of this one."""
    for name in ("source_id", *(field.name for field in writing.identifiers(type(instance)))):
        value = getattr(instance, name)
        if value is None:
            continue
        first = seen.setdefault((name, value), number)
        if first != number:
            raise Unfit(
                _("%(name)s %(id)s was in row %(row)d already") % {"name": name, "id": value, "row": first}
            )


def _outside(model: type[Feature], instances: Sequence[Feature]) -> int:
    """How many of the rows just written carry no tag."""
    ids = [instance.source_id for instance in instances if instance.source_id]
    return model._default_manager.filter(source_id__in=ids, area_code=None).count()


def _report(
    layer: Layer, source: Source, mapping: Mapping[str, tuple[str, ...]], checked: Checked, reader: RowReader
) -> Report:
    """As if nothing were written yet: rows that fit count as created until the table has been asked."""
    left_out = {row.row for row in checked.skipped}
    return Report(
        layer=layer.key,
        file=source.file,
        crs=source.crs,
        columns={field: list(names) for field, names in mapping.items() if names},
        rows=len(source.rows),
        created=len(checked.instances),
        updated=0,
        unchanged=0,
        not_selected=checked.not_selected,
        outside=0,
        skipped=tuple(checked.skipped),
        matched=tuple(
            Matched(number, match.address, round(match.score, 3))
            for number, match in reader.matches
            if number not in left_out
        ),
        written=False,
    )
