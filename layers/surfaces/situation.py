"""REST: the situation of an area, and of a place by its coordinates."""

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core import selectors
from gis_core.api import filters
from gis_core.api.areas import located
from gis_core.errors import NotFound
from layers.situation import service

JSON = {200: OpenApiTypes.OBJECT}
RADIUS_M, RADIUS_MAX_M = 300, 2000


class AreaSituation(APIView):
    """Everything about one area in one answer: counts, people, staff, open incidents, the nearest help, and marks."""

    @extend_schema(operation_id="areas_situation", responses=JSON)
    def get(self, request: Request, code: str) -> Response:
        area = selectors.areas().filter(code=code[:40]).first()
        if area is None:
            raise NotFound(
                _("There is no area with code %(code)s.") % {"code": code[:40]}, {"code": code[:40]}
            )
        return Response(service.of_area(request.user, area))


class PlaceSituation(APIView):
    """The same around a place: within a radius, and the nearest help by street where roads allow."""

    @extend_schema(
        operation_id="place_situation",
        responses=JSON,
        parameters=[
            OpenApiParameter("lon", OpenApiTypes.DOUBLE, required=True),
            OpenApiParameter("lat", OpenApiTypes.DOUBLE, required=True),
            OpenApiParameter("crs", description="4490 (default), 4326, gcj02, bd09."),
            OpenApiParameter("radius", OpenApiTypes.DOUBLE, description=f"Metres, 10 to {RADIUS_MAX_M}."),
        ],
    )
    def get(self, request: Request) -> Response:
        given = request.query_params
        lon, lat = filters.number(given, "lon", -180, 180), filters.number(given, "lat", -85, 85)
        radius = filters.number({"radius": str(RADIUS_M), **given.dict()}, "radius", 10, RADIUS_MAX_M)
        spot = located(lon, lat, given.get("crs", "4490"))
        return Response(service.around(request.user, spot.x, spot.y, radius))
