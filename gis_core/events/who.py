"""Who listens: the user of a bare ASGI request, by session cookie, HTTP Basic or token, and what they may hear."""

import io
from dataclasses import dataclass

from django.contrib.auth import get_user
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.views import APIView

from gis_core import access, scope
from gis_core.events.wanted import Scope
from gis_core.lifespan import Scope as AsgiScope


@dataclass(frozen=True)
class Who:
    """A listener's user (None: not signed in) and what they may hear."""

    user_id: int | None
    scope: Scope


def identify(asgi: AsgiScope) -> Who:
    """Look the user and their memberships up; blocking. Raises NotSignedIn for wrong credentials."""
    close_old_connections()
    try:
        with scope.of_kind("tiles"):
            return _of(_user(ASGIRequest({**asgi, "method": "GET"}, io.BytesIO())))
    finally:
        connection.close()  # back to the pool: this thread may not come again


def language_of(asgi: AsgiScope) -> str:
    """The language in which to refuse this request."""
    return translation.get_language_from_request(ASGIRequest({**asgi, "method": "GET"}, io.BytesIO()))


def _user(request: HttpRequest) -> access.Anyone:
    SessionMiddleware(lambda _request: HttpResponse()).process_request(request)
    request.user = get_user(request)
    authenticators = APIView().get_authenticators()
    try:
        return Request(request, authenticators=authenticators).user
    except AuthenticationFailed as failure:
        raise access.NotSignedIn(str(failure.detail)) from failure


def _of(user: access.Anyone) -> Who:
    return Who(user.pk if user.is_authenticated else None, Scope(access.held(user)))
