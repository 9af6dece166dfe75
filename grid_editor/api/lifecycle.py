"""`/api/v1/plans/{id}/submit/` and the other steps of a plan's life; what stands against it; lineage."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core import scope
from grid_editor import selectors
from grid_editor.api.commands import body_of, revision_of
from grid_editor.api.serializers import PlanSerializer, detail
from grid_editor.commands import arguments
from grid_editor.commands.arguments import wrong
from grid_editor.lifecycle import services, states
from grid_editor.models import Plan
from grid_editor.notices import facts, views
from grid_editor.publishing import conflicts, lineage, service

JSON = {200: OpenApiTypes.OBJECT}


def _answer(request: Request, plan: Plan) -> Response:
    return Response(detail(plan, request.user))


def _comment(request: Request) -> str:
    given = body_of(request)
    return "" if given.get("comment") is None else arguments.text(given, "comment", 4000)


class Actions(APIView):
    """Which steps the user may take now, and why not the others."""

    @extend_schema(operation_id="plans_actions", responses=JSON)
    def get(self, request: Request, plan_id: int) -> Response:
        return Response(states.actions(request.user, selectors.plan(request.user, plan_id)))


class Submit(APIView):
    """Hand the plan in for approval. 422 `has_defects` while it has any."""

    @extend_schema(operation_id="plans_submit", request=OpenApiTypes.OBJECT, responses=PlanSerializer)
    def post(self, request: Request, plan_id: int) -> Response:
        seen = revision_of(body_of(request))
        return _answer(request, services.submit(request.user, plan_id, seen, _comment(request)))


class Approve(APIView):
    """Find it good. 403 `own_submission` for who submitted it."""

    @extend_schema(operation_id="plans_approve", request=OpenApiTypes.OBJECT, responses=PlanSerializer)
    def post(self, request: Request, plan_id: int) -> Response:
        return _answer(request, services.approve(request.user, plan_id, _comment(request)))


class Return(APIView):
    """Send it back to its drawers; `comment` says why."""

    @extend_schema(operation_id="plans_return", request=OpenApiTypes.OBJECT, responses=PlanSerializer)
    def post(self, request: Request, plan_id: int) -> Response:
        return _answer(request, services.send_back(request.user, plan_id, _comment(request)))


class Withdraw(APIView):
    """Take it out of the way."""

    @extend_schema(operation_id="plans_withdraw", request=OpenApiTypes.OBJECT, responses=PlanSerializer)
    def post(self, request: Request, plan_id: int) -> Response:
        return _answer(request, services.withdraw(request.user, plan_id, _comment(request)))


class Reopen(APIView):
    """Make a withdrawn plan a draft again."""

    @extend_schema(operation_id="plans_reopen", request=OpenApiTypes.OBJECT, responses=PlanSerializer)
    def post(self, request: Request, plan_id: int) -> Response:
        return _answer(request, services.reopen(request.user, plan_id, _comment(request)))


class Publish(APIView):
    """Make it live now, or at the time `at`. 409 `conflict` with the list when others changed the same villages."""

    @extend_schema(operation_id="plans_publish", request=OpenApiTypes.OBJECT, responses=PlanSerializer)
    def post(self, request: Request, plan_id: int) -> Response:
        at = _moment(body_of(request).get("at"))
        if at is None:
            return _answer(request, service.publish(request.user, plan_id))
        return _answer(request, services.schedule(request.user, plan_id, at))


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None:
        raise wrong("at", _("an ISO 8601 time, such as 2026-11-23T08:00:00+08:00"))
    return timezone.make_aware(found) if timezone.is_naive(found) else found


class Unschedule(APIView):
    """Take the set time back."""

    @extend_schema(operation_id="plans_unschedule", request=None, responses=PlanSerializer)
    def post(self, request: Request, plan_id: int) -> Response:
        return _answer(request, services.unschedule(request.user, plan_id))


class Conflicts(APIView):
    """What changed live under the plan since it began; `blocking` ones keep it from being published."""

    @extend_schema(operation_id="plans_conflicts", responses=JSON)
    def get(self, request: Request, plan_id: int) -> Response:
        plan = selectors.plan(request.user, plan_id)
        found = [] if plan.state == Plan.State.PUBLISHED else conflicts.found(plan)
        return Response(
            {
                "revision": plan.revision,
                "count": len(found),
                "blocking": sum(one.blocking for one in found),
                "conflicts": [one.as_json() for one in found],
            }
        )


class PlanLineage(APIView):
    """What ground the published plan gave from which code to which."""

    @extend_schema(operation_id="plans_lineage", responses=JSON)
    def get(self, request: Request, plan_id: int) -> Response:
        return Response(lineage.of_plan(selectors.plan(request.user, plan_id)))


class AreaLineage(APIView):
    """What an area came from, and what it went into; also for retired codes."""

    @extend_schema(operation_id="areas_lineage", responses=JSON)
    def get(self, request: Request, code: str) -> Response:
        return Response(lineage.of_area(code))


class Notice(APIView):
    """The public notice as JSON; as a page at `/notices/{id}/`."""

    @extend_schema(operation_id="plans_notice", responses=JSON)
    def get(self, request: Request, plan_id: int) -> Response:
        plan = views.readable(request.user, plan_id)
        with scope.system():  # allowed just now; a notice takes all that belongs to the plan
            return Response(facts.as_json(facts.of_plan(plan)))
