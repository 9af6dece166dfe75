"""Signing in at somebody else's door: OpenID Connect, switched on by settings (WANGGE_OIDC), off by default.

Who comes by it for the first time gets an account without any role; a superuser gives the memberships. Accounts are
matched by name only if they were made this way: nobody takes over a local account by calling themselves so elsewhere.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from gis_core.signing_in import lockout

MARK = "oidc:"


def name_of(claims: dict[str, Any]) -> str:
    """The local name of somebody whom the provider knows by `sub`, which never changes and is never given again."""
    return f"{MARK}{claims['sub']}"[:150]


class Backend(OIDCAuthenticationBackend):
    """The library's, with accounts by the provider's own number of a person."""

    def filter_users_by_claims(self, claims: dict[str, Any]) -> "QuerySet[Any]":
        return get_user_model().objects.filter(username=name_of(claims))

    def create_user(self, claims: dict[str, Any]) -> Any:
        user = get_user_model().objects.create_user(name_of(claims))
        return self.update_user(user, claims)

    def update_user(self, user: Any, claims: dict[str, Any]) -> Any:
        user.first_name = str(claims.get("name") or claims.get("preferred_username") or "")[:150]
        user.save(update_fields=["first_name"])
        return user

    def verify_claims(self, claims: dict[str, Any]) -> bool:
        return bool(claims.get("sub"))

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> Any:
        user = super().get_or_create_user(access_token, id_token, payload)
        if user is not None and user.is_active:
            lockout.passed(user, "oidc")
        return user
