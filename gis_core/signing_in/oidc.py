"""Signing in at somebody else's door: OpenID Connect, switched on by settings (WANGGE_OIDC), off by default.

Who comes by it for the first time gets an account without any role; a superuser gives the memberships. Accounts are
matched by the provider's number of a person (`sub`) and by nothing else, least of all by an e-mail address or a name
that somebody can give themselves elsewhere. The library brings the way of a request there and back; what a token must
say to be believed is decided here, for the library looks at its signature, nonce and time only.
"""

import hashlib
import logging
from http import HTTPStatus
from typing import Any

import jwt
import requests
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.core.exceptions import SuspiciousOperation
from django.utils.translation import gettext as _
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from gis_core.errors import WanggeError
from gis_core.signing_in import lockout

log = logging.getLogger(__name__)

MARK = "oidc:"
MUST_SAY = ["iss", "sub", "aud", "exp", "iat"]
"""What an ID token must have (OpenID Connect Core 1.0, section 2)."""
LEEWAY_SECONDS = 30
"""By so much may the provider's clock differ from ours."""
NAME_LENGTH = 150
SUB_LENGTH = 255


class NotBelieved(WanggeError):
    """What the provider sent is not what was asked for, or not from it."""

    code = "oidc_not_believed"


class ProviderAway(WanggeError):
    """The provider cannot be reached or failed."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "oidc_away"
    headers = {"Retry-After": "60"}


class AccountClosed(WanggeError):
    """The provider knows the person; here their account is closed."""

    status = HTTPStatus.FORBIDDEN
    code = "oidc_account_closed"


def name_of(sub: str) -> str:
    """The local name of somebody whom the provider knows by `sub`, which never changes and is never given again.

    Too long a one is named by its hash: cut off, two people could share an account.
    """
    name = f"{MARK}{sub}"
    return name if len(name) <= NAME_LENGTH else f"{MARK}sha256:{hashlib.sha256(sub.encode()).hexdigest()}"


class Backend(OIDCAuthenticationBackend):
    """The library's, with accounts by the provider's own number of a person, and stricter about tokens."""

    def authenticate(self, request: Any, *, nonce: str, code_verifier: str) -> Any:
        """The user. Raises NotBelieved, ProviderAway, AccountClosed.

        Django asks this backend only with these two words, which the return address alone has: `?code=` at another door
        does nothing.
        """
        try:
            return super().authenticate(request, nonce=nonce, code_verifier=code_verifier)
        except requests.RequestException as failure:
            raise (_not_believed if _is_an_answer(failure) else _away)(failure) from failure
        except (jwt.PyJWTError, SuspiciousOperation, KeyError, TypeError, ValueError) as wrong:
            raise _not_believed(wrong) from wrong

    def retrieve_matching_jwk(self, token: str) -> jwt.PyJWK:
        """The provider's key for this token: the one that it names, or the only one where it names none.

        The library fails without a name, which a provider with one key may leave out (OpenID Connect Core 1.0, 10.1).
        """
        answer = requests.get(self.OIDC_OP_JWKS_ENDPOINT, timeout=settings.OIDC_TIMEOUT)
        answer.raise_for_status()
        named, algorithm = jwt.get_unverified_header(token).get("kid"), self.OIDC_RP_SIGN_ALGO
        kind = {"RS": "RSA", "ES": "EC"}[algorithm[:2]]
        fitting = [
            key
            for key in answer.json()["keys"]
            if key["kty"] == kind
            and key.get("use", "sig") == "sig"
            and key.get("alg", algorithm) == algorithm
            and (named is None or key.get("kid") == named)
        ]
        if len(fitting) != 1:
            raise SuspiciousOperation(f"{len(fitting)} keys of the provider fit the token")
        return jwt.PyJWK(fitting[0], algorithm=algorithm)

    def get_payload_data(self, token: str, key: Any) -> dict[str, Any]:
        """What the token says, if the provider signed it, for us, and it still holds. Raises jwt.PyJWTError."""
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[self.OIDC_RP_SIGN_ALGO],
            audience=self.OIDC_RP_CLIENT_ID,
            issuer=settings.OIDC["issuer"],
            leeway=LEEWAY_SECONDS,
            options={"require": MUST_SAY},
        )
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self.OIDC_RP_CLIENT_ID) != self.OIDC_RP_CLIENT_ID:
            raise jwt.InvalidAudienceError("the token was made for another program (azp)")
        return claims

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> Any:
        """The account of the token's person; made if there is none. Raises AccountClosed."""
        sub = payload["sub"]
        if not sub or len(sub) > SUB_LENGTH or not sub.isprintable():
            raise ValueError("sub is no number of a person")
        claims = self.get_userinfo(access_token, id_token, payload)
        if claims["sub"] != sub:
            raise ValueError("userinfo is about somebody else")
        without = {"password": make_password(None)}
        user, _made = get_user_model().objects.get_or_create(username=name_of(sub), defaults=without)
        if not user.is_active:
            raise AccountClosed(_("Your account here is closed. Ask an administrator to open it."))
        self._take_over_name(user, claims)
        lockout.passed(user, "oidc")
        return user

    def get_user(self, user_id: int) -> Any:
        """That of a session; None once the account is closed, which the library does not look at."""
        return ModelBackend.get_user(self, user_id)

    def _take_over_name(self, user: Any, claims: dict[str, Any]) -> None:
        shown = str(claims.get("name") or claims.get("preferred_username") or "").replace("\0", "")
        if user.first_name != shown[:NAME_LENGTH]:
            user.first_name = shown[:NAME_LENGTH]
            user.save(update_fields=["first_name"])


def _is_an_answer(failure: requests.RequestException) -> bool:
    """Whether the provider works and said no, or nonsense."""
    if isinstance(failure, requests.HTTPError) and failure.response is not None:
        return bool(failure.response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR)
    return isinstance(failure, requests.JSONDecodeError)


def _not_believed(why: Exception) -> NotBelieved:
    log.warning("a sign-in by OpenID Connect was refused: %s: %s", type(why).__name__, why)
    return NotBelieved(_("The provider's answer does not hold, so nobody was signed in. Begin again."))


def _away(why: Exception) -> ProviderAway:
    log.warning("the OpenID Connect provider failed: %s: %s", type(why).__name__, why)
    return ProviderAway(_("The provider of sign-ins cannot be reached. Try again in a while."))
