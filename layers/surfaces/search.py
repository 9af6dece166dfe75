"""REST: /api/v1/search/?q=, over areas and layers at once; what is searched is in layers/searching.py."""

import re
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import filters
from layers import registry, searching
from layers.registry import Layer
from layers.searching import Hit

LIMIT, LIMIT_MAX = 20, 100
LONGEST = 100
ALLOWED = ("q", "layers", "area", "limit", "lang")
PARAMETERS = [
    OpenApiParameter("q", required=True, description="A name, an address or a code, or a part of one."),
    OpenApiParameter("layers", description="Keys apart by commas (default: all that may be searched)."),
    OpenApiParameter("area", description="Only within this area: a code, of any tier."),
    OpenApiParameter("limit", OpenApiTypes.INT, description=f"Hits, at most {LIMIT_MAX} (default {LIMIT})."),
]


class Search(APIView):
    """What is called so, or lies there: the closest first, areas before the rows of layers."""

    @extend_schema(operation_id="search", parameters=PARAMETERS, responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> Response:
        given = request.query_params
        for name in given:
            if name not in ALLOWED:
                raise filters.bad(name, given[name], _("the parameters are %s") % ", ".join(ALLOWED))
        words = given.get("q", "").strip()
        if not 1 <= len(words) <= LONGEST:
            raise filters.bad("q", words[:40], _("1 to %d characters") % LONGEST)
        area = given.get("area", "")
        if not re.fullmatch(r"[0-9]{0,20}", area):
            raise filters.bad("area", area[:40], _("digits of an area's code"))
        limit = int(filters.number({"limit": str(LIMIT), **given.dict()}, "limit", 1, LIMIT_MAX))
        hits = searching.search(request.user, words, _layers(request, given.get("layers")), area, limit)
        return Response({"query": words, "hits": [_entry(hit) for hit in hits]})


def _layers(request: Request, keys: str | None) -> list[Layer]:
    searchable = searching.searchable(request.user)
    if not keys:
        return searchable
    wanted = [registry.find_for(request.user, key) for key in keys.split(",")]
    for layer in wanted:
        if layer not in searchable:
            raise filters.bad("layers", layer.key, ", ".join(one.key for one in searchable))
    return wanted


def _entry(hit: Hit) -> dict[str, Any]:
    return {
        "layer": hit.layer.key,
        "layer_title": {"zh": hit.layer.title.zh, "en": hit.layer.title.en},
        "id": hit.id,
        "title": hit.title,
        "text": hit.text,
        "rank": hit.rank,
        "area_code": hit.area_code,
        "lon": round(hit.lon, 8),
        "lat": round(hit.lat, 8),
    }
