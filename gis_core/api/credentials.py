"""`/api/v1/credentials/`: passwords for applications and tokens for systems; `/api/v1/session/...`: one's own password
and second factor.
"""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gis_core import scope
from gis_core.access import NotSignedIn
from gis_core.audit import record
from gis_core.errors import Refused, WanggeError
from gis_core.signing_in import credentials, lockout, second_factor
from gis_core.signing_in.models import Credential

NO_STORE = {"Cache-Control": "no-store"}


def in_person(request: Request) -> Any:
    """The user, signed in with their own password: a program's secret makes no other. Raises NotSignedIn, Refused."""
    if not request.user.is_authenticated:
        raise NotSignedIn(_("Sign in first."))
    if "Authorization" in request.headers:
        raise Refused(_("Sign in at the pages for this."), code="session_needed")
    return request.user


class CredentialSerializer(serializers.ModelSerializer[Credential]):
    """A credential without its secret."""

    class Meta:
        model = Credential
        fields = (
            "id",
            "kind",
            "title",
            "read_only",
            "created_at",
            "expires_at",
            "revoked_at",
            "last_used_at",
        )


class NewCredential(serializers.Serializer[Any]):
    """What to make. `days`: how long it holds."""

    kind = serializers.ChoiceField(choices=Credential.Kind.choices)
    title = serializers.CharField(max_length=80)
    days = serializers.IntegerField(min_value=1, max_value=credentials.MOST_DAYS, default=90)
    read_only = serializers.BooleanField(default=False)  # type: ignore[assignment]  # the framework takes it off


class Credentials(APIView):
    """The user's own; a new one, whose secret is shown this once."""

    @extend_schema(operation_id="credentials_list", responses=CredentialSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = Credential.objects.filter(user=in_person(request))
        return Response(CredentialSerializer(rows, many=True).data, headers=NO_STORE)

    @extend_schema(
        operation_id="credentials_make", request=NewCredential, responses={201: OpenApiTypes.OBJECT}
    )
    def post(self, request: Request) -> Response:
        user, given = in_person(request), NewCredential(data=request.data)
        given.is_valid(raise_exception=True)
        made = credentials.make(user, **given.validated_data)
        body = {
            **CredentialSerializer(made.credential).data,
            "username": user.get_username(),
            "secret": made.secret,
        }
        return Response(body, status=status.HTTP_201_CREATED, headers=NO_STORE)


class OneCredential(APIView):
    """DELETE revokes it at once."""

    @extend_schema(operation_id="credentials_revoke", responses={204: None})
    def delete(self, request: Request, number: int) -> Response:
        credentials.revoke(in_person(request), number)
        return Response(status=status.HTTP_204_NO_CONTENT)


class NewPassword(serializers.Serializer[Any]):
    """The present password and the next."""

    old = serializers.CharField(trim_whitespace=False)
    new = serializers.CharField(trim_whitespace=False, max_length=200)


class Password(APIView):
    """Change one's own password; other sessions end."""

    @extend_schema(operation_id="session_password", request=NewPassword, responses={204: None})
    def post(self, request: Request) -> Response:
        user, given = in_person(request), NewPassword(data=request.data)
        given.is_valid(raise_exception=True)
        lockout.check(user.get_username(), scope.client_of(request._request))
        if not user.check_password(given.validated_data["old"]):
            lockout.failed(user.get_username(), "password")
            raise NotSignedIn(_("Name or password is wrong."), code="wrong_password")
        try:
            validate_password(given.validated_data["new"], user)
        except ValidationError as weak:
            raise WanggeError(" ".join(weak.messages), {"field": "new"}, "weak_password") from weak
        user.set_password(given.validated_data["new"])
        user.save(update_fields=["password"])
        record("password", "account", user.get_username())
        update_session_auth_hash(request._request, user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Code(serializers.Serializer[Any]):
    """A code of the second factor."""

    code = serializers.CharField(max_length=10, required=False, default="")


class SecondFactor(APIView):
    """POST without a code: a secret; with its first code: on. DELETE with a code: off."""

    @extend_schema(operation_id="second_factor_begin", request=Code, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        user, code = in_person(request), self._code(request)
        if not code:
            return Response(second_factor.begin(user), headers=NO_STORE)
        second_factor.confirm(user, code)
        record("second_factor_on", "account", user.get_username())
        return Response({"second_factor": True})

    @extend_schema(operation_id="second_factor_end", request=Code, responses={200: OpenApiTypes.OBJECT})
    def delete(self, request: Request) -> Response:
        user = in_person(request)
        second_factor.end(user, self._code(request))
        record("second_factor_off", "account", user.get_username())
        return Response({"second_factor": False})

    def _code(self, request: Request) -> str:
        given = Code(data=request.data)
        given.is_valid(raise_exception=True)
        return str(given.validated_data["code"])
