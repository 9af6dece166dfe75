"""`/oidc/`: the way to the provider and back. What goes wrong is said on a page, and nobody is signed out by it."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from gis_core import scope, throttling
from gis_core.audit import record
from gis_core.errors import TooManyRequests, WanggeError

ASKED = "oidc_states"
"""The session's key under which the library keeps what this browser has asked for."""


class NotAsked(WanggeError):
    """An answer to nothing that this browser asked, or to what was answered before."""

    code = "oidc_not_asked"


class ProviderRefused(WanggeError):
    """The provider did not sign them in, or they did not want to."""

    status = HTTPStatus.FORBIDDEN
    code = "oidc_refused"


class Authenticate(OIDCAuthenticationRequestView):
    """Off to the provider. `next`: where to go afterwards, on this site; another site's address counts for nothing."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        seconds = throttling.seconds_to_wait("sign_in", scope.client_of(request))
        if not seconds:
            answer: HttpResponseBase = super().get(request)
            return answer
        return _said(request, TooManyRequests(seconds))


class Callback(OIDCAuthenticationCallbackView):
    """Back from the provider: signed in and where they wanted to go, or told why not."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        try:
            _must_be_asked_for(request)
            answer: HttpResponseBase = super().get(request)
            return answer
        except WanggeError as refusal:
            if not isinstance(refusal, NotAsked):  # anybody can send that as often as they like
                record("sign_in_refused", "account", why=refusal.code)
            return _said(request, refusal)

    def login_failure(self) -> Any:
        raise _not_asked()


def _not_asked() -> NotAsked:
    return NotAsked(_("This sign-in was not begun in this browser, or was used already. Begin again."))


def _must_be_asked_for(request: HttpRequest) -> None:
    """Raises NotAsked and ProviderRefused. The library would sign out whoever opens an address with `?error=`."""
    asked = request.session.get(ASKED) or {}
    state = request.GET.get("state")
    if state not in asked:
        raise _not_asked()
    if not request.GET.get("code"):
        del asked[state]
        request.session.modified = True
        raise ProviderRefused(_("The provider did not sign you in, or you did not want it to."))


def _said(request: HttpRequest, error: WanggeError) -> HttpResponse:
    page = {"message": error.message, "code": error.code, "language": get_language()}
    response = render(request, "gis_core/sign_in_failed.html", page, status=error.status)
    for name, value in {"Cache-Control": "no-store", **error.headers}.items():
        response[name] = value
    return response
