"""GetFeature in GML 3.2, quickly: a feature is written by a list of tags that is made once for all of them.

gml:boundedBy, which GML leaves to the server, is left out unless asked for: no client that is known reads it, and
it costs PostGIS a second rendering of every geometry.
"""

from typing import Any

from django.db.models import QuerySet
from gisserver.db import AsGML, get_db_rendered_geometry
from gisserver.output import DBGML32Renderer
from gisserver.output.utils import tag_escape
from gisserver.types import XsdTypes

PLAIN = (int, float)


class QuickGml(DBGML32Renderer):
    """The library's renderer for the types of `feature_types`, whose fields are all the row's own."""

    def decorate_queryset(self, projection: Any, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        if projection.property_names is None:
            projection.remove_fields(lambda element: element.type is XsdTypes.gmlBoundingShapeType)
        return super().decorate_queryset(projection, queryset)

    def start_collection(self, sub_collection: Any) -> None:
        """Make the tags of the collection's fields."""
        self.tags = []
        for element in sub_collection.projection.xsd_root_elements:
            name = self.xml_qnames[element]
            tags = (f"<{name}>", f"</{name}>\n", f'<{name} xsi:nil="true"/>\n')
            self.tags.append((element, element.type.is_geometry, *tags))

    def write_feature(self, projection: Any, instance: Any, extra_xmlns: str = "") -> None:
        """One feature; `extra_xmlns` is for one that stands alone, which the library writes."""
        if extra_xmlns or projection.has_bounded_by:
            super().write_feature(projection, instance, extra_xmlns)
            return
        name = projection.feature_type.name
        qname = self.feature_qnames[projection.feature_type]
        parts = [f'<{qname} gml:id="{name}.{instance.pk}">\n']
        for element, is_geometry, start, end, nil in self.tags:
            if is_geometry:
                gml = get_db_rendered_geometry(instance, element, AsGML)
                value = gml and self.render_gml_value(projection, f"{name}.{instance.pk}.1", gml)
            else:
                value = element.get_value(instance)
                if value.__class__ is str:
                    value = tag_escape(value)
                elif value is not None and value.__class__ not in PLAIN:
                    self._write("".join(parts))
                    parts = []
                    self.write_xml_field(projection, element, value)
                    continue
            parts += (nil,) if value is None else (start, str(value), end)
        parts.append(f"</{qname}>\n")
        self._write("".join(parts))
