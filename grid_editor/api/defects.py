"""`/api/v1/plans/{id}/defects/`, `repairs/`: what is wrong with a plan, and what can be done about it."""

from typing import Any

import shapely
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.errors import WanggeError
from grid_editor import selectors
from grid_editor.api import answers
from grid_editor.api.findings import features
from grid_editor.commands.arguments import wrong
from grid_editor.draft import DraftGrid
from grid_editor.repairs import service
from grid_editor.validations import SEVERITIES

JSON = {200: OpenApiTypes.OBJECT}
GEOJSON = "application/geo+json"
MOST = 5000
"""Defects repaired by their ids at once; a file that is worse than this wants another repair."""


class PlanDefects(APIView):
    """Errors, which keep the plan from being submitted, and warnings; each with its place, size and repair."""

    @extend_schema(
        operation_id="plans_defects",
        responses=JSON,
        parameters=[
            OpenApiParameter("severity", enum=SEVERITIES),
            OpenApiParameter("village", description="Only of this village."),
        ],
    )
    def get(self, request: Request, plan_id: int) -> Response:
        plan = selectors.plan(request.user, plan_id)
        severity = request.query_params.get("severity") or None
        if severity not in (None, *SEVERITIES):
            raise WanggeError(
                _("severity: allowed is %(allowed)s.") % {"allowed": ", ".join(SEVERITIES)},
                {"parameter": "severity", "allowed": SEVERITIES},
                "invalid_parameter",
            )
        village = request.query_params.get("village")
        found = features(plan, None if not village else [village], severity)
        severities = [one["properties"]["severity"] for one in found]
        return Response(
            selectors.collection(found)
            | {
                "revision": plan.revision,
                "count": len(found),
                "errors": severities.count("error"),
                "warnings": severities.count("warning"),
            },
            content_type=GEOJSON,
        )


class Preview(APIView):
    """What a defect's repair would change; nothing is stored."""

    @extend_schema(operation_id="plans_defect_preview", request=None, responses=JSON)
    def post(self, request: Request, plan_id: int, defect_id: str) -> Response:
        delta, left = service.preview(request.user, plan_id, defect_id)
        changed = [grid_feature(c.after) for c in delta.grids if c.after and not c.only_noded]
        return Response({"changed": selectors.collection(changed), "removed": delta.removed(), "left": left})


class Repairs(APIView):
    """Repair some defects, or with `safe` all that can be repaired safely, as one command."""

    @extend_schema(operation_id="plans_repair", request=OpenApiTypes.OBJECT, responses=JSON)
    def post(self, request: Request, plan_id: int) -> Response:
        body = answers.body_of(request)
        revision = answers.revision_of(body, required=True) or 0
        token = answers.token_of(body)
        if body.get("safe") is True and "defects" not in body:
            done = service.repair_safe(request.user, plan_id, revision, token)
        else:
            done = service.repair(request.user, plan_id, revision, _ids(body.get("defects")), token)
        return Response(answers.of(done.outcome, revision) | {"repaired": done.repaired, "left": done.left})


def _ids(given: object) -> list[str]:
    if (
        not isinstance(given, list)
        or not 0 < len(given) <= MOST
        or not all(isinstance(one, str) and len(one) < 100 for one in given)
    ):
        raise wrong("defects", _("a list of 1 to %(most)d ids of defects, or safe: true") % {"most": MOST})
    return [str(one) for one in given]


def grid_feature(grid: DraftGrid) -> dict[str, Any]:
    """A grid of a draft that is not stored."""
    return {
        "type": "Feature",
        "id": grid.code,
        "geometry": shapely.geometry.mapping(grid.geom),
        "properties": {
            "code": grid.code,
            "name": grid.name,
            "kind": grid.kind,
            "parent_code": grid.parent_code,
        },
    }
