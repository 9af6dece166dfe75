"""`/api/v1/plans/{id}/export/` and `thumbnail.svg`: a plan as a file, and as a small picture."""

from collections.abc import Mapping
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from gis_core.api.negotiation import AsAsked
from gis_core.errors import WanggeError
from grid_editor import selectors
from grid_editor.exporting import FORMATS, Format, thumbnail
from grid_editor.exporting.sheet import file_stem
from layers.palette import THEMES


def chosen(value: str, allowed: Mapping[str, object] | tuple[str, ...], parameter: str) -> str:
    """The value, if it is one of those allowed. Raises WanggeError that lists them."""
    if value in allowed:
        return value
    listed = list(allowed)
    text = _("%(parameter)s: allowed are %(allowed)s.") % {
        "parameter": parameter,
        "allowed": ", ".join(listed),
    }
    raise WanggeError(text, {"parameter": parameter, "allowed": listed}, "invalid_parameter")


class Export(APIView):
    """The plan's grids as a file to keep, print, or open in a GIS."""

    content_negotiation_class = AsAsked

    @extend_schema(
        operation_id="plans_export",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        parameters=[
            OpenApiParameter("format", enum=list(FORMATS), required=True),
            OpenApiParameter("encoding", enum=["utf-8", "gbk"], description="Shapefile only."),
            OpenApiParameter(
                "titles", enum=["en", "zh"], description="Shapefile: language of the field names."
            ),
            OpenApiParameter("paper", enum=["A3", "A4"], description="PDF only."),
        ],
    )
    def get(self, request: Request, plan_id: int) -> HttpResponse:
        plan = selectors.plan(request.user, plan_id)
        given = request.query_params
        form = FORMATS[chosen(given.get("format", ""), FORMATS, "format")]
        file = form.write(plan, _options(form, given))
        answer = HttpResponse(file.content, content_type=file.media_type)
        name = f"{file_stem(plan)}.{file.ending}"
        answer["Content-Disposition"] = (
            f"attachment; filename=\"plan-{plan.pk}.{file.ending}\"; filename*=UTF-8''{quote(name, safe='')}"
        )
        answer["Cache-Control"] = "no-store"
        return answer


def _options(form: Format, given: Mapping[str, str]) -> dict[str, str]:
    return {
        name: chosen(given[name], allowed, name) for name, allowed in form.options.items() if name in given
    }


class Thumbnail(APIView):
    """The plan as a small SVG; the same until somebody edits it."""

    content_negotiation_class = AsAsked

    @extend_schema(
        operation_id="plans_thumbnail",
        responses={(200, "image/svg+xml"): OpenApiTypes.STR},
        parameters=[OpenApiParameter("theme", enum=list(THEMES))],
    )
    def get(self, request: Request, plan_id: int) -> HttpResponse:
        plan = selectors.plan(request.user, plan_id)
        theme = chosen(request.query_params.get("theme", "light"), THEMES, "theme")
        tag = thumbnail.etag(plan, theme)
        seen = request.headers.get("If-None-Match", "")
        answer = HttpResponse(status=304) if tag in seen else HttpResponse(thumbnail.of_plan(plan, theme))
        answer["Content-Type"] = "image/svg+xml"
        answer["ETag"] = tag
        answer["Cache-Control"] = "private, no-cache"
        answer["Vary"] = "Authorization, Cookie"
        return answer
