"""Lock-out: who fails too often waits. Failures and successes are lines of the audit, which is all that is counted.

Counted within settings.SIGN_IN_MINUTES: a name from one address, a name from anywhere (guessing from many places), an
address (one password tried on many names).
"""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from gis_core import scope
from gis_core.audit import record
from gis_core.errors import WanggeError


class LockedOut(WanggeError):
    """Too many failures; even the right password is not looked at."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_failures"


def check(name: str, address: str) -> None:
    """Raises LockedOut."""
    minutes = settings.SIGN_IN_MINUTES
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pair, by_name, by_address FROM sign_in_failures(%s, %s, make_interval(mins => %s))",
            [name, address, minutes],
        )
        counts = cursor.fetchone()
    limits = settings.SIGN_IN_FAILURES
    if any(count >= limits[what] for what, count in zip(("pair", "name", "address"), counts, strict=True)):
        error = LockedOut(
            _("Too many failed attempts. Try again in %(minutes)d minutes.") % {"minutes": minutes},
            {"minutes": minutes},
        )
        error.headers = {"Retry-After": str(minutes * 60)}
        raise error


def failed(name: str, why: str) -> None:
    """Note a failure."""
    record("sign_in_failed", "account", name[:120], why=why)


def passed(user: Any, how: str) -> None:
    """Note a success, in the user's own name."""
    with scope.acting(user):
        record("sign_in", "account", user.get_username()[:120], how=how)
