"""`/api/v1/plans/{id}/diff/`: what the plan changes of the live coverage."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grid_editor import selectors
from grid_editor.lifecycle import diffing


class Diff(APIView):
    """Ground that goes from one code to another, with what stands on it, and a summary by grid and layer."""

    @extend_schema(operation_id="plans_diff", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, plan_id: int) -> Response:
        plan = selectors.plan(request.user, plan_id)
        found = diffing.as_json(diffing.of_plan(plan), request.user)
        return Response(found | {"revision": plan.revision}, content_type="application/geo+json")
