"""HTTP Basic and tokens outside REST framework: how GIS programs sign in to the OGC surfaces.

A program sends its password with every request, and checking one takes a third of a second by design. So a pair
that was right is remembered for some minutes in this process, as a keyed hash, with the stored password hash it
was right for: a changed password or a closed account counts at once.
"""

import base64
import binascii
import hashlib
import hmac
from collections import OrderedDict
from http import HTTPStatus
from time import monotonic
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework.authentication import CSRFCheck
from rest_framework.exceptions import AuthenticationFailed

from gis_core.authentication import Token
from gis_core.errors import Refused, WanggeError
from gis_core.signing_in import credentials

CHALLENGE = 'Basic realm="wangge", charset="UTF-8"'
REMEMBERED_S = 300
REMEMBERED_MOST = 1000


class SignInNeeded(WanggeError):
    """Nobody is signed in, or with a wrong password; the client is asked for one."""

    status = HTTPStatus.UNAUTHORIZED
    code = "not_signed_in"
    headers = {"WWW-Authenticate": CHALLENGE}


_right: "OrderedDict[bytes, tuple[float, int, str]]" = OrderedDict()


def user_of(request: HttpRequest) -> Any:
    """Who sends the request: by its Authorization header, else by its session; perhaps nobody.

    Raises SignInNeeded when the header is wrong; asked again about the same request, the same without looking.
    """
    _raise_again(request)
    try:
        return _user_of(request)
    except WanggeError as refused:
        request.sign_in_refused = refused  # type: ignore[attr-defined]
        raise


def _raise_again(request: Any) -> None:
    """One wrong password is one failure, however many layers ask for the user of a request."""
    refused = getattr(request, "sign_in_refused", None)
    if refused is not None:
        raise refused


def _user_of(request: HttpRequest) -> Any:
    scheme, _space, rest = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        return by_password(request, *_decoded(rest))
    if scheme.lower() in ("token", "bearer"):
        return _by_token(request)
    return getattr(request, "user", None) or AnonymousUser()


def refuse_forged(request: HttpRequest) -> None:
    """Raise Refused for a write that stands on the session alone and lacks the page's token (CSRF)."""
    if request.headers.get("Authorization") or not request.user.is_authenticated:
        return
    check = CSRFCheck(lambda _request: HttpResponse())
    check.process_request(request)
    if check.process_view(request, lambda: HttpResponse(), (), {}) is not None:
        raise Refused(
            _("Sign in with HTTP Basic for this: a session of the web pages alone is not enough."),
            code="csrf",
        )


def _decoded(text: str) -> tuple[str, str]:
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise SignInNeeded(_("The Authorization header cannot be read.")) from None
    try:
        pair = raw.decode()
    except UnicodeDecodeError:
        pair = raw.decode("latin-1")
    name, _colon, password = pair.partition(":")
    return name, password


def by_password(request: HttpRequest, name: str, password: str) -> Any:
    """The user with this name and password. Raises SignInNeeded."""
    _raise_again(request)
    if "\0" in name + password:
        raise SignInNeeded(_("User name or password is wrong."))
    if credentials.is_secret(password):
        return _by_application(request, name, password)
    key = hmac.digest(settings.SECRET_KEY.encode(), f"{name}\0{password}".encode(), hashlib.sha256)
    user = _remembered(key)
    if user is None:
        user = authenticate(request, username=name, password=password)
        if user is None:
            raise SignInNeeded(_("User name or password is wrong."))
        _remember(key, user)
    return user


def _by_application(request: HttpRequest, name: str, secret: str) -> Any:
    """The user by the password that they gave to one program."""
    user = credentials.user_of(secret, "application", request.method or "GET")
    if user is None or user.get_username() != name:
        raise SignInNeeded(_("User name or password is wrong."))
    return user


def _remember(key: bytes, user: Any) -> None:
    _right[key] = (monotonic() + REMEMBERED_S, user.pk, user.password)
    while len(_right) > REMEMBERED_MOST:
        _right.popitem(last=False)


def _remembered(key: bytes) -> Any:
    until, pk, stored = _right.get(key, (0.0, 0, ""))
    if until < monotonic():
        _right.pop(key, None)
        return None
    return get_user_model().objects.filter(pk=pk, is_active=True, password=stored).first()


def _by_token(request: HttpRequest) -> Any:
    try:
        found = Token().authenticate(request)
    except AuthenticationFailed as error:
        raise SignInNeeded(str(error.detail)) from error
    return found[0] if found else AnonymousUser()
