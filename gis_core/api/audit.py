"""`/api/v1/audit/`: the audit, newest first, for who may view it, in their area."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core import access
from gis_core.api import filters
from gis_core.audit.models import AuditEntry

PAGE, PAGE_MAX = 100, 1000
FIELDS = (
    "id",
    "at",
    "user_id",
    "who",
    "client",
    "action",
    "object",
    "key",
    "code",
    "data",
    "chain",
    "number",
    "digest",
)
EQUAL = {"user": "who", "action": "action", "object": "object", "key": "key", "client": "client"}
ALLOWED = (*EQUAL, "area", "since", "until", "limit", "cursor", "lang")


def visible(user: access.Anyone) -> QuerySet[AuditEntry]:
    """The lines that the user may see. Raises NotSignedIn, or Refused for who may see none."""
    prefixes = access.prefixes(user, "view_audit")
    if not prefixes:
        access.require(user, "view_audit", "")
    return AuditEntry.objects.filter(access.within("code", prefixes))


def condition(given: Mapping[str, str]) -> Q:
    """The filters of an address. Raises WanggeError for a wrong or unknown one."""
    for name in given:
        if name not in ALLOWED:
            raise filters.bad(name, given[name], _("known are: ") + ", ".join(ALLOWED))
    found = Q(**{column: given[name] for name, column in EQUAL.items() if given.get(name)})
    if given.get("area"):
        found &= Q(code__startswith=given["area"])
    if given.get("since"):
        found &= Q(at__gte=filters.moment(given["since"]))
    if given.get("until"):
        found &= Q(at__lt=filters.moment(given["until"]))
    if given.get("cursor"):
        found &= Q(id__lt=int(filters.number(given, "cursor", 1, 2**53)))
    return found


class Audit(APIView):
    """Who did what, when, from where, with what before and after."""

    @extend_schema(
        operation_id="audit_list",
        responses={200: OpenApiTypes.OBJECT},
        parameters=[OpenApiParameter(name) for name in ALLOWED if name != "lang"],
    )
    def get(self, request: Request) -> Response:
        given = request.query_params.dict()
        limit = int(filters.number({"limit": str(PAGE), **given}, "limit", 1, PAGE_MAX))
        rows = list(
            visible(request.user).filter(condition(given)).order_by("-id").values(*FIELDS)[: limit + 1]
        )
        following = rows[limit - 1]["id"] if len(rows) > limit else None
        answer = {"results": rows[:limit], "next_cursor": following}
        return Response(answer, headers={"Cache-Control": "no-store"})
