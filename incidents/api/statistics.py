"""`/api/v1/statistics/`: the figures as JSON, CSV or Excel."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core import access
from gis_core.api import filters
from gis_core.codes import TIERS
from incidents import statistics
from incidents.api import sheets
from incidents.presenting import said
from incidents.statistics import Question

ALLOWED = ("by", "tier", "area", "since", "until", "basis", "item", "as", "compare", "lang")
DAYS_MAX = 3700


class Statistics(APIView):
    """Figures of a period, by area, item, department, source, day or hour; each rate with its part and its whole."""

    @extend_schema(
        operation_id="statistics",
        responses={200: OpenApiTypes.OBJECT},
        parameters=[
            OpenApiParameter("by", enum=statistics.GROUPS),
            OpenApiParameter(
                "tier", enum=TIERS, description="With by=area: areas of which tier (default town)."
            ),
            OpenApiParameter("area", description="Only within the area with this code."),
            OpenApiParameter("since", OpenApiTypes.DATE, description="First day; default: 30 days ago."),
            OpenApiParameter("until", OpenApiTypes.DATE, description="Last day; default: today."),
            OpenApiParameter("basis", enum=statistics.BASES, description="Areas at the report, or today's."),
            OpenApiParameter("item", description="Codes of items, apart by commas."),
            OpenApiParameter(
                "compare", enum=["previous"], description="Also the period of the same length before."
            ),
            OpenApiParameter("as", enum=sheets.FORMATS),
        ],
    )
    def get(self, request: Request) -> HttpResponse:
        if not request.user.is_authenticated:
            raise access.NotSignedIn(_("Sign in first."))
        prefixes = tuple(access.prefixes(request.user, "view_incident"))
        if not prefixes:
            access.require(request.user, "view_incident", "")
        question, kind = read(request.query_params)
        rows = statistics.answer(question, prefixes)
        if kind != "json":
            until = date.fromordinal(question.until.toordinal() - 1)
            name = f"incidents-{question.by}-{question.since}-{until}"
            return sheets.answer(kind, name, _("statistics"), statistics.table(rows))
        answer: dict[str, Any] = {
            "since": question.since,
            "until": date.fromordinal(question.until.toordinal() - 1),
            "by": question.by,
            "basis": question.basis,
            "as_of": timezone.now(),
            "rates": [
                {"key": r.key, "title": said(r.title), "part": r.part, "whole": r.whole}
                for r in statistics.RATES
            ],
            "rows": rows,
        }
        if request.query_params.get("compare"):
            answer["previous"] = statistics.answer(question.before(), prefixes)
        return Response(answer)


def read(given: Any) -> tuple[Question, str]:
    """The question of an address, and the format. Raises WanggeError."""
    for name in given:
        if name not in ALLOWED:
            raise filters.bad(name, given[name], _("known are: ") + ", ".join(ALLOWED))
    choices = {
        "by": ("none", statistics.GROUPS),
        "tier": ("town", TIERS),
        "basis": ("report", statistics.BASES),
        "compare": ("", ("", "previous")),
    }
    for name, (default, allowed) in choices.items():
        if given.get(name, default) not in allowed:
            raise filters.bad(name, given[name], ", ".join(allowed))
    area = given.get("area", "")
    if area and not (area.isascii() and area.isdigit()):
        raise filters.bad("area", area, _("the code of an area"))
    since, until = _period(given)
    items = tuple(given["item"].split(",")) if given.get("item") else None
    question = Question(
        since,
        until,
        given.get("by", "none"),
        given.get("tier", "town"),
        area,
        given.get("basis", "report"),
        items,
    )
    return question, sheets.wanted(given)


def _period(given: Any) -> tuple[date, date]:
    first, end = statistics.default_period()
    until = date.fromordinal(_day(given, "until").toordinal() + 1) if given.get("until") else end
    since = (
        _day(given, "since")
        if given.get("since")
        else date.fromordinal(until.toordinal() - (end - first).days)
    )
    if not 0 < (until - since).days <= DAYS_MAX:
        raise filters.bad("since", given.get("since"), _("a day before until, at most ten years"))
    return since, until


def _day(given: Any, name: str) -> date:
    try:
        day = parse_date(given[name])
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year <= 2100:
        raise filters.bad(name, given[name], _("a day (2026-11-23)"))
    return day
