"""`/api/v1/plans/{id}/comments/`: remarks on a plan."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grid_editor import selectors
from grid_editor.api.commands import body_of
from grid_editor.commands import arguments
from grid_editor.lifecycle import comments

JSON = {200: OpenApiTypes.OBJECT}


class Comments(APIView):
    """Remarks, oldest first; say something, perhaps pinned to a `place` (GeoJSON Point) or a `grid_code`."""

    @extend_schema(operation_id="plans_comments_list", responses=JSON)
    def get(self, request: Request, plan_id: int) -> Response:
        return Response(comments.of_plan(selectors.plan(request.user, plan_id)))

    @extend_schema(
        operation_id="plans_comments_add", request=OpenApiTypes.OBJECT, responses={201: OpenApiTypes.OBJECT}
    )
    def post(self, request: Request, plan_id: int) -> Response:
        given = body_of(request)
        text = arguments.text(given, "text", comments.LONGEST)
        grid = arguments.maybe_code(given, "grid_code") or ""
        made = comments.add(request.user, plan_id, text, arguments.maybe_place(given, "place"), grid)
        return Response(comments.as_json(made), status=status.HTTP_201_CREATED)


class Resolve(APIView):
    """Mark a remark as dealt with."""

    @extend_schema(operation_id="plans_comments_resolve", request=None, responses=JSON)
    def post(self, request: Request, plan_id: int, comment_id: int) -> Response:
        return Response(comments.as_json(comments.resolve(request.user, plan_id, comment_id)))
