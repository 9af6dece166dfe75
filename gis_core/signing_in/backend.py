"""The one check of names and passwords: for the pages, REST, HTTP Basic and the admin."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from gis_core import scope
from gis_core.access import NotSignedIn
from gis_core.errors import WanggeError
from gis_core.signing_in import lockout, second_factor


class Backend(ModelBackend):
    """Django's, with lock-out and second factor. Raises LockedOut, and NotSignedIn without the second factor."""

    def authenticate(
        self,
        request: Any,
        username: str | None = None,
        password: str | None = None,
        otp: str = "",
        **more: Any,
    ) -> Any:
        """The user; None for a wrong name or password."""
        if username is None or password is None or "\0" in username + password:
            return None
        try:
            return self._checked(request, username, password, otp)
        except WanggeError as refused:
            # The admin's own form knows no other answer than that something is wrong.
            if request is not None and request.path.startswith("/admin/"):
                raise PermissionDenied from refused
            raise

    def _checked(self, request: Any, username: str, password: str, otp: str) -> Any:
        lockout.check(username, "" if request is None else scope.client_of(request))
        user = super().authenticate(request, username=username, password=password)
        if user is None:
            lockout.failed(username, "password")
            return None
        if second_factor.is_on(user):
            self._second(user, otp)
        lockout.passed(user, "" if request is None else request.path)
        return user

    def _second(self, user: Any, otp: str) -> None:
        if not otp:
            message = _("Send the code of your second factor as well; a program needs a password of its own.")
            raise NotSignedIn(message, {"field": "otp"}, "second_factor_needed")
        if not second_factor.verify(user, otp):
            lockout.failed(user.get_username(), "second factor")
            raise NotSignedIn(_("The code is wrong, or was used before."), {"field": "otp"}, "wrong_code")
