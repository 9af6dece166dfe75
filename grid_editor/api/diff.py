"""`/api/v1/plans/{id}/diff/`: what the plan changes of the live coverage. `rebase/`: take over what changed there."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grid_editor import selectors
from grid_editor.api.commands import answer, body_of, revision_of
from grid_editor.commands.arguments import wrong
from grid_editor.lifecycle import diffing, rebasing


class Diff(APIView):
    """Ground that goes from one code to another, with what stands on it, and a summary by grid and layer."""

    @extend_schema(operation_id="plans_diff", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, plan_id: int) -> Response:
        plan = selectors.plan(request.user, plan_id)
        found = diffing.as_json(diffing.of_plan(plan), request.user)
        return Response(found | {"revision": plan.revision}, content_type="application/geo+json")


class Rebase(APIView):
    """Take over what changed live. `choices`: `mine` or `theirs` by code, for grids that both changed."""

    @extend_schema(
        operation_id="plans_rebase", request=OpenApiTypes.OBJECT, responses={200: OpenApiTypes.OBJECT}
    )
    def post(self, request: Request, plan_id: int) -> Response:
        given = body_of(request)
        seen = revision_of(given)
        choices = given.get("choices") or {}
        if not isinstance(choices, Mapping):
            raise wrong("choices", _("an object of grid codes, each with mine or theirs"))
        plan, outcome, found = rebasing.rebase(request.user, plan_id, seen, choices)
        body = answer(outcome, seen).data if outcome else {"revision": plan.revision, "codes": []}
        return Response(body | {"conflicts": [one.as_json() for one in found]})
