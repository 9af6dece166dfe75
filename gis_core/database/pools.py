"""Pools that tell a database which is away from one that is busy.

A pool of psycopg's own waits its whole time for a connection in both cases, and people wait with it. These look after
a second whether the database can be reached at all: if not, `Away` is raised at once; if so, they wait on. They also
give up reconnecting soon, for the pause between two attempts doubles; the next request then tries anew.
"""

from time import monotonic
from typing import Any

from psycopg import AsyncConnection, Connection, OperationalError
from psycopg_pool import AsyncConnectionPool, ConnectionPool, PoolTimeout

SOON = 1.0
"""Seconds without a connection after which the database is looked for."""
AT_ONCE = 0.05
"""The same while it was away a moment ago."""
MOMENT = 5.0
LOOK_EVERY = 1.0
"""Seconds for which one look is enough."""
REACHED_WITHIN = 3
"""Seconds that a look may take."""
GIVE_UP_AFTER = 3.0
"""Seconds of attempts to bring a lost connection back."""


class Away(OperationalError):
    """The database cannot be reached."""


class _Looks:
    """When the database was last found to be away."""

    def __init__(self) -> None:
        self._failed_at = float("-inf")

    def patience(self, whole: float) -> float:
        """How long to wait before looking."""
        lately = monotonic() - self._failed_at < MOMENT
        return min(whole, AT_ONCE if lately else SOON)

    def refuse_at_once(self) -> None:
        """Raises Away where it was looked for just now."""
        if monotonic() - self._failed_at < LOOK_EVERY:
            raise Away("the database was away a moment ago")

    def failed(self, failure: OperationalError) -> Away:
        self._failed_at = monotonic()
        return Away(str(failure))


class PromptPool(ConnectionPool[Connection[Any]]):
    """For threads."""

    def __init__(self, **options: Any) -> None:
        self._looks = _Looks()
        super().__init__(**{"reconnect_timeout": GIVE_UP_AFTER, **options})

    def getconn(self, timeout: float | None = None) -> Connection[Any]:
        """As of psycopg's pool; raises Away, or PoolTimeout where all connections are taken for so long."""
        whole = self.timeout if timeout is None else timeout
        first = self._looks.patience(whole)
        try:
            return super().getconn(first)
        except PoolTimeout:
            self._look()
            self.check()  # those that were cut while idle; it would else find them out one by one
            return super().getconn(whole - first)

    def _look(self) -> None:
        self._looks.refuse_at_once()
        try:
            self.connection_class.connect(**_reaching(self.kwargs)).close()
        except OperationalError as failure:
            raise self._looks.failed(failure) from failure


class AsyncPromptPool(AsyncConnectionPool[AsyncConnection[Any]]):
    """For an event loop."""

    def __init__(self, **options: Any) -> None:
        self._looks = _Looks()
        super().__init__(**{"reconnect_timeout": GIVE_UP_AFTER, **options})

    async def getconn(self, timeout: float | None = None) -> AsyncConnection[Any]:
        """As `PromptPool.getconn`."""
        whole = self.timeout if timeout is None else timeout
        first = self._looks.patience(whole)
        try:
            return await super().getconn(first)
        except PoolTimeout:
            await self._look()
            await self.check()
            return await super().getconn(whole - first)

    async def _look(self) -> None:
        self._looks.refuse_at_once()
        try:
            found = await self.connection_class.connect(**_reaching(self.kwargs))
        except OperationalError as failure:
            raise self._looks.failed(failure) from failure
        await found.close()


def _reaching(parameters: Any) -> dict[str, Any]:
    return {**parameters, "connect_timeout": REACHED_WITHIN}
