"""One row of a file as one row of a layer's table, or the reason why it cannot be."""

from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.gis.db.models.fields import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from gis_core import crs
from gis_core.importing.reading import Row
from layers.importing import columns
from layers.models.feature import Feature

PARTS = {"MULTIPOLYGON": "Polygon", "MULTILINESTRING": "LineString", "POINT": "Point"}


class Unfit(Exception):
    """This row cannot be imported; the text says why and what is allowed."""


@dataclass(frozen=True)
class RowReader:
    """Makes rows of `model` for the layer `key` from a file in `source_crs`, with columns as `mapping` says."""

    key: str
    model: type[Feature]
    mapping: dict[str, tuple[str, ...]]
    source_crs: str

    def read(self, row: Row) -> Feature:
        """An unsaved, checked instance. Raises Unfit."""
        instance = self.model(**{name: self._value(name, row) for name in self._filled(row)})
        # Every feature's table has it, each with a geometry type of its own; the abstract model cannot.
        instance.geom = self._geometry(row)  # type: ignore[attr-defined]
        try:
            instance.clean_fields(exclude=["geom"])
        except ValidationError as error:
            raise Unfit(_in_words(error)) from error
        return instance

    def _filled(self, row: Row) -> list[str]:
        return [name for name, names in self.mapping.items() if _first(row, names) is not None]

    def _value(self, name: str, row: Row) -> Any:
        value = _first(row, self.mapping[name])
        field = self.model._meta.get_field(name)
        if isinstance(field, models.IntegerField):
            return _whole(name, value)
        text = str(value).strip()
        return columns.translated(self.key, text) if getattr(field, "choices", None) else text

    def _geometry(self, row: Row) -> GEOSGeometry:
        if row.geometry is None or row.geometry.is_empty:
            raise Unfit(_("the geometry cannot be read") if row.unreadable else _("there is no geometry"))
        field = self.model._meta.get_field("geom")  # type: ignore[misc]
        assert isinstance(field, GeometryField)
        shape = _as_type(row.geometry, field.geom_type)
        stored = crs.canonical(crs.to_4490(shape, self.source_crs))
        return GEOSGeometry(memoryview(shapely.to_wkb(stored)), srid=crs.STORED)


def _first(row: Row, names: tuple[str, ...]) -> Any:
    """The first filled value under these columns."""
    return next((row.attributes[n] for n in names if row.attributes[n] not in (None, "")), None)


def _whole(name: str, value: Any) -> int:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if number != number or number != int(number):
        raise Unfit(_("%(name)s: %(value)r is not a whole number") % {"name": name, "value": value})
    return int(number)


def _as_type(geometry: shapely.Geometry, wanted: str) -> shapely.Geometry:
    """As the multi-part geometry that the table holds; an invalid polygon made valid."""
    part = PARTS[wanted]
    if part == "Polygon" and not geometry.is_valid:
        geometry = shapely.make_valid(geometry)
    parts = [piece for piece in shapely.get_parts(geometry) if piece.geom_type == part]
    if not parts:
        raise Unfit(_("a %(found)s is no %(wanted)s") % {"found": geometry.geom_type, "wanted": part})
    if wanted == "POINT":
        return parts[0]
    return {"Polygon": shapely.MultiPolygon, "LineString": shapely.MultiLineString}[part](parts)


def _in_words(error: ValidationError) -> str:
    return "; ".join(f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items())
