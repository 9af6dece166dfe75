"""The tile path's own database connections: asynchronous, autocommit, one pool for each event loop.

Opened by the first tile, closed when the server stops (gis_core.lifespan). Apart from Django's connections,
so that slow pages never make tiles wait, nor the other way round. Where no ASGI server runs the loop
(WSGI, tests), a loop may live for one request only; there every tile opens and closes a connection.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection as django_connection
from psycopg import AsyncConnection, OperationalError
from psycopg.errors import QueryCanceled

from gis_core import lifespan, scope, statement_time
from gis_core.database.pools import AsyncPromptPool, Away

Connection = AsyncConnection[tuple[bytes]]

Found = TypeVar("Found")

MAX_CONNECTIONS = 6

_pools: "WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncPromptPool]" = WeakKeyDictionary()


async def read(work: Callable[[Connection], Awaitable[Found]]) -> Found:
    """What `work` reads over a connection; once more if that had been cut while idle, as by a restarted database.

    Raises psycopg.OperationalError without a database, QueryCanceled (one of these) for what takes too long.
    """
    try:
        async with connection() as first:
            return await work(first)
    except (Away, QueryCanceled):  # a statement that took too long would do so again
        raise
    except OperationalError:
        pool = _pools.get(asyncio.get_running_loop())
        if pool is not None:
            await pool.check()
        async with connection() as second:
            return await work(second)


@asynccontextmanager
async def connection() -> AsyncIterator[Connection]:
    """A connection to read tiles with, for whom the running request or job acts."""
    if lifespan.is_running() or asyncio.get_running_loop() in _pools:
        async with (await _pool()).connection() as pooled:
            await _tell(pooled)
            yield pooled
    else:
        async with await connect() as single:
            await _tell(single)
            yield single


_told: "WeakKeyDictionary[Connection, str | None]" = WeakKeyDictionary()
"""What each session was told last; None where the telling was cut off."""


async def _tell(connection: Connection) -> None:
    """Have the session work for the user of the request (gis_core/scope.py).

    A session commits each statement by itself, so what it was told last is what holds; told again is only who
    differs, and that is nobody for all public tiles. Nothing else is set here.
    """
    user, _client = scope.session_values()
    if _told.get(connection, "") != user:
        _told[connection] = None
        await connection.execute("SELECT set_config('wangge.user', %s, false)", [user])
        _told[connection] = user
    if settings.REQUEST_ROLE and scope.in_request():  # tests, where each tile has a connection of its own
        await connection.execute("SELECT set_config('role', %s, false)", [settings.REQUEST_ROLE])


async def connect() -> AsyncConnection[Any]:
    """A connection outside the pool, to be closed by whoever asked."""
    return await AsyncConnection.connect(**_parameters())


async def _pool() -> AsyncPromptPool:
    """The open pool of the running loop."""
    found = _pools.get(asyncio.get_running_loop())
    return found if found is not None else await open_here()


async def open_here(most: int = MAX_CONNECTIONS) -> AsyncPromptPool:
    """Open the running loop's pool. A loop outside a server closes it by itself (`close`)."""
    # Set before the first await: a second task then takes this one and waits in it for a connection.
    made = AsyncPromptPool(kwargs=_parameters(), min_size=1, max_size=most, timeout=30, open=False)
    _pools[asyncio.get_running_loop()] = made
    await made.open()
    return made


def _parameters() -> dict[str, Any]:
    params = django_connection.get_connection_params()
    wanted = ("host", "port", "user", "password", "dbname")
    # What comes later in the options counts.
    time = f" -c statement_timeout={statement_time.setting('tiles')}" if settings.STATEMENTS_END else ""
    return {
        **{name: params[name] for name in wanted if params.get(name)},
        "options": params.get("options", "") + time,
        "autocommit": True,
        # Every statement of the tile path is used again: prepare it at once.
        "prepare_threshold": 0,
        "application_name": "wangge tiles",
        "connect_timeout": 5,
    }


async def close() -> None:
    """Close the pool of the running loop, if it was ever opened."""
    found = _pools.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()


lifespan.at_shutdown(close)
