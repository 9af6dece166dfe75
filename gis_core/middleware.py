"""What every request passes first."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from gis_core import basic, errors, scope


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
        if iscoroutinefunction(self):
            return self._later(request)
        return _kept_private(request, self.get_response(request))

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        return _kept_private(request, await self.get_response(request))


def _kept_private(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """What was asked for by somebody is for nobody else's cache, unless the view says that it is."""
    by_somebody = "Authorization" in request.headers or settings.SESSION_COOKIE_NAME in request.COOKIES
    if by_somebody and not response.has_header("Cache-Control"):
        response["Cache-Control"] = "private, no-cache"
    return response


class ByHeader:
    """The user by HTTP Basic or token, for every view, after that of the session has been looked for.

    REST, Open311 and WFS say in their own words what is wrong with what was sent; here they get nobody. Elsewhere a
    wrong one is answered at once.
    """

    sync_capable = async_capable = True
    OWN_WORDS = ("/api/", "/open311/", "/ogc/")

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if iscoroutinefunction(self):
            return self._later(request)
        return self._identified(request) or self.get_response(request)

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        if "Authorization" in request.headers:
            refused = await sync_to_async(self._identified)(request)
            if refused is not None:
                return refused
        response: HttpResponseBase = await self.get_response(request)
        return response

    def _identified(self, request: HttpRequest) -> HttpResponse | None:
        if "Authorization" not in request.headers:
            return None
        try:
            user = basic.user_of(request)
        except (OperationalError, InterfaceError) as failure:
            away = errors.when_away(failure)
            if away is None:
                raise
            return away
        except errors.WanggeError as error:
            if not request.path.startswith(self.OWN_WORDS):
                return errors.as_response(error)
            user = AnonymousUser()
        request.user = user

        async def again() -> Any:
            return user

        request.auser = again
        return None
