"""`/api/v1/plans/{id}/commands/`, `undo/`, `redo/`: edits, each on the revision that its maker saw."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import bodies
from grid_editor import services
from grid_editor.api import answers
from grid_editor.api.answers import body_of, revision_of, token_of
from grid_editor.commands import PALETTE, Command
from grid_editor.commands.arguments import wrong
from grid_editor.services import Outcome

JSON = {200: OpenApiTypes.OBJECT}


def read(given: Mapping[str, Any]) -> tuple[Command, int]:
    """The command and the revision of a body. Raises WanggeError naming what is missing or wrong."""
    kind = given.get("kind")
    if not isinstance(kind, str) or kind not in PALETTE:
        raise wrong("kind", ", ".join(PALETTE))
    return PALETTE[kind].read(given), revision_of(given, required=True) or 0


def answer(outcome: Outcome, seen: int | None) -> Response:
    """The plan as it is now, for who saw it at `seen`."""
    return Response(answers.of(outcome, seen))


class Commands(APIView):
    """Give a command. 409 with what changed, if others touched the same grids since `revision`."""

    @extend_schema(operation_id="plans_command", request=OpenApiTypes.OBJECT, responses=JSON)
    def post(self, request: Request, plan_id: int) -> Response:
        body = body_of(request)
        command, revision = read(body)
        arguments = {key: value for key, value in body.items() if key not in ("kind", "revision", "token")}
        # The log keeps what was asked for, also what the command does not read.
        if bodies.first(bodies.NUL, arguments):
            raise wrong("arguments", _("text without the character U+0000"))
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
