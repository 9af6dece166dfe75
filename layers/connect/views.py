"""The page and its files. What they name are the layers that the user may see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gis_core import errors
from gis_core.errors import NotFound
from layers import registry
from layers.connect import connections, project
from layers.surfaces.tilejson import language


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Addresses for each kind of client, and the files. `?lang=zh|en`, else the request's language."""
    root = _root(request)
    lang = request.GET.get("lang", "")
    shown = {
        "lang": lang if lang in ("zh", "en") else language(),
        "root": root,
        "wmts": connections.wmts_address(root),
        "xyz": connections.xyz_address(root),
        "layers": list(reversed(registry.visible_to(request.user))),
    }
    answer = render(request, "layers/connect.html", shown)
    answer["Cache-Control"] = "private, no-cache"
    return answer


@require_safe
def connections_file(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in connections.KINDS:
        message = _("There are connections for %s.") % ", ".join(connections.KINDS)
        return errors.as_response(NotFound(message, {"allowed": list(connections.KINDS)}))
    text = connections.document(kind, registry.visible_to(request.user), _root(request))
    return _attachment(text, "application/xml", f"wangge-{kind}.xml")


@require_safe
def project_file(request: HttpRequest) -> HttpResponse:
    text = project.document(registry.visible_to(request.user), _root(request))
    return _attachment(text, "application/x-qgis-project", "wangge.qgs")


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _attachment(text: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
