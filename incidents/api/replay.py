"""`/api/v1/incidents/replay/`: a day's incidents as they were, in compact form."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import filters
from incidents import replay

ALLOWED = ("day", "area", "lang")


class Replay(APIView):
    """The incidents open at some moment of a day, each with its place and every change of that day."""

    @extend_schema(
        operation_id="incidents_replay",
        responses={200: OpenApiTypes.OBJECT},
        parameters=[
            OpenApiParameter("day", OpenApiTypes.DATE, description="A day in local time; default: today."),
            OpenApiParameter("area", description="Only what lies in the area with this code."),
        ],
    )
    def get(self, request: Request) -> Response:
        return Response(replay.of_day(request.user, read(request.query_params)))


def read(given: Any) -> replay.Day:
    """The day of an address. Raises WanggeError."""
    for name in given:
        if name not in ALLOWED:
            raise filters.bad(name, given[name], _("known are: ") + ", ".join(ALLOWED))
    area = given.get("area", "")
    if area and not (area.isascii() and area.isdigit()):
        raise filters.bad("area", area, _("the code of an area"))
    return replay.Day(_day(given), area)


def _day(given: Any) -> date:
    today, text = timezone.localdate(), given.get("day", "")
    if not text:
        return today
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or day.year < 2000 or day > today:
        raise filters.bad("day", text, _("a day (2026-11-23), today or before"))
    return day
