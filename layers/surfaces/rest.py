"""REST: the catalogue of layers at /api/v1/layers/, and each layer's rows as GeoJSON below it."""

import json
from datetime import date
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core import masking
from gis_core.errors import NotFound
from layers import registry
from layers.registry import Field, Layer
from layers.styling import Title
from layers.surfaces import rest_query
from layers.surfaces.legend import legend
from layers.surfaces.rest_query import PAGE_MAX
from layers.surfaces.tilejson import tile_address
from layers.tagging import is_tagged

DECIMALS = 8
"""Of a degree: about 1 mm, the precision in which areas are stored."""
LAYER_PARAMETERS = [
    OpenApiParameter("bbox", description="west,south,east,north in degrees (EPSG:4490)."),
    OpenApiParameter("area", description="Only rows within this area: a code, of any tier."),
    OpenApiParameter("untagged", description="`true`: only rows that lie in no area."),
    OpenApiParameter("q", description="Only rows with this in their name, address or code."),
    OpenApiParameter("limit", OpenApiTypes.INT, description=f"Features on a page, at most {PAGE_MAX}."),
    OpenApiParameter("cursor", description="From a page's `next` link."),
]
"""Besides, every public field of the layer is a parameter: equal to one of the values, apart by commas."""


class LayerList(APIView):
    """Every layer that the user may see, in drawing order, with its fields, legend and addresses."""

    @extend_schema(operation_id="layers_list", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> Response:
        root = request.build_absolute_uri("/").rstrip("/")
        return Response({"layers": [_entry(layer, root) for layer in registry.visible_to(request.user)]})


def _entry(layer: Layer, root: str) -> dict[str, Any]:
    return {
        "key": layer.key,
        "title": _title(layer.title),
        "group": _title(layer.group),
        "geometry_type": layer.geometry_type,
        "id_field": layer.id_field,
        "zooms": {"min": layer.zooms[0], "max": layer.zooms[1], "counts_from": layer.tile_zooms[0]},
        "shown": layer.shown,
        "public": layer.permission is None,
        "fields": [_field(field) for field in layer.public_fields()],
        "legend": legend(layer),
        "urls": {
            "features": f"{root}/api/v1/layers/{layer.key}/",
            "tilejson": f"{root}/tiles/{layer.key}.json",
            "tiles": tile_address(root, [layer.key]),
            "wfs": f"{root}/ogc/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES=app:{layer.key}",
        },
    }


def _field(field: Field) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": field.name, "title": _title(field.title), "type": field.type}
    if field.codes is not None:
        shown["codes"] = [{"value": code.value, "title": _title(code.title)} for code in field.codes.codes]
    return shown


def _title(title: Title) -> dict[str, str]:
    return {"zh": title.zh, "en": title.en}


class LayerFeatures(APIView):
    """The rows of a layer as a GeoJSON FeatureCollection, by their ids, in pages that `next` links."""

    @extend_schema(
        operation_id="layers_features", parameters=LAYER_PARAMETERS, responses={200: OpenApiTypes.OBJECT}
    )
    def get(self, request: Request, key: str) -> HttpResponse:
        layer = registry.find_for(request.user, key)
        limit = rest_query.limit(request.query_params)
        rows = rest_query.chosen(layer, layer.queryset_for(request.user), request.query_params)
        found = list(_with_values(layer, rows)[: limit + 1])
        inner, purpose = registry.internal_prefixes(request.user, layer), masking.purpose_of(request)
        _note_reading(layer, found[:limit], inner, purpose)
        features = ",".join(_feature(layer, row, inner, purpose) for row in found[:limit])
        following = json.dumps(_next(request, layer, found, limit))
        text = f'{{"type":"FeatureCollection","features":[{features}],"next":{following}}}'
        return HttpResponse(text, content_type="application/geo+json")


class LayerFeature(APIView):
    """One row of a layer as a GeoJSON Feature, by its id."""

    @extend_schema(operation_id="layers_feature", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, key: str, row_id: str) -> HttpResponse:
        layer = registry.find_for(request.user, key)
        wanted = {layer.id_field: rest_query.row_id(layer, "id", row_id)}
        row = _with_values(layer, layer.queryset_for(request.user).filter(**wanted)).first()
        if row is None:
            raise NotFound(_("Layer %(key)s has no row %(id)s.") % {"key": key, "id": row_id[:40]})
        inner, purpose = registry.internal_prefixes(request.user, layer), masking.purpose_of(request)
        _note_reading(layer, [row], inner, purpose)
        text = _feature(layer, row, inner, purpose)
        return HttpResponse(text, content_type="application/geo+json")


def _with_values(layer: Layer, rows: "QuerySet[Model]") -> "QuerySet[Model, dict[str, Any]]":
    """With the geometry as text: PostGIS writes it, it is not parsed again here."""
    names = {layer.id_field, *(field.name for field in layer.fields if field.sensitivity != "protected")}
    if is_tagged(layer):
        names.add("area_code")
    return rows.annotate(geojson=AsGeoJSON(layer.geom, precision=DECIMALS)).values("geojson", *names)


def _next(request: Request, layer: Layer, found: list[dict[str, Any]], limit: int) -> str | None:
    if len(found) <= limit:
        return None
    parameters = request.query_params.copy()
    parameters["cursor"] = str(found[limit - 1][layer.id_field])
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")


def _is_inner(row: dict[str, Any], inner: tuple[str, ...]) -> bool:
    """Whether the user may see the row's internal fields."""
    return (row.get("area_code") or "").startswith(inner) or "" in inner


def _note_reading(layer: Layer, rows: list[dict[str, Any]], inner: tuple[str, ...], purpose: str) -> None:
    """Who is shown personal data as it is, is in the audit before they get it."""
    fields = [field.name for field in layer.fields if field.mask]
    shown = [row[layer.id_field] for row in rows if _is_inner(row, inner)]
    if purpose and fields and shown:
        masking.note(layer.table, purpose, shown, fields)


def _feature(layer: Layer, row: dict[str, Any], inner: tuple[str, ...], purpose: str) -> str:
    """A Feature as text; internal fields are there where the user may see them, masked if they say not what for."""
    shown = {field.name: row[field.name] for field in layer.public_fields()}
    if _is_inner(row, inner):
        for field in layer.fields:
            if field.sensitivity == "internal":
                value = row[field.name]
                shown[field.name] = masking.masked(value, field.mask) if field.mask and not purpose else value
    properties = json.dumps(shown, ensure_ascii=False, default=_plain)
    identifier = json.dumps(row[layer.id_field])
    geometry = row["geojson"] or "null"
    return f'{{"type":"Feature","id":{identifier},"geometry":{geometry},"properties":{properties}}}'


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
