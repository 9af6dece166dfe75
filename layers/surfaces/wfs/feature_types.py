"""Layers as WFS feature types, `app:<layer key>`; feature ids are `<key>.<primary key>`."""

from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from gisserver.features import FeatureField, FeatureType
from gisserver.geometries import WGS84BoundingBox
from gisserver.types import XsdTypes

from layers.registry import Layer
from layers.surfaces.tilejson import bounds
from layers.surfaces.wfs import geometry


class Field(FeatureField):
    """A field in XML Schema types that every client knows."""

    def _get_xsd_type(self) -> Any:
        # GDAL 3.6 gives up on the whole type, geometry and all, at a nonNegativeInteger.
        found = super()._get_xsd_type()
        return XsdTypes.integer if found is XsdTypes.nonNegativeInteger else found


class StableType(FeatureType):
    """A feature type whose rows come by primary key unless a request sorts them, so that pages never overlap.

    `columns` are (name, abstract) pairs; `geom` is the field of the geometry, in EPSG:4490.
    """

    def __init__(
        self, rows: "QuerySet[Any]", name: str, title: str, columns: list[tuple[str, str]], geom: str
    ) -> None:
        super().__init__(
            rows,
            name=name,
            title=title,
            fields=[*(Field(column, abstract=abstract) for column, abstract in columns), Field(geom)],
            geometry_field_name=geom,
            crs=geometry.STORED,
            other_crs=geometry.OTHERS,
            # GDAL cannot tell gml:name from a field that is called name.
            show_name_field=False,
        )

    def get_queryset(self) -> "QuerySet[Any]":
        return super().get_queryset().order_by("pk")


class LayerType(StableType):
    """A layer."""

    def __init__(self, layer: Layer, lang: str, rows: "QuerySet[Any]") -> None:
        self.layer = layer
        columns = [(field.name, field.title.of(lang)) for field in layer.public_fields()]
        super().__init__(rows, layer.key, layer.title.of(lang), columns, layer.geom)

    def get_bounding_box(self) -> WGS84BoundingBox | None:
        """From the spatial index: at least everything in the table."""
        box = bounds(self.layer)
        return WGS84BoundingBox(*box) if box else None


def of_layer(layer: Layer, lang: str, user: Any) -> LayerType:
    """The feature type of a layer, with titles in a language and the rows that the user may see."""
    return (
        _public(layer, lang) if layer.permission is None else LayerType(layer, lang, layer.queryset_for(user))
    )


@lru_cache(maxsize=512)
def _public(layer: Layer, lang: str) -> LayerType:
    """A public layer's type, made once."""
    return LayerType(layer, lang, layer.queryset())
