"""Rate limits of REST views: `throttle_classes = [throttling.of("intake", "POST")]`. Counted in the database."""

from typing import Any

from django.db import connection
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from gis_core import limits, scope


def of(what: str, *methods: str) -> type[BaseThrottle]:
    """A throttle by the rate of this name, for these methods; none named: for all."""

    class Throttle(BaseThrottle):
        """429 with Retry-After, across all server processes."""

        seconds = 0

        def allow_request(self, request: Request, view: Any) -> bool:
            if methods and request.method not in methods:
                return True
            self.seconds = seconds_to_wait(what, who(request))
            return self.seconds == 0

        def wait(self) -> float:
            return self.seconds

    return Throttle


def who(request: Request) -> str:
    """Whose turn is counted: the user's, else the address's."""
    user = request.user
    return f"user {user.pk}" if user.is_authenticated else scope.client_of(request._request)


def seconds_to_wait(what: str, by: str) -> int:
    """Take a turn; 0, or the seconds after which there is one again."""
    most, span = limits.RATES[what]
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_turn(%s, %s, %s, make_interval(secs => %s))", [what, by, most, span])
        row = cursor.fetchone()
    return int(row[0])
