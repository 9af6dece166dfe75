"""`/api/v1/incidents/`: report, list, read; photos, actions, batch files, likely duplicates."""

from typing import Any

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core import masking, throttling
from gis_core.api import filters
from gis_core.api.bodies import Form, Json, MultiPart
from gis_core.errors import NotFound, Refused, WanggeError
from incidents import batch, duplicates, intake, listing, photos, presenting, selectors
from incidents.api import sheets
from incidents.api.bodies import ReportBody
from incidents.loop import engine
from incidents.presenting import Reader

JSON = {200: OpenApiTypes.OBJECT}
GEOJSON = "application/geo+json"
REPLAYED = {"Idempotent-Replayed": "true"}


def body_of(request: Request) -> dict[str, Any]:
    """The fields that were sent, without files. Raises WanggeError for a body that is no object."""
    data = request.data
    if not hasattr(data, "items"):
        raise WanggeError(_("The body must be an object with the fields of a report."), code="invalid_body")
    files = getattr(request, "FILES", {})
    return {name: value for name, value in data.items() if name not in files}


class Incidents(APIView):
    """Report an incident, or list those that the user may see."""

    throttle_classes = (throttling.of("intake", "POST"),)

    parser_classes = (Json, MultiPart, Form)

    @extend_schema(
        operation_id="incidents_list",
        responses=JSON,
        parameters=[
            OpenApiParameter("bbox", description="west,south,east,north in degrees (EPSG:4490)."),
            OpenApiParameter("area", description="Code of an area of any tier."),
            OpenApiParameter("item", description="Codes of items, apart by commas."),
            OpenApiParameter("state", description="States, apart by commas."),
            OpenApiParameter("light", description="green, yellow, red; apart by commas."),
            OpenApiParameter("source", description="Sources, apart by commas."),
            OpenApiParameter("level", description="1 to 4, apart by commas."),
            OpenApiParameter("urgency", description="normal, urgent, emergency; apart by commas."),
            OpenApiParameter("department", description="Code of the lead department."),
            OpenApiParameter("since", description="Reported at or after this day or time."),
            OpenApiParameter("until", description="Reported before this day or time."),
            OpenApiParameter("q", description="Beginning of the number, part of title or address."),
            *(OpenApiParameter(name, OpenApiTypes.BOOL) for name in selectors.FLAGS),
            OpenApiParameter("limit", OpenApiTypes.INT, description=f"At most {selectors.PAGE_MAX}."),
            OpenApiParameter("cursor", description="From a page's `next` link."),
            OpenApiParameter(
                "as", enum=sheets.FORMATS, description="A file has no pages: it holds all of them."
            ),
            OpenApiParameter(
                "at", description="With a file: those that were open at this time, as they were."
            ),
        ],
    )
    def get(self, request: Request) -> HttpResponse:
        given = request.query_params
        kind = sheets.wanted(given)
        if kind != "json":
            return sheets.answer(kind, "incidents", _("incidents"), listing.table(request.user, given))
        if "at" in given:
            raise filters.bad("at", given["at"], _("only with as=csv or as=xlsx"))
        limit, before = selectors.page_size(given), selectors.cursor(given)
        rows = selectors.filtered(request.user, given)
        page = list((rows.filter(id__lt=before) if before else rows)[: limit + 1])
        reader = Reader(request.user)
        following = _next(request, page[limit - 1].pk) if len(page) > limit else None
        features = [reader.feature(row) for row in page[:limit]]
        return Response(presenting.collection(features, following), content_type=GEOJSON)

    @extend_schema(
        operation_id="incidents_report",
        request=ReportBody,
        responses={201: OpenApiTypes.OBJECT, 200: OpenApiTypes.OBJECT},
        parameters=[
            OpenApiParameter(
                "Idempotency-Key",
                location="header",
                description="Sent again with the same body: the same incident.",
            )
        ],
    )
    def post(self, request: Request) -> Response:
        intake.may_report(request.user)
        body, files = body_of(request), request.FILES.getlist("photos")
        key = request.headers.get("Idempotency-Key", "").strip()
        digest = intake.digest_of(body, files) if key else ""
        taken = intake.report(request.user, ReportBody.read(body), key, digest, files)
        answer = Reader(request.user).properties(taken.incident) | {"duplicates": taken.likely}
        if not taken.is_new:
            return Response(answer, headers=REPLAYED)
        where = f"/api/v1/incidents/{taken.incident.number}/"
        return Response(answer, status=status.HTTP_201_CREATED, headers={"Location": where})


def _next(request: Request, last: int) -> str:
    parameters = request.query_params.copy()
    parameters["cursor"] = str(last)
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")


class IncidentDetail(APIView):
    """One incident with its timeline, clocks, photos, whistles, evaluations and possible actions."""

    @extend_schema(operation_id="incidents_read", responses=JSON)
    def get(self, request: Request, number: str) -> Response:
        incident, purpose = selectors.one(request.user, number), masking.purpose_of(request)
        reader = Reader(request.user, purpose)
        reader.note_reading(incident)
        return Response(reader.detail(incident), content_type=GEOJSON)


class Duplicates(APIView):
    """Open incidents that are likely the same thing."""

    @extend_schema(operation_id="incidents_duplicates", responses=JSON)
    def get(self, request: Request, number: str) -> Response:
        return Response({"duplicates": duplicates.likely(selectors.one(request.user, number))})


class Actions(APIView):
    """What the user can do with the incident now, what each action needs, and what holds others back."""

    @extend_schema(operation_id="incidents_actions", responses=JSON)
    def get(self, request: Request, number: str) -> Response:
        incident = selectors.one(request.user, number)
        return Response({"state": incident.state, "actions": presenting.actions(incident, request.user)})


class DoAction(APIView):
    """Do an action of the loop. 403 who may not, 409 what does not fit now, 400 what was given wrongly."""

    parser_classes = (Json,)

    @extend_schema(operation_id="incidents_do", request=OpenApiTypes.OBJECT, responses=JSON)
    def post(self, request: Request, number: str, action: str) -> Response:
        selectors.one(request.user, number)
        incident = engine.perform(request.user, number, action, body_of(request))
        return Response(Reader(request.user).detail(incident), content_type=GEOJSON)


class Photos(APIView):
    """Add photos: multipart `photos`, with `phase` before or after. For the reporter, and who may act on it."""

    parser_classes = (MultiPart,)

    @extend_schema(
        operation_id="incidents_photos",
        request={"multipart/form-data": {"type": "object", "properties": {
            "phase": {"type": "string", "enum": ["before", "after"]},
            "photos": {"type": "array", "items": {"type": "string", "format": "binary"}},
        }}},
        responses={201: OpenApiTypes.OBJECT},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        incident = selectors.one(request.user, number)
        if not (incident.reporter_id == request.user.pk or engine.possible(incident, request.user)):
            raise Refused(_("Photos are added by the reporter and by those who work on the incident."))
        phase = body_of(request).get("phase", "before")
        if phase not in ("before", "after"):
            raise WanggeError(
                _("phase is before or after."), {"allowed": ["before", "after"]}, "invalid_phase"
            )
        files = request.FILES.getlist("photos")
        if not files:
            raise WanggeError(_("Send the photos as files named photos."), code="no_photos")
        stored = photos.attach(incident, files, phase, request.user)
        return Response(
            {"photos": [presenting.photo_as_json(incident, photo) for photo in stored]}, status=201
        )


class PhotoFile(APIView):
    """One photo as JPEG, for who may see the incident and, with a sensitive item, read its details."""

    @extend_schema(operation_id="incidents_photo", responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, number: str, photo_id: int) -> FileResponse:
        incident = selectors.one(request.user, number)
        photo = incident.photos.filter(pk=photo_id).first()
        path = photos.path_of(photo.sha256) if photo else None
        if path is None or not path.exists() or not Reader(request.user).may_see_photos(incident):
            raise NotFound(_("There is no such photo."))
        answer = FileResponse(path.open("rb"), content_type="image/jpeg")
        answer["Cache-Control"] = "private, max-age=3600"
        return answer


class Batch(APIView):
    """Reports from a CSV or Excel file named `file`; the answer has what came of each row."""

    parser_classes = (MultiPart,)

    @extend_schema(
        operation_id="incidents_batch",
        request={
            "multipart/form-data": {
                "type": "object",
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        },
        responses=JSON,
    )
    def post(self, request: Request) -> Response:
        intake.may_report(request.user)
        file = request.FILES.get("file")
        if file is None:
            raise WanggeError(_("Send a CSV or Excel file named file."), code="no_file")
        return Response(batch.take_in(request.user, batch.read(file, file.name or "")))
