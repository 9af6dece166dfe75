"""`/raster/`: MapProxy's services behind the site's own access check, and never stale.

MapProxy asks `authorize` about every layer, so one that the user may not see is neither shown nor listed. Answers
carry the hash of their content as ETag and must be asked for again, so that no browser shows what has changed.
"""

import re
import sys
from collections.abc import Callable, Sequence
from hashlib import blake2b
from http import HTTPStatus
from math import isfinite
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from psycopg import Error

from gis_core import errors
from gis_core.errors import WanggeError
from layers import registry
from tile_cache.raster import configuration, engine, kept, mending

FEATURES = ("map", "tile", "featureinfo", "legendgraphic")
SERVICES = ("service", "wmts", "tms", "tiles")
WHOLE = ("TILEROW", "TILECOL", "I", "J", "X", "Y", "WIDTH", "HEIGHT", "FEATURE_COUNT")
"""Parameters that are whole numbers; MapProxy fails on others (500) instead of refusing them."""
SIDE = range(1, 10_001)
"""Pixels of a map's side; how many a map may have in all is MapProxy's own limit."""
COLOUR = re.compile(r"(0x|#)?[0-9A-Fa-f]{6}")
MATRIX = re.compile(r"([\w.-]{1,60}:)?[0-9]{1,3}")
LONGEST_QUERY = 4000
"""Characters; a GetMap of every layer takes less than half."""


class NoDatabase(WanggeError):
    """What is on the map cannot be known now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "database_unavailable"
    headers = {"Retry-After": "5"}


def raster(request: HttpRequest, path: str) -> HttpResponse:
    """GET /raster/service (WMS, WMTS KVP), /raster/wmts/..., /raster/tms/..."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    try:
        _check(request, path)
        kept.begin_request()
    except WanggeError as refused:
        return errors.as_response(refused)
    except (OperationalError, Error) as failure:
        away = NoDatabase(_("The database does not answer. Try again in a moment."))
        return errors.as_response(errors.took_too_long(failure) or away)
    return _with_validators(request, _asked(request, path))


def _check(request: HttpRequest, path: str) -> None:
    """Raises WanggeError for what MapProxy need not see."""
    if path.partition("/")[0] not in SERVICES or ".." in path:
        allowed = ", ".join(f"/raster/{name}" for name in SERVICES)
        raise errors.NotFound(_("There is nothing here. There are: %(allowed)s.") % {"allowed": allowed})
    if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
        raise WanggeError(
            _("The request is too long; %(most)s characters are allowed.") % {"most": LONGEST_QUERY}
        )
    # MapProxy joins what is given twice.
    for name, values in request.GET.lists():
        _check_value(name.upper(), ",".join(values))


def _check_value(name: str, value: str) -> None:
    if name in WHOLE and not re.fullmatch(r"-?[0-9]{1,9}", value):
        raise WanggeError(_("%(name)s is a whole number.") % {"name": name}, {"field": name})
    if name in ("WIDTH", "HEIGHT") and int(value) not in SIDE:
        raise _wrong(name, f"{SIDE[0]}..{SIDE[-1]}")
    if name == "TILEMATRIX" and not MATRIX.fullmatch(value):
        raise _wrong(name, "12, webmercator:12")
    if name == "BGCOLOR" and value and not COLOUR.fullmatch(value):
        raise _wrong(name, "0xFFFFFF")
    if name == "BBOX" and not _is_box(value):
        raise _wrong(name, _("four numbers"))


def _wrong(name: str, allowed: str) -> WanggeError:
    given = {"field": name, "allowed": allowed}
    return WanggeError(_("%(field)s: allowed is %(allowed)s.") % given, given)


def _is_box(value: str) -> bool:
    try:
        return sum(isfinite(float(part)) for part in value.split(",")) == 4
    except ValueError:
        return False


def _asked(request: HttpRequest, path: str) -> HttpResponse:
    """MapProxy's own answer."""
    started: list[Any] = []
    environ = _environ(request, path)
    body = b"".join(
        engine.application()(environ, lambda status, headers, *_: started.extend((status, headers)))
    )
    status, headers = started[0], dict(started[1])
    content_type = headers.get("Content-type") or headers.get("Content-Type") or "text/plain"
    return HttpResponse(
        body, status=mending.status_of(int(status.split()[0]), body), content_type=content_type
    )


def _environ(request: HttpRequest, path: str) -> dict[str, Any]:
    """A WSGI environment; the host is what Django has checked."""
    host, _colon, port = request.get_host().partition(":")
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "/raster",
        "PATH_INFO": f"/{path}",
        "QUERY_STRING": request.META.get("QUERY_STRING", ""),
        "SERVER_NAME": host,
        "SERVER_PORT": port or ("443" if request.is_secure() else "80"),
        "HTTP_HOST": request.get_host(),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": request.scheme,
        "wsgi.errors": sys.stderr,
        "mapproxy.authorize": authorizer(request),
    }


def authorizer(request: HttpRequest) -> Callable[..., dict[str, Any]]:
    """MapProxy's callback: which of the named layers this user may see."""
    visible = {layer.key for layer in registry.visible_to(request.user)}

    def allowed(name: str) -> bool:
        pictures = configuration.pictures()
        parts = pictures.get(name)
        return parts is not None and all(layer.key in visible for layer in parts)

    def authorize(service: str, layers: Sequence[str | tuple[str, str]], **_: Any) -> dict[str, Any]:
        # TMS names its layers (picture, grid) when asking and `picture` when it looks the answer up.
        names = {name if isinstance(name, str) else name[0] for name in layers}
        permitted = {name: dict.fromkeys(FEATURES, allowed(_picture(name))) for name in names}
        return {"authorized": "partial", "layers": permitted}

    return authorize


def _picture(name: str) -> str:
    """Of `<picture>` itself, or of `<picture>_<grid>`, as tile layers are called."""
    pictures = configuration.pictures()
    return name if name in pictures else next((grid[0] for grid in _parted(name) if grid[0] in pictures), "")


def _parted(name: str) -> list[tuple[str, str]]:
    return [(name[:at], name[at + 1 :]) for at, sign in enumerate(name) if sign == "_"]


def _with_validators(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store" if response.status_code != HTTPStatus.OK else "public, no-cache"
    if response.status_code != HTTPStatus.OK:
        return response
    response["Access-Control-Allow-Origin"] = "*"
    etag = f'"{blake2b(response.content, digest_size=12).hexdigest()}"'
    response["ETag"] = etag
    found = get_conditional_response(request, etag=etag, response=response)
    assert isinstance(found, HttpResponse)
    return found
