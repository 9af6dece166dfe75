"""`/api/v1/areas/`, `/api/v1/areas/{code}/`, `/api/v1/areas/at/`, `/api/v1/district/`."""

from datetime import datetime
from typing import Any

import shapely
from django.db.models import Count
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core import crs, four_bounds, selectors
from gis_core.api import filters
from gis_core.api.serializers import AreaBriefSerializer, AreaRefSerializer, AreaSerializer
from gis_core.codes import LAYER_KEYS, TIERS, TITLES
from gis_core.errors import NotFound
from gis_core.models import Area

AT = OpenApiParameter("at", description="A past day or ISO 8601 time; default: now.")
GEOJSON = {200: OpenApiTypes.OBJECT}


class AreaList(APIView):
    """The areas as a GeoJSON FeatureCollection, ordered by code, in pages that `next` links."""

    @extend_schema(
        operation_id="areas_list",
        responses=GEOJSON,
        parameters=[
            OpenApiParameter("tier", enum=TIERS),
            OpenApiParameter("parent", description="Code of the parent."),
            OpenApiParameter("prefix", description="Beginning of the code."),
            OpenApiParameter("bbox", description="west,south,east,north in degrees (EPSG:4490)."),
            OpenApiParameter("name", description="Part of the name."),
            OpenApiParameter("q", description="Part of the name, or beginning of the code."),
            AT,
            OpenApiParameter("geometry", enum=["full", "none"]),
            OpenApiParameter("limit", OpenApiTypes.INT),
            OpenApiParameter("cursor", description="From a page's `next` link."),
        ],
    )
    def get(self, request: Request) -> Response:
        query = filters.read(request.query_params)
        rows = list(query.page())
        serializer = AreaSerializer if query.with_geometry else AreaBriefSerializer
        features = [serializer(row).data for row in rows[: query.limit]]
        return Response(
            {"type": "FeatureCollection", "features": features, "next": _next(request, rows, query.limit)},
            content_type="application/geo+json",
        )


def _next(request: Request, rows: list[Area], limit: int) -> str | None:
    """Address of the page after these rows: keyset paging, so it is stable while others write."""
    if len(rows) <= limit:
        return None
    parameters = request.query_params.copy()
    parameters["cursor"] = rows[limit - 1].code
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")


class AreaDetail(APIView):
    """One area with its children, neighbours, ancestors and four bounds."""

    @extend_schema(operation_id="areas_read", responses=GEOJSON, parameters=[AT])
    def get(self, request: Request, code: str) -> Response:
        at = filters.moment(request.query_params.get("at"))
        area = selectors.areas(at).filter(code=code).first()
        if area is None:
            raise NotFound(
                _("There is no area with code %(code)s at that time.") % {"code": code}, {"code": code}
            )
        return Response(detail(area, at), content_type="application/geo+json")


class AreaAt(APIView):
    """The area that holds a place: of one tier, or of the finest that has one there."""

    @extend_schema(
        operation_id="areas_at",
        responses=GEOJSON,
        parameters=[
            OpenApiParameter("lon", OpenApiTypes.DOUBLE, required=True),
            OpenApiParameter("lat", OpenApiTypes.DOUBLE, required=True),
            OpenApiParameter("crs", description="4490 (default), 4326, gcj02, bd09."),
            OpenApiParameter("tier", enum=TIERS),
            AT,
        ],
    )
    def get(self, request: Request) -> Response:
        given = request.query_params
        at = filters.moment(given.get("at"))
        tier = given.get("tier")
        if tier and tier not in TIERS:
            raise filters.bad("tier", tier, ", ".join(TIERS))
        lon, lat = filters.number(given, "lon", -180, 180), filters.number(given, "lat", -90, 90)
        place = located(lon, lat, given.get("crs", "4490"))
        code = selectors.code_at(place.x, place.y, tier, at)
        if code is None:
            raise NotFound(
                _("%(lon)s, %(lat)s lies in no area.") % {"lon": lon, "lat": lat},
                {"lon": lon, "lat": lat},
                "outside",
            )
        return Response(detail(selectors.areas(at).get(code=code), at), content_type="application/geo+json")


def located(lon: float, lat: float, system: str) -> shapely.Point:
    """A longitude and latitude in a stated system, in EPSG:4490."""
    allowed = ("4490", "4326", "gcj02", "bd09")
    if system.lower().removeprefix("epsg:") not in allowed:
        raise filters.bad("crs", system, ", ".join(allowed))
    return crs.to_4490(shapely.Point(lon, lat), system.lower().removeprefix("epsg:"))


def detail(area: Area, at: datetime | None) -> dict[str, Any]:
    """The Feature of one area with everything around it."""
    feature = dict(AreaSerializer(area).data)
    around = list(selectors.neighbours(area, at))
    bounds = four_bounds.describe(
        shapely.from_wkb(bytes(area.geom.wkb)),
        [(n.name, shapely.from_wkb(bytes(n.geom.wkb))) for n in around],
    )
    centre = selectors.inner_point(area)
    feature["properties"] = dict(feature["properties"]) | {
        "children": AreaRefSerializer(selectors.children(area, at), many=True).data,
        "neighbours": AreaRefSerializer(around, many=True).data,
        "ancestors": AreaRefSerializer(selectors.ancestors(area, at), many=True).data,
        "bbox": list(area.geom.extent),
        "centre": [centre.x, centre.y],
        "bounds_description": {side: getattr(bounds, side) for side in four_bounds.SIDES}
        | {"text": bounds.text()},
    }
    return feature


class District(APIView):
    """What this installation holds: the top of the tree, its extent, and how many areas each tier has."""

    @extend_schema(operation_id="district", responses=GEOJSON)
    def get(self, request: Request) -> Response:
        roots = selectors.roots()
        first = roots.first()
        if first is None:
            raise NotFound(_("No areas have been imported yet."), code="empty")
        west, south, east, north = selectors.extent(roots)
        counts = dict(selectors.areas().values_list("tier").annotate(n=Count("id")))
        return Response(
            {
                "code": first.code,
                "name": first.name,
                "name_en": first.attributes.get("name_en", ""),
                "bbox": [west, south, east, north],
                "center": [(west + east) / 2, (south + north) / 2],
                "tiers": [_tier(tier, counts[tier]) for tier in TIERS if tier in counts],
                "sample": roots.filter(attributes__synthetic=True).exists(),
            }
        )


def _tier(tier: str, count: int) -> dict[str, object]:
    chinese, english = TITLES[tier]
    return {"tier": tier, "title_zh": chinese, "title_en": english, "count": count, "layer": LAYER_KEYS[tier]}
