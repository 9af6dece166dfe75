"""What a form needs to know before a report: items, departments, the loop, places that an address may mean."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core.api import filters
from incidents import geocoding
from incidents.loop.actions import ACTIONS
from incidents.loop.states import STATES, WHISTLES
from incidents.models import Department, Item
from incidents.presenting import language, need_as_json, said

JSON = {200: OpenApiTypes.OBJECT}


class Items(APIView):
    """The item catalogue in force."""

    @extend_schema(operation_id="incident_items", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        english = language() == "en"
        found = Item.objects.filter(active=True).select_related("department")
        return Response([item_as_json(item, english) for item in found])


class Departments(APIView):
    """The departments that can be whistled for."""

    @extend_schema(operation_id="departments", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        english = language() == "en"
        found = Department.objects.filter(active=True)
        return Response([{"code": d.code, "name": (english and d.name_en) or d.name} for d in found])


def item_as_json(item: Item, english: bool) -> dict[str, object]:
    return {
        "code": item.code,
        "name": (english and item.name_en) or item.name,
        "category": (english and item.category_en) or item.category,
        "department": item.department_id,
        "department_name": (english and item.department.name_en) or item.department.name,
        "level": item.level,
        "limit_hours": float(item.limit_hours),
        "limit_unit": item.limit_unit,
        "self_close": item.self_close,
        "needs_photo": item.needs_photo,
        "sensitive": item.sensitive,
        "duplicate_m": item.duplicate_m,
        "duplicate_hours": item.duplicate_hours,
    }


class Loop(APIView):
    """The declared loop: states, whistles, actions with who may, what they need and where they lead."""

    @extend_schema(operation_id="incident_loop", responses=JSON)
    def get(self, request: Request) -> Response:
        return Response({
            "states": [
                {
                    "state": s.key, "number": s.number, "title": said(s.title), "is_open": s.is_open,
                    "limit_hours": s.limit.hours if s.limit else None, "limit_unit": s.limit.unit if s.limit else None,
                }
                for s in STATES
            ],
            "whistles": [
                {"kind": kind, "title": said(title), "limit_hours": limit.hours, "limit_unit": limit.unit}
                for kind, (title, limit) in WHISTLES.items()
            ],
            "actions": [
                {
                    "action": a.key, "title": said(a.title), "moves": a.moves, "who": a.who, "level": a.level,
                    "needs": [need_as_json(need) for need in a.needs], "guards": a.guards,
                }
                for a in ACTIONS
            ],
        })  # fmt: skip


class Geocode(APIView):
    """Places that an address may mean, from the district's buildings and roads, each with a score from 0 to 1."""

    @extend_schema(operation_id="geocode", responses=JSON, parameters=[OpenApiParameter("q", required=True)])
    def get(self, request: Request) -> Response:
        words = request.query_params.get("q", "")
        if not 2 <= len(words.strip()) <= 200:
            raise filters.bad("q", words[:40], "2-200")
        return Response({"q": words, "candidates": [vars(one) for one in geocoding.candidates(words)]})
