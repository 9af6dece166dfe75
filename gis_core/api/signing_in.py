"""`/api/v1/session/`: who is signed in; sign in and out. `/api/v1/token/`: a token for programs."""

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core import access, throttling
from gis_core.access import NotSignedIn
from gis_core.models import Membership
from gis_core.signing_in import second_factor, tokens


class SignInSerializer(serializers.Serializer[Any]):
    """Name and password; `otp`: the code of the second factor, for who has switched it on."""

    username = serializers.CharField()
    password = serializers.CharField(trim_whitespace=False)
    otp = serializers.CharField(max_length=10, required=False, default="")


def describe(request: Request) -> dict[str, Any]:
    """Who sends this request, in which roles and where, what they `may` do; writes send `csrf` back as X-CSRFToken."""
    user = request.user
    held = Membership.objects.filter(user_id=user.pk or 0).order_by("role", "code_prefix")
    return {
        "signed_in": user.is_authenticated,
        "username": user.get_username(),
        "name": getattr(user, "first_name", "") or user.get_username(),
        "superuser": bool(getattr(user, "is_superuser", False)),
        "memberships": list(held.values("role", "code_prefix")),
        "may": sorted(access.held(user)),
        "csrf": get_token(request._request),
        "second_factor": bool(user.pk) and second_factor.is_on(user),
        "oidc": "/oidc/authenticate/" if settings.OIDC else None,
    }


def _checked(request: Request) -> Any:
    """The user whom name and password belong to. Raises NotSignedIn."""
    given = SignInSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    user = authenticate(request._request, **given.validated_data)
    if user is None:
        raise NotSignedIn(_("Name or password is wrong."), code="wrong_password")
    return user


class SessionView(APIView):
    """The session of a browser."""

    throttle_classes = (throttling.of("sign_in", "POST"),)

    @extend_schema(operation_id="session_read", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> Response:
        return Response(describe(request))

    @extend_schema(
        operation_id="session_open", request=SignInSerializer, responses={200: OpenApiTypes.OBJECT}
    )
    def post(self, request: Request) -> Response:
        user = _checked(request)
        login(request._request, user)
        request.user = user
        return Response(describe(request))

    @extend_schema(operation_id="session_close", responses={204: None})
    def delete(self, request: Request) -> Response:
        logout(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TokenView(APIView):
    """A token that a program sends as `Authorization: Token ...`, told this once; it holds until `expires_at`."""

    authentication_classes = ()
    throttle_classes = (throttling.of("token", "POST"),)

    @extend_schema(operation_id="token_read", request=SignInSerializer, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        made = tokens.give(_checked(request))
        body = {"token": made.secret, "expires_at": made.credential.expires_at}
        return Response(body, headers={"Cache-Control": "no-store"})
