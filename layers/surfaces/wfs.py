"""WFS 2.0 of every layer at /ogc/wfs, read only: django-gisserver, mended where real clients stumble.

Feature types are `app:<layer key>`, feature ids `<key>.<id>`. What is mended here: a stable order of pages,
no caching of answers, CountDefault for QGIS, short refusals, extents that do not scan tables; coordinates
are in `wfs_geometry`.
"""

from collections.abc import AsyncIterator, Iterator
from functools import lru_cache
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.core.exceptions import PermissionDenied
from django.core.handlers.asgi import ASGIRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from gisserver import exceptions
from gisserver.features import FeatureField, FeatureType, ServiceDescription
from gisserver.geometries import WGS84BoundingBox
from gisserver.operations import wfs20
from gisserver.parsers.fes20 import SortBy
from gisserver.types import XsdTypes
from gisserver.views import WFSView

from layers import registry
from layers.registry import Layer
from layers.surfaces import wfs_geometry
from layers.surfaces.tilejson import bounds, language

PAGE_SIZE = 5000
CHUNK = 256 * 1024
"""Bytes sent at a time; each costs a hop between threads."""


class LayerField(FeatureField):
    """A field in XML Schema types that every client knows."""

    def _get_xsd_type(self) -> Any:
        # GDAL 3.6 gives up on the whole type, geometry and all, at a nonNegativeInteger.
        found = super()._get_xsd_type()
        return XsdTypes.integer if found is XsdTypes.nonNegativeInteger else found


class LayerType(FeatureType):
    """A layer as a feature type: by primary key unless a request sorts, so that pages never overlap."""

    def __init__(self, layer: Layer, lang: str, rows: "QuerySet[Any]") -> None:
        self.layer = layer
        columns = [LayerField(f.name, abstract=f.title.of(lang)) for f in layer.public_fields()]
        super().__init__(
            rows,
            name=layer.key,
            title=layer.title.of(lang),
            fields=[*columns, LayerField(layer.geom)],
            geometry_field_name=layer.geom,
            crs=wfs_geometry.STORED,
            other_crs=wfs_geometry.OTHERS,
            # GDAL cannot tell gml:name from a field that is called name.
            show_name_field=False,
        )

    def get_queryset(self) -> "QuerySet[Any]":
        return super().get_queryset().order_by("pk")

    def get_bounding_box(self) -> WGS84BoundingBox | None:
        """From the spatial index: at least everything in the table."""
        box = bounds(self.layer)
        return WGS84BoundingBox(*box) if box else None


@lru_cache(maxsize=512)
def feature_type(layer: Layer, lang: str) -> LayerType:
    """A public layer's type, made once."""
    return LayerType(layer, lang, layer.queryset())


class StableSort:
    """A request's own SORTBY with the primary key last: equal values then keep their places too."""

    def __init__(self, wanted: SortBy) -> None:
        self.wanted = wanted

    def build_ordering(self, compiler: Any) -> None:
        self.wanted.build_ordering(compiler)
        compiler.add_ordering(["pk"])

    def as_kvp(self) -> str:
        return str(self.wanted.as_kvp())


class GetFeature(wfs20.GetFeature):
    def bind_query(self, query: Any, feature_types: list[FeatureType]) -> None:
        if getattr(query, "sortBy", None) is not None:
            query.sortBy = StableSort(query.sortBy)
        super().bind_query(query, feature_types)


class GetCapabilities(wfs20.GetCapabilities):
    """Adds CountDefault, QGIS's page size; the library advertises WFS 1.1's DefaultMaxFeatures only."""

    def render_xml(self, context: dict[str, Any], ows_request: Any) -> HttpResponseBase:
        response = super().render_xml(context, ows_request)
        place = b'<ows:Constraint name="DefaultMaxFeatures">'
        count = b'<ows:Constraint name="CountDefault"><ows:NoValues/><ows:DefaultValue>%d</ows:DefaultValue>'
        added = count % self.view.max_page_size + b"</ows:Constraint>\n    " + place
        response.content = response.content.replace(place, added, 1)
        return response


class LayersWfs(WFSView):
    """The service; refused layers are not in it."""

    xml_namespace = "urn:wangge:app"
    max_page_size = PAGE_SIZE
    use_html_templates = False
    accept_operations = {
        "WFS": {
            **WFSView.accept_operations["WFS"],
            "GetCapabilities": GetCapabilities,
            "GetFeature": GetFeature,
        }
    }

    def get_feature_types(self) -> list[FeatureType]:
        return [self._type(layer) for layer in registry.visible_to(self.request.user)]

    def _type(self, layer: Layer) -> LayerType:
        if layer.permission is None:
            return feature_type(layer, language())
        return LayerType(layer, language(), layer.queryset_for(self.request.user))

    def get_service_description(self, service: str | None = None) -> ServiceDescription:
        return ServiceDescription(title=_("Areas and layers of the district"), provider_name="Wangge")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        # QGIS keeps answers without this on disk and goes on showing them after a commit.
        response["Cache-Control"] = "no-store"
        if isinstance(response, StreamingHttpResponse) and isinstance(request, ASGIRequest):
            response.streaming_content = _from_thread(iter(cast(Iterator[bytes], response.streaming_content)))
        return response

    dispatch.csrf_exempt = True  # type: ignore[attr-defined]

    def handle_exception(self, exc: Exception) -> HttpResponseBase | None:
        if isinstance(exc, PermissionDenied):
            # Given both, the library takes a text shorter than its locator (any Chinese one) for switched arguments.
            text = _("You do not have permission to read this: %(reason)s") % {"reason": exc}
            refusal = exceptions.PermissionDenied(text)
            refusal.locator = "typeNames"
            return super().handle_exception(refusal)
        return super().handle_exception(exc)


def _gathered(chunks: Iterator[bytes]) -> bytes:
    """The next CHUNK bytes or more; empty at the end."""
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        parts.append(chunk)
        size += len(chunk)
        if size >= CHUNK:
            break
    return b"".join(parts)


async def _from_thread(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Stream from the ORM without holding the whole answer in memory."""
    read = sync_to_async(_gathered)
    while part := await read(chunks):
        yield part
