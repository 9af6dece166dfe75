"""What every request passes first."""

from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from gis_core import basic, errors, scope
from gis_core.chains import Middleware


def _refusal(request: HttpRequest) -> JsonResponse | None:
    """PostgreSQL text cannot hold NUL, and no honest client sends one in an address."""
    if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return JsonResponse(
            errors.body("invalid_address", _("An address cannot contain a NUL character.")), status=400
        )
    return None


class RefuseNul(Middleware):
    """400 for a NUL in path or query, before any view or query sees it."""

    def now(self, request: HttpRequest) -> Any:
        return _refusal(request) or self.get_response(request)

    async def later(self, request: HttpRequest) -> Any:
        return _refusal(request) or await self.get_response(request)


class Scope(Middleware):
    """From here on the database acts for the user of the request (gis_core/scope.py), until its answer is sent."""

    def now(self, request: HttpRequest) -> Any:
        scope.begin(request)
        return _kept_private(request, self.get_response(request))

    async def later(self, request: HttpRequest) -> Any:
        scope.begin(request)
        return _kept_private(request, await self.get_response(request))


def _kept_private(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """What was asked for by somebody is for nobody else's cache, unless the view says that it is."""
    by_somebody = "Authorization" in request.headers or settings.SESSION_COOKIE_NAME in request.COOKIES
    if by_somebody and not response.has_header("Cache-Control"):
        response["Cache-Control"] = "private, no-cache"
    return response


class ByHeader(Middleware):
    """The user by HTTP Basic or token, for every view, after that of the session has been looked for.

    REST, Open311 and WFS say in their own words what is wrong with what was sent; here they get nobody. Elsewhere a
    wrong one is answered at once.
    """

    OWN_WORDS = ("/api/", "/open311/", "/ogc/")

    def now(self, request: HttpRequest) -> Any:
        return self._identified(request) or self.get_response(request)

    async def later(self, request: HttpRequest) -> Any:
        if "Authorization" in request.headers:
            refused = await sync_to_async(self._identified)(request)
            if refused is not None:
                return refused
        return await self.get_response(request)

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
