"""The headers that keep a browser from doing with an answer what it is not for: for Django's answers by the middleware
below, for those given before Django (fast_path.py, events/stream.py) by `CLOSED`. One place says what they are.

Pages, scripts (a worker's own headers bind it) and PDFs (shown by the browser's viewer) get the policy of the pages:
nothing from elsewhere, no inline script. Everything else, as JSON, tiles, pictures and files, is no document at all.
Inline styles are allowed: charts and maps place their parts with them.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from gis_core.chains import Middleware

PAGE = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:",  # the map draws pictures of its own by fetching them from blobs
    "worker-src": "'self' blob:",
    "object-src": "'self'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
NO_DOCUMENT = {"default-src": "'none'", "style-src": "'unsafe-inline'", "sandbox": ""}
DOCUMENTS = ("text/html", "text/javascript", "application/javascript", "application/pdf")
FEATURES = ("camera", "microphone", "payment", "usb", "serial", "hid", "bluetooth", "midi", "display-capture")
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join([*(f"{name}=()" for name in FEATURES), "geolocation=(self)"]),
}


def policy(directives: dict[str, str], ancestors: str) -> str:
    """A Content-Security-Policy; `ancestors` says who may show it in a frame."""
    named = {**directives, "frame-ancestors": ancestors}
    return "; ".join(f"{name} {value}".strip() for name, value in named.items())


CLOSED = {**ALWAYS, "Content-Security-Policy": policy(NO_DOCUMENT, "'none'")}
"""For what is no document and does not pass Django's middleware."""


def may_be_framed(response: Any) -> None:
    """Let the sites that the setting FRAME_ANCESTORS names show this page in a frame."""
    response.xframe_options_exempt = True
    response.frame_ancestors = settings.FRAME_ANCESTORS


class ProtectiveHeaders(Middleware):
    """Every answer of Django gets them, errors and static files included."""

    def now(self, request: HttpRequest) -> Any:
        return _protected(self.get_response(request))

    async def later(self, request: HttpRequest) -> Any:
        return _protected(await self.get_response(request))


def _protected(response: HttpResponseBase) -> HttpResponseBase:
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    directives = PAGE if kind in DOCUMENTS else NO_DOCUMENT
    ancestors = getattr(response, "frame_ancestors", "'self'")
    response.headers.setdefault("Content-Security-Policy", policy(directives, ancestors))
    return response
