"""The five methods of GeoReport v2, and discovery. A request is an incident, a service an item of the catalogue.

An api_key is the token of a user (`/api/v1/token/`); session and HTTP Basic work as well. Reading asks for one too: who
reads gets the incidents that they may see. `bbox`, `page` and `page_size` go beyond the specification.
"""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.views import APIView

from gis_core import access, throttling
from gis_core.api import filters
from gis_core.api.bodies import Form, Json, MultiPart
from gis_core.authentication import Token as TokenOfUser
from gis_core.errors import NotFound, WanggeError
from gis_core.errors import exception_handler as ours
from incidents import intake, selectors
from incidents.api.bodies import ReportBody
from incidents.api.incidents import body_of
from incidents.api.open311 import rendering
from incidents.loop.states import BY_KEY as STATES
from incidents.loop.states import OPEN_STATES
from incidents.models import Incident, Item
from incidents.presenting import Reader, language, said

DAYS_MAX = 90
PAGE, PAGE_MAX = 50, 1000
CONTACT = ("first_name", "last_name", "email", "phone")
IGNORED = ("api_key", "jurisdiction_id", "device_id", "account_id", "address_id", *CONTACT)


class ApiKey(BaseAuthentication):
    """The `api_key` of the query or the form: a user's token."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        key = request.query_params.get("api_key") or _form(request).get("api_key")
        if not key or not isinstance(key, str):
            return None
        try:
            known = TokenOfUser()
            known.method = request.method or "GET"
            return known.authenticate_credentials(key)
        except exceptions.AuthenticationFailed as error:
            raise access.NotSignedIn(_("The api_key is not valid.")) from error


def _form(request: Request) -> Any:
    return request.data if request.method == "POST" and hasattr(request.data, "get") else {}


@extend_schema(exclude=True)
class GeoReport(APIView):
    """What the methods share: keys, and errors as the specification has them."""

    authentication_classes = [ApiKey, *APIView.authentication_classes]
    throttle_classes = (throttling.of("open311"),)
    parser_classes = (Form, MultiPart, Json)

    def handle_exception(self, exc: Exception) -> Any:
        """[{"code", "description"}]; a missing or wrong key is 403 by the specification."""
        known = ours(exc, self.get_exception_handler_context())
        if known is None:
            raise exc
        status = 403 if known.status_code == HTTPStatus.UNAUTHORIZED else known.status_code
        message = known.data["error"]["message"]
        answer = rendering.answer(
            "errors", [{"code": status, "description": message}], self.kwargs["kind"], status
        )
        if "Retry-After" in known.headers:
            answer["Retry-After"] = known.headers["Retry-After"]
        return answer


class Services(GeoReport):
    """GET services: what can be reported."""

    def get(self, request: Request, kind: str) -> HttpResponse:
        english = language() == "en"
        rows = Item.objects.filter(active=True)
        return rendering.answer("services", [_service(item, english) for item in rows], kind)


def _service(item: Item, english: bool) -> dict[str, Any]:
    name = (english and item.name_en) or item.name
    group = (english and item.category_en) or item.category
    return {
        "service_code": item.code,
        "service_name": name,
        "description": name,
        "metadata": True,
        "type": "realtime",
        "keywords": f"{item.name},{item.name_en}",
        "group": group,
    }


class Service(GeoReport):
    """GET one service: which attributes a report of it may have."""

    def get(self, request: Request, code: str, kind: str) -> HttpResponse:
        if not Item.objects.filter(code=code, active=True).exists():
            raise NotFound(_("There is no service %s.") % code)
        urgencies = [{"key": value, "name": str(title)} for value, title in Incident.Urgency.choices]
        attributes = [
            _attribute("urgency", "singlevaluelist", 1, _("How urgent is it?"), urgencies),
            _attribute("involved", "number", 2, _("How many people are concerned?"), []),
        ]
        return rendering.answer("service_definition", {"service_code": code, "attributes": attributes}, kind)


def _attribute(code: str, kind: str, order: int, text: str, values: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "variable": True,
        "code": code,
        "datatype": kind,
        "required": False,
        "datatype_description": "",
        "order": order,
        "description": text,
        "values": values,
    }


class Requests(GeoReport):
    """POST a request; GET those that the key's owner may see, at most 90 days at once."""

    def post(self, request: Request, kind: str) -> HttpResponse:
        intake.may_report(request.user)
        given = body_of(request)
        key = request.headers.get("Idempotency-Key", "").strip()
        digest = intake.digest_of(given, []) if key else ""
        taken = intake.report(
            request.user, ReportBody.read(_report(given)), f"open311 {key}" if key else "", digest
        )
        notice = (
            _("The incident lies outside the district and waits for a decision.") if _outside(taken) else ""
        )
        row = {"service_request_id": taken.incident.number, "service_notice": notice, "account_id": None}
        return rendering.answer("service_requests", [row], kind, 201 if taken.is_new else 200)

    def get(self, request: Request, kind: str) -> HttpResponse:
        given = request.query_params
        rows = _selected(request.user, given)
        size = _whole(given, "page_size", PAGE, PAGE_MAX)
        first = (_whole(given, "page", 1, 100_000) - 1) * size
        reader = Reader(request.user)
        found = rows.order_by("-reported_at", "-id")[first : first + size]
        return rendering.answer("service_requests", [_request(reader, row) for row in found], kind)


def _outside(taken: intake.Taken) -> bool:
    return taken.incident.area_code is None


def _report(given: dict[str, Any]) -> dict[str, Any]:
    """A GeoReport form as the body of a report. Coordinates are WGS84 unless `crs` says otherwise."""
    if not given.get("service_code"):
        raise WanggeError(_("service_code was not provided."))
    names = " ".join(str(given[name]) for name in ("last_name", "first_name") if given.get(name))
    report = {
        "item": given["service_code"],
        "description": given.get("description", ""),
        "lon": given.get("long") or None,
        "lat": given.get("lat") or None,
        "crs": given.get("crs") or "4326",
        "address": given.get("address_string", ""),
        "contact": str(given.get("phone") or given.get("email") or "")[:60],
        "reporter_name": names[:150],
        "source": "open311",
        "source_system": str(given.get("device_id") or "")[:40],
        "urgency": given.get("attribute[urgency]") or "normal",
    }
    if given.get("attribute[involved]"):
        report["involved"] = given["attribute[involved]"]
    return {name: value for name, value in report.items() if value not in ("", None)}


def _selected(user: Any, given: Any) -> "QuerySet[Incident]":
    visible = selectors.visible(user).filter(is_draft=False)
    if given.get("service_request_id"):
        return visible.filter(number__in=given["service_request_id"].split(","))
    since, until = _period(given)
    condition = Q(reported_at__gte=since, reported_at__lte=until)
    if given.get("service_code"):
        condition &= Q(item_code__in=given["service_code"].split(","))
    wanted = set(given["status"].split(",")) if given.get("status") else {"open", "closed"}
    if not wanted <= {"open", "closed"}:
        raise filters.bad("status", given["status"], "open, closed")
    if len(wanted) == 1:
        condition &= Q(is_open="open" in wanted)
    if given.get("bbox"):
        condition &= Q(**filters.meeting("geom", filters.box(given["bbox"])))
    return visible.filter(condition)


def _period(given: Any) -> tuple[Any, Any]:
    """Start and end: at most 90 days; by default the 90 days that end now, or that the one given bounds."""
    span = timedelta(days=DAYS_MAX)
    start = selectors.moment("start_date", given.get("start_date"))
    end = selectors.moment("end_date", given.get("end_date"))
    end = end or (min(start + span, timezone.now()) if start else timezone.now())
    start = start or end - span
    if end - start > span + timedelta(days=1):
        raise filters.bad("end_date", given.get("end_date"), _("at most 90 days after start_date"))
    return start, end


def _whole(given: Any, name: str, default: int, most: int) -> int:
    return int(filters.number({name: str(default), **dict(given.items())}, name, 1, most))


def _request(reader: Reader, incident: Incident) -> dict[str, Any]:
    shown = reader.properties(incident)
    item = reader.items.get(incident.item_code)
    return {
        "service_request_id": incident.number,
        "status": "open" if incident.state in OPEN_STATES else "closed",
        "status_notes": said(STATES[incident.state].title),
        "service_name": shown["item_name"],
        "service_code": incident.item_code,
        "description": shown["description"],
        "agency_responsible": incident.lead_department or (item.department_id if item else None),
        "service_notice": "",
        "requested_datetime": rendering.moment(incident.reported_at),
        "updated_datetime": rendering.moment(incident.updated_at),
        "expected_datetime": rendering.moment(incident.due_at),
        "address": incident.address_text,
        "address_id": None,
        "zipcode": None,
        "lat": incident.geom.y,
        "long": incident.geom.x,
        "media_url": None,
        "grid_code": incident.grid_code,
    }


class OneRequest(GeoReport):
    """GET one request."""

    def get(self, request: Request, number: str, kind: str) -> HttpResponse:
        incident = selectors.one(request.user, number)
        return rendering.answer("service_requests", [_request(Reader(request.user), incident)], kind)


class Token(GeoReport):
    """GET the request of a token: here they are the same, for a request is taken in at once."""

    def get(self, request: Request, token: str, kind: str) -> HttpResponse:
        incident = selectors.one(request.user, token)
        row = {"service_request_id": incident.number, "token": token}
        return rendering.answer("service_requests", [row], kind)


class Discovery(GeoReport):
    """GET discovery: where the service is, and in which formats."""

    def get(self, request: Request, kind: str) -> HttpResponse:
        endpoint = {
            "specification": "http://wiki.open311.org/GeoReport_v2",
            "url": request.build_absolute_uri("/open311/v2"),
            "changeset": "2026-11-25T00:00:00+08:00",
            "type": "production",
            "formats": ["application/json", "text/xml"],
        }
        content = {
            "changeset": "2026-11-25T00:00:00+08:00",
            "contact": _("The command centre of the district."),
            "key_service": request.build_absolute_uri("/api/v1/token/"),
            "endpoints": [endpoint],
        }
        return rendering.answer("discovery", content, kind)
