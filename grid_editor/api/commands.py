"""`/api/v1/plans/{id}/commands/`, `undo/`, `redo/`: edits, each on the revision that its maker saw."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.errors import WanggeError
from grid_editor import defects, selectors, services
from grid_editor.api.plans import as_feature
from grid_editor.api.serializers import buttons
from grid_editor.commands import PALETTE, Command
from grid_editor.commands.arguments import wrong
from grid_editor.services import Outcome

TOKEN = re.compile(r"[A-Za-z0-9_-]*")
LONGEST_TOKEN = 64
JSON = {200: OpenApiTypes.OBJECT}


def body_of(request: Request) -> Mapping[str, Any]:
    """The JSON object that was sent. Raises WanggeError for anything else."""
    if not isinstance(request.data, Mapping):
        raise WanggeError(_("The body must be a JSON object."), code="invalid")
    return request.data


def read(given: Mapping[str, Any]) -> tuple[Command, int]:
    """The command and the revision of a body. Raises WanggeError naming what is missing or wrong."""
    kind = given.get("kind")
    if not isinstance(kind, str) or kind not in PALETTE:
        raise wrong("kind", ", ".join(PALETTE))
    return PALETTE[kind].read(given), revision_of(given, required=True) or 0


def revision_of(given: Mapping[str, Any], required: bool = False) -> int | None:
    """The revision that the client saw."""
    value = given.get("revision")
    if value is None and not required:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise wrong("revision", _("the plan's revision that the command was made on"))
    return value


def token_of(given: Mapping[str, Any]) -> str:
    """The client's own mark of this write, by which it can be sent again and is applied once."""
    value = given.get("token", "")
    if not isinstance(value, str) or len(value) > LONGEST_TOKEN or not TOKEN.fullmatch(value):
        raise wrong("token", _("at most %(longest)s letters, digits, - and _") % {"longest": LONGEST_TOKEN})
    return value


def answer(outcome: Outcome, seen: int | None) -> Response:
    """What a client must know to draw the plan as it is now: everything that changed since what it saw."""
    plan = outcome.plan
    since = plan.revision - 1 if seen is None else min(seen, plan.revision - 1)
    features, removed = selectors.changes_since(plan, since)
    left = defects.of_villages(plan, outcome.delta.villages())
    return Response(
        {
            "revision": plan.revision,
            "number": outcome.command.number,
            "kind": outcome.command.kind,
            "codes": outcome.command.codes,
            "changed": selectors.collection(features),
            "removed": removed,
            "defects": selectors.collection([as_feature(one) for one in left]),
            **buttons(plan),
        }
    )


class Commands(APIView):
    """Give a command. 409 with what changed, if others touched the same grids since `revision`."""

    @extend_schema(operation_id="plans_command", request=OpenApiTypes.OBJECT, responses=JSON)
    def post(self, request: Request, plan_id: int) -> Response:
        body = body_of(request)
        command, revision = read(body)
        arguments = {key: value for key, value in body.items() if key not in ("kind", "revision", "token")}
        done = services.run(request.user, plan_id, command, revision, arguments, token_of(body))
        return answer(done, revision)


class Undo(APIView):
    """Take back the last command."""

    @extend_schema(operation_id="plans_undo", request=OpenApiTypes.OBJECT, responses=JSON)
    def post(self, request: Request, plan_id: int) -> Response:
        body = body_of(request)
        seen = revision_of(body)
        return answer(services.undo(request.user, plan_id, seen, token_of(body)), seen)


class Redo(APIView):
    """Bring back the command undone last."""

    @extend_schema(operation_id="plans_redo", request=OpenApiTypes.OBJECT, responses=JSON)
    def post(self, request: Request, plan_id: int) -> Response:
        body = body_of(request)
        seen = revision_of(body)
        return answer(services.redo(request.user, plan_id, seen, token_of(body)), seen)
