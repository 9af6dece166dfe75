"""What every request passes first."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from gis_core import errors, scope


def _refusal(request: HttpRequest) -> JsonResponse | None:
    """PostgreSQL text cannot hold NUL, and no honest client sends one in an address."""
    if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return JsonResponse(
            errors.body("invalid_address", _("An address cannot contain a NUL character.")), status=400
        )
    return None


class RefuseNul:
    """400 for a NUL in path or query, before any view or query sees it; serves sync and async chains."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        refusal = _refusal(request)
        if refusal is None:
            return self.get_response(request)
        return _later(refusal) if iscoroutinefunction(self) else refusal


async def _later(response: HttpResponse) -> HttpResponse:
    return response


class Scope:
    """From here on the database acts for the user of the request (gis_core/scope.py), until its answer is sent."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        scope.begin(request)
        return self.get_response(request)
