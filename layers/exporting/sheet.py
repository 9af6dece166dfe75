"""What goes into a file: which rows of which layer, which columns, in which coordinate system.

Rows come from the database in portions over one cursor: one snapshot, however long it takes, and never all in memory.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB, Transform
from django.db.models import Model, QuerySet

from gis_core import access, masking
from gis_core.crs import STORED
from layers.registry import Field, FieldType, Layer
from layers.styling import Title
from layers.tagging import is_tagged

PORTION = 2000


@dataclass(frozen=True)
class Portion:
    """Some rows: a list of values for each column, and as many shapely geometries (None where there is none)."""

    columns: list[list[Any]]
    shapes: Any

    @property
    def size(self) -> int:
        return len(self.shapes)


@dataclass(frozen=True)
class Sheet:
    """`rows` are those that the user may see; `inner` the code prefixes within which internal fields are shown.

    `crs`: EPSG number; coordinates are x, y in every format. `encoding`: of CSV and Shapefile. `purpose`: what
    personal data is needed for; without, it is masked. `lang`: 'zh' or 'en' for titles as column names, '' for the
    fields' own names. `told` hears how many rows are written.
    """

    layer: Layer
    rows: "QuerySet[Model]"
    inner: tuple[str, ...] = ()
    purpose: str = ""
    crs: int = STORED
    encoding: str = "utf-8"
    lang: str = ""
    told: Callable[[int], None] = field(default=lambda count: None)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The columns: the row's id first, then what the user may see of the layer's fields."""
        shown = ("public", "internal") if self.inner else ("public",)
        fields = tuple(one for one in self.layer.fields if one.sensitivity in shown)
        if any(one.name == self.layer.id_field for one in fields):
            return fields
        kind: FieldType = "integer" if self.layer.id_field == "id" else "text"
        return (Field(self.layer.id_field, Title("编号", "Id"), kind), *fields)

    @cached_property
    def titles(self) -> list[str]:
        """The columns' names in the file; a title that two fields have is followed by the field's name."""
        if not self.lang:
            return [one.name for one in self.fields]
        titles = [one.title.of(self.lang) for one in self.fields]
        return [
            title if titles.count(title) == 1 else f"{title}_{one.name}"
            for title, one in zip(titles, self.fields, strict=True)
        ]

    @property
    def geometry_type(self) -> str:
        """As simple features name the column's type: MultiPolygon, Point."""
        kind = str(self.layer.model_class._meta.get_field(self.layer.geom).geom_type)  # type: ignore[union-attr]
        return kind.title().replace("Multip", "MultiP").replace("linestring", "LineString")

    def portions(self) -> Iterator[Portion]:
        """At least one, which is empty if there is no row."""
        self._note_reading()
        names = [one.name for one in self.fields]
        extra = ["area_code"] if is_tagged(self.layer) and "area_code" not in names else []
        shape = self.layer.geom if self.crs == STORED else Transform(self.layer.geom, self.crs)
        query = self.rows.annotate(as_wkb=AsWKB(shape)).values(*names, *extra, "as_wkb")
        found, done = query.iterator(chunk_size=PORTION), 0
        while (rows := list(islice(found, PORTION))) or done == 0:
            yield self._portion(rows)
            done += len(rows)
            self.told(done)
            if len(rows) < PORTION:
                return

    def _note_reading(self) -> None:
        """Who is given personal data as it is, is in the audit before they get it."""
        fields = [one.name for one in self.fields if one.mask]
        if not (self.purpose and fields):
            return
        shown = self.rows.filter(access.within("area_code", self.inner))
        keys = list(shown.values_list(self.layer.id_field, flat=True)[: masking.LISTED])
        if keys:
            masking.note(self.layer.table, self.purpose, keys, fields, rows=shown.count())

    def _portion(self, rows: list[dict[str, Any]]) -> Portion:
        shapes = [None if row["as_wkb"] is None else bytes(row["as_wkb"]) for row in rows]
        columns = [[self._value(one, row) for row in rows] for one in self.fields]
        return Portion(columns, shapely.from_wkb(np.array(shapes, dtype=object)))

    def _value(self, one: Field, row: dict[str, Any]) -> Any:
        if one.sensitivity == "internal" and not (row.get("area_code") or "").startswith(self.inner):
            return None
        if one.mask is not None and not self.purpose:
            return masking.masked(row[one.name], one.mask)
        return row[one.name]
