"""`/api/v1/incidents/{number}/situation/`: everything around one incident in one answer."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import filters
from incidents import selectors
from incidents.presenting import Reader
from layers.situation import service

RADIUS_M, RADIUS_MAX_M = 300, 2000


class IncidentSituation(APIView):
    """The incident with its timeline, clocks and possible actions, and the situation of its place."""

    @extend_schema(
        operation_id="incidents_situation",
        responses={200: OpenApiTypes.OBJECT},
        parameters=[
            OpenApiParameter("radius", OpenApiTypes.DOUBLE, description=f"Metres, 10 to {RADIUS_MAX_M}.")
        ],
    )
    def get(self, request: Request, number: str) -> Response:
        incident = selectors.one(request.user, number)
        given = {"radius": str(RADIUS_M), **request.query_params.dict()}
        radius = filters.number(given, "radius", 10, RADIUS_MAX_M)
        around = service.around(request.user, incident.geom.x, incident.geom.y, radius)
        return Response({"incident": Reader(request.user).detail(incident)} | around)
