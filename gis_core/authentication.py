"""How a request of REST framework says who sends it: a session of the web pages, HTTP Basic, or a token."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.authentication import (
    BasicAuthentication,
    SessionAuthentication,
    TokenAuthentication,
    get_authorization_header,
)
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request


class Session(SessionAuthentication):
    """Django's session. REST framework takes the first class's challenge, and answers 401 only if it has one."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """What is sent in the header goes before the session, and needs no page's token (CSRF)."""
        if "Authorization" in request.headers:
            return None
        return super().authenticate(request)

    def authenticate_header(self, request: Request) -> str:
        from gis_core.access import CHALLENGE

        return CHALLENGE


class Basic(BasicAuthentication):
    """HTTP Basic by the same check as everywhere (gis_core/basic.py), which remembers what was right."""

    def authenticate_credentials(self, userid: str, password: str, request: Any = None) -> tuple[Any, Any]:
        from gis_core import basic  # REST framework loads this module before the errors that it needs

        try:
            return basic.by_password(request, userid, password), None
        except basic.SignInNeeded as wrong:
            raise AuthenticationFailed(wrong.message) from wrong


class Token(TokenAuthentication):
    """`Authorization: Token ...` or `Bearer ...`: a token of /api/v1/credentials/ or of /api/v1/token/."""

    method = "GET"

    def authenticate(self, request: Any) -> tuple[Any, Any] | None:
        """User and token. Raises AuthenticationFailed, and ReadOnly for a write with a token that may only read."""
        scheme = get_authorization_header(request).split(b" ", 1)[0].lower()
        self.keyword = "Bearer" if scheme == b"bearer" else "Token"
        self.method = request.method or "GET"
        found: tuple[Any, Any] | None = super().authenticate(request)
        return found

    def authenticate_credentials(self, key: str) -> tuple[Any, Any]:
        from gis_core.signing_in import credentials

        user = credentials.user_of(key, "token", self.method)
        if user is None:
            raise AuthenticationFailed(
                _("The token is wrong or has ended; ask for another at /api/v1/token/.")
            )
        return user, None
