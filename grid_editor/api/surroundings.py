"""`/api/v1/plans/{id}/boundaries/`, `buildings/`: what an editor shows around the grids and counts while one drags."""

import json
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import filters
from grid_editor import counting, selectors

JSON = {200: OpenApiTypes.OBJECT}
WIDEST = 0.1
"""Degrees: a town. An editor asks for the neighbourhood that is edited, not for a city."""


class PlanBoundaries(APIView):
    """The areas above the grids as the plan has them, as GeoJSON; no command moves them."""

    @extend_schema(
        operation_id="plans_boundaries",
        responses=JSON,
        parameters=[OpenApiParameter("tier", enum=["county", "town", "village"])],
    )
    def get(self, request: Request, plan_id: int) -> Response:
        rows = selectors.plan(request.user, plan_id).boundaries.all()
        if request.query_params.get("tier"):
            rows = rows.filter(tier=request.query_params["tier"])
        shape = AsGeoJSON("geom", precision=selectors.PRECISION)
        found = rows.annotate(json=shape).order_by("code").values_list("code", "tier", "name", "json")
        return Response(selectors.collection([_feature(*row) for row in found]))


def _feature(code: str, tier: str, name: str, geometry: str) -> dict[str, Any]:
    words = {"code": code, "tier": tier, "name": name}
    return {"type": "Feature", "id": code, "geometry": json.loads(geometry), "properties": words}


class PlanBuildings(APIView):
    """Four numbers for each building in the box: lon, lat of its inner point, households, residents.

    The inner point is the one by which buildings are counted, so sums over grids agree with `grids/`.
    """

    @extend_schema(
        operation_id="plans_buildings",
        responses=JSON,
        parameters=[OpenApiParameter("bbox", required=True, description="west,south,east,north in degrees.")],
    )
    def get(self, request: Request, plan_id: int) -> Response:
        selectors.plan(request.user, plan_id)
        box = filters.small_box(request.query_params.get("bbox", ""), WIDEST)
        return Response({"buildings": counting.buildings_in(box.extent)})
