"""One row of a file as one row of a layer's table, or the reason why it cannot be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import shapely
from django.contrib.gis.db.models.fields import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from gis_core import crs
from gis_core.importing.reading import Row
from layers.importing import columns, values
from layers.importing.matching import Match
from layers.importing.reasons import Unfit
from layers.models.feature import Feature
from layers.registry import Layer

PARTS = {"MULTIPOLYGON": "Polygon", "MULTILINESTRING": "LineString"}
KEYS = {"enterprises": "uscc", "cameras": "gb_code", "sensors": "device_code"}
"""What names a row where the file has no source id."""
Place = tuple[shapely.Geometry, str]
"""A geometry and the coordinate system that it is in."""


@dataclass(frozen=True)
class RowReader:
    """Makes rows of the layer's model from those of a file, with columns as `mapping` says and the same `constants`
    for all. `place` finds a row's geometry; `matches` collects those that came from an address."""

    layer: Layer
    model: type[Feature]
    mapping: dict[str, tuple[str, ...]]
    constants: Mapping[str, str]
    place: Callable[[Row], Place | Match]
    matches: list[tuple[int, Match]] = field(default_factory=list)

    def read(self, row: Row) -> Feature:
        """An unsaved, checked instance. Raises Unfit."""
        cells = {name: _first(row, names) for name, names in self.mapping.items()}
        filled = {name: value for name, value in {**cells, **self.constants}.items() if value is not None}
        instance = self.model(**{name: self._value(name, value) for name, value in filled.items()})
        key = KEYS.get(self.layer.key)
        if instance.source_id is None and key is not None:
            instance.source_id = getattr(instance, key)
        self._set_geometry(instance, row)
        try:
            instance.clean_fields(exclude=["geom"])
        except ValidationError as error:
            raise Unfit(_in_words(error)) from error
        return instance

    def _value(self, name: str, value: Any) -> Any:
        column = self.model._meta.get_field(name)
        if getattr(column, "choices", None):
            value = columns.translated(self.layer.key, values.text(value))
        return values.read(self.layer, column, value)  # type: ignore[arg-type]  # concrete fields only

    def _set_geometry(self, instance: Feature, row: Row) -> None:
        found = self.place(row)
        geometry, source_crs = (found.point, "EPSG:4490") if isinstance(found, Match) else found
        if isinstance(found, Match):
            self.matches.append((row.number, found))
        column = self.model._meta.get_field("geom")  # type: ignore[misc]
        assert isinstance(column, GeometryField)
        stored = crs.canonical(crs.to_4490(_as_type(geometry, column.geom_type), source_crs))
        # Every feature's table has it, each with a geometry type of its own; the abstract model cannot.
        instance.geom = GEOSGeometry(memoryview(shapely.to_wkb(stored)), srid=crs.STORED)  # type: ignore[attr-defined]
        instance.src_crs = source_crs[:40]


def own_geometry(row: Row) -> shapely.Geometry:
    """The geometry that a vector file has for a row. Raises Unfit."""
    if row.geometry is None or row.geometry.is_empty:
        raise Unfit(_("the geometry cannot be read") if row.unreadable else _("there is no geometry"))
    return row.geometry


def _first(row: Row, names: tuple[str, ...]) -> Any:
    """The first filled value under these columns."""
    return next((row.attributes[n] for n in names if row.attributes[n] not in (None, "")), None)


def _as_type(geometry: shapely.Geometry, wanted: str) -> shapely.Geometry:
    """As the geometry that the table holds: parts as one, an invalid polygon made valid, anything as a point in it."""
    if wanted == "POINT":
        return _as_point(geometry)
    part = PARTS[wanted]
    if part == "Polygon" and not geometry.is_valid:
        geometry = shapely.make_valid(geometry)
    parts = [piece for piece in shapely.get_parts(geometry) if piece.geom_type == part]
    if not parts:
        raise Unfit(_("a %(found)s is no %(wanted)s") % {"found": geometry.geom_type, "wanted": part})
    return {"Polygon": shapely.MultiPolygon, "LineString": shapely.MultiLineString}[part](parts)


def _as_point(geometry: shapely.Geometry) -> shapely.Geometry:
    """A hospital drawn as a polygon is where the polygon is."""
    if geometry.geom_type == "Point":
        return geometry
    if geometry.geom_type in ("Polygon", "MultiPolygon", "MultiPoint"):
        return shapely.point_on_surface(shapely.make_valid(geometry))
    raise Unfit(_("a %(found)s is no %(wanted)s") % {"found": geometry.geom_type, "wanted": "Point"})


def _in_words(error: ValidationError) -> str:
    return "; ".join(f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items())
