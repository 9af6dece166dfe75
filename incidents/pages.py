"""The one-click page: `/incidents/{number}`, and `/incidents/?lon=&lat=&crs=` for a place.

A shell, as every page (gis_core/pages.py); what is on it, its own questions to the interface say. With `?embed=1` other
sites may show it in a frame, those that the setting FRAME_ANCESTORS names.
"""

import re
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import ensure_csrf_cookie

from gis_core.pages import shell
from gis_core.protective_headers import may_be_framed
from incidents import selectors

ENTRY = "incident.html"
FORM = re.compile(r"[0-9]{6,}([0-9]{8})[0-9]{5}")
"""Area, day, five digits of sequence."""


@ensure_csrf_cookie
def place(request: HttpRequest) -> HttpResponse:
    """A place by its coordinates, or nothing yet: the page then asks which."""
    return _framed(request, shell(request, ENTRY))


@ensure_csrf_cookie
def one(request: HttpRequest, number: str) -> HttpResponse:
    """404 for a number that is none, or none for this reader; the page says so.

    Who has not signed in is asked to, whatever is behind the number: else anybody could count incidents.
    """
    known = selectors.visible(request.user).filter(number=number).exists() if _signed_in(request) else True
    return _framed(request, shell(request, ENTRY, 200 if known and _may_be(number) else 404))


def _signed_in(request: HttpRequest) -> bool:
    return bool(request.user.is_authenticated)


def _may_be(number: str) -> bool:
    """Whether a number has the form of one: of a day that there was."""
    found = FORM.fullmatch(number)
    try:
        day = datetime.strptime(found[1], "%Y%m%d").date() if found else None
    except ValueError:
        day = None
    return day is not None and day <= timezone.localdate() + timedelta(days=1)


def _framed(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    if "embed" in request.GET:
        may_be_framed(answer)
    return answer
