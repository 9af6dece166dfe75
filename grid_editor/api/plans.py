"""`/api/v1/plans/`: begin, list and read plans; their grids and log."""

from typing import Any

from django.conf import settings
from django.db.models import Count
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import filters
from gis_core.errors import WanggeError
from grid_editor import counting, selectors, services
from grid_editor.api.serializers import NewPlanSerializer, PlanSerializer, detail
from grid_editor.lifecycle import rollback
from grid_editor.models import Plan

JSON = {200: OpenApiTypes.OBJECT}
GEOJSON = "application/geo+json"


class PlanList(APIView):
    """Plans that the user may see, newest first."""

    @extend_schema(
        operation_id="plans_list",
        responses=PlanSerializer(many=True),
        parameters=[
            OpenApiParameter("state", enum=Plan.State.values),
            OpenApiParameter("scope", description="Beginning of the scope's code."),
        ],
    )
    def get(self, request: Request) -> Response:
        found = selectors.plans(request.user).defer("base_versions").annotate(grid_count=Count("grids"))
        given = request.query_params
        if given.get("state"):
            found = found.filter(state=given["state"])
        if given.get("scope"):
            found = found.filter(scope_code__startswith=given["scope"])
        rows = found.select_related(
            "created_by", "submitted_by", "approved_by", "returned_by", "withdrawn_by", "published_by"
        )
        names = selectors.scope_names({row.scope_code for row in rows})
        return Response(
            [
                {
                    **PlanSerializer(row).data,
                    "scope_name": names[row.scope_code],
                    "editable": row.editable,
                    "grid_count": row.grid_count,
                }
                for row in rows
            ]
        )

    @extend_schema(operation_id="plans_create", request=NewPlanSerializer, responses={201: PlanSerializer})
    def post(self, request: Request) -> Response:
        given = NewPlanSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        plan = _begun(request.user, **given.validated_data)
        return Response(detail(plan, request.user), status=status.HTTP_201_CREATED)


def _begun(user: Any, name: str, scope_code: str, from_date: str = "") -> Plan:
    moment = filters.moment(from_date)
    return (
        rollback.create(user, name, scope_code, moment)
        if moment
        else services.create_plan(user, name, scope_code)
    )


class PlanDetail(APIView):
    """One plan."""

    @extend_schema(operation_id="plans_read", responses=PlanSerializer)
    def get(self, request: Request, plan_id: int) -> Response:
        return Response(detail(selectors.plan(request.user, plan_id), request.user))


class PlanGrids(APIView):
    """The plan's grids as GeoJSON, with area, buildings, households and residents, against the band."""

    @extend_schema(
        operation_id="plans_grids",
        responses=JSON,
        parameters=[
            OpenApiParameter("since", OpenApiTypes.INT, description="Only what changed after this revision.")
        ],
    )
    def get(self, request: Request, plan_id: int) -> Response:
        plan = selectors.plan(request.user, plan_id)
        counting.count_missing(plan)
        least, most = settings.GRID_HOUSEHOLDS
        found, removed = _grids(plan, _since(request))
        return Response(
            selectors.collection(found)
            | {"removed": removed, "revision": plan.revision, "band": {"least": least, "most": most}},
            content_type=GEOJSON,
        )


def _grids(plan: Plan, since: int | None) -> tuple[list[dict[str, Any]], list[str]]:
    """Features and removed codes: of everything, or of what changed after a revision."""
    if since is None:
        return selectors.features(plan.grids.all()), []
    return selectors.changes_since(plan, since)


def _since(request: Request) -> int | None:
    given = request.query_params.get("since")
    try:
        return None if given is None else int(given)
    except ValueError as error:
        raise WanggeError("since: a revision", {"parameter": "since"}, "invalid_parameter") from error


class PlanLogView(APIView):
    """Who did what, and when, newest first."""

    @extend_schema(
        operation_id="plans_log",
        responses=JSON,
        parameters=[OpenApiParameter("since", OpenApiTypes.INT, description="Only after this revision.")],
    )
    def get(self, request: Request, plan_id: int) -> Response:
        plan = selectors.plan(request.user, plan_id)
        since = _since(request)
        entries = selectors.log(plan, -1 if since is None else since)
        return Response({"revision": plan.revision, "entries": entries})
