"""REST: the catalogue of layers at /api/v1/layers/, and each layer's rows as GeoJSON below it."""

import json
import re
from collections.abc import Mapping
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

from gis_core.api import filters
from layers import registry
from layers.registry import Field, Layer
from layers.styling import Title
from layers.surfaces.legend import legend
from layers.surfaces.tilejson import tile_address
from layers.tagging import is_tagged

PAGE, PAGE_MAX = 1000, 10000
DECIMALS = 8
"""Of a degree: about 1 mm, the precision in which areas are stored."""
ALLOWED = ("bbox", "area", "untagged", "limit", "cursor")
LAYER_PARAMETERS = [
    OpenApiParameter("bbox", description="west,south,east,north in degrees (EPSG:4490)."),
    OpenApiParameter("area", description="Only rows within this area: a code, of any tier."),
    OpenApiParameter("untagged", description="`true`: only rows that lie in no area."),
    OpenApiParameter("limit", OpenApiTypes.INT, description=f"Features on a page, at most {PAGE_MAX}."),
    OpenApiParameter("cursor", description="From a page's `next` link."),
]


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
        "zooms": {"min": layer.zooms[0], "max": layer.zooms[1]},
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
        limit = _limit(request.query_params)
        found = list(_rows(layer, layer.queryset_for(request.user), request.query_params)[: limit + 1])
        return HttpResponse(
            _collection(layer, found[:limit], _next(request, layer, found, limit)),
            content_type="application/geo+json",
        )


def _limit(parameters: Mapping[str, str]) -> int:
    for name in parameters:
        if name not in ALLOWED:
            raise filters.bad(name, parameters[name], _("the parameters are %s") % ", ".join(ALLOWED))
    text = parameters.get("limit", str(PAGE))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= PAGE_MAX):
        raise filters.bad("limit", text, _("a whole number from 1 to %d") % PAGE_MAX)
    return int(text)


def _rows(
    layer: Layer, rows: "QuerySet[Model]", parameters: Mapping[str, str]
) -> "QuerySet[Model, dict[str, Any]]":
    """Rows after the cursor: keyset paging, which loses and repeats nothing while others write."""
    rows = rows.order_by(layer.id_field)
    if parameters.get("cursor"):
        rows = rows.filter(**{f"{layer.id_field}__gt": _cursor(layer, parameters["cursor"])})
    if parameters.get("bbox"):
        rows = rows.filter(**{f"{layer.geom}__intersects": filters.box(parameters["bbox"])})
    rows = _tagged(layer, rows, parameters)
    names = [field.name for field in layer.public_fields()]
    shape = AsGeoJSON(layer.geom, precision=DECIMALS)
    return rows.annotate(geojson=shape).values("geojson", layer.id_field, *names)


def _tagged(layer: Layer, rows: "QuerySet[Model]", parameters: Mapping[str, str]) -> "QuerySet[Model]":
    """`area` and `untagged`: by the codes that the database gave the rows."""
    for name in ("area", "untagged"):
        if name in parameters and not is_tagged(layer):
            raise filters.bad(name, parameters[name], _("the rows of this layer carry no tags"))
    if "untagged" in parameters:
        if parameters["untagged"] != "true":
            raise filters.bad("untagged", parameters["untagged"], "true")
        rows = rows.filter(area_code=None)
    if "area" in parameters:
        if not re.fullmatch(r"[0-9]{1,20}", parameters["area"]):
            raise filters.bad("area", parameters["area"], _("digits of an area's code"))
        rows = rows.filter(area_code__startswith=parameters["area"])
    return rows


def _cursor(layer: Layer, text: str) -> Any:
    """The cursor as the id's type, so that a wrong one is told from an empty page."""
    try:
        return layer.id_model_field.get_prep_value(text)
    except ValueError:
        raise filters.bad("cursor", text, _("only what a page's next link holds")) from None


def _next(request: Request, layer: Layer, found: list[dict[str, Any]], limit: int) -> str | None:
    if len(found) <= limit:
        return None
    parameters = request.query_params.copy()
    parameters["cursor"] = str(found[limit - 1][layer.id_field])
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")


def _collection(layer: Layer, rows: list[dict[str, Any]], following: str | None) -> str:
    """The FeatureCollection as text: PostGIS writes the geometries, they are not parsed again here."""
    features = ",".join(_feature(layer, row) for row in rows)
    return f'{{"type":"FeatureCollection","features":[{features}],"next":{json.dumps(following)}}}'


def _feature(layer: Layer, row: dict[str, Any]) -> str:
    names = [field.name for field in layer.public_fields()]
    properties = json.dumps({name: row[name] for name in names}, ensure_ascii=False, default=str)
    identifier = json.dumps(row[layer.id_field])
    geometry = row["geojson"] or "null"
    return f'{{"type":"Feature","id":{identifier},"geometry":{geometry},"properties":{properties}}}'
