"""REST: the situation of an area, and of a place by its coordinates."""

from collections.abc import Mapping

import shapely
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core import crs, selectors
from gis_core.api import filters
from gis_core.errors import NotFound
from layers.situation import service

JSON = {200: OpenApiTypes.OBJECT}
RADIUS_M, RADIUS_MAX_M = 300, 2000
SYSTEMS = ("4490", "4326", "gcj02", "bd09", "4547")
DEGREES = ((-180, 180), (-85, 85))
PLANE = ((100_000, 900_000), (0, 6_500_000))


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
            OpenApiParameter("crs", description=f"One of {', '.join(SYSTEMS)}; without it 4490."),
            OpenApiParameter("radius", OpenApiTypes.DOUBLE, description=f"Metres, 10 to {RADIUS_MAX_M}."),
        ],
    )
    def get(self, request: Request) -> Response:
        given = request.query_params
        radius = filters.number({"radius": str(RADIUS_M), **given.dict()}, "radius", 10, RADIUS_MAX_M)
        spot = spot_of(given)
        return Response(service.around(request.user, spot.x, spot.y, radius))


def spot_of(given: Mapping[str, str]) -> shapely.Point:
    """The place in EPSG:4490 that `lon`, `lat` and `crs` name; of the plane 4547, easting and northing in metres."""
    system = given.get("crs", "4490").lower().removeprefix("epsg:")
    if system not in SYSTEMS:
        raise filters.bad("crs", given["crs"], ", ".join(SYSTEMS))
    (west, east), (south, north) = PLANE if system == "4547" else DEGREES
    x, y = filters.number(given, "lon", west, east), filters.number(given, "lat", south, north)
    return crs.to_4490(shapely.Point(x, y), system)
