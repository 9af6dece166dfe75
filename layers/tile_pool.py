"""The tile path's own database connections: asynchronous, autocommit, one pool for each event loop.

Opened by the first tile, closed when the server stops (gis_core.lifespan). Apart from Django's connections,
so that slow pages never make tiles wait, nor the other way round.
"""

import asyncio
from weakref import WeakKeyDictionary

from django.db import connection
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from gis_core import lifespan

Connection = AsyncConnection[tuple[bytes]]
Pool = AsyncConnectionPool[Connection]

MAX_CONNECTIONS = 6

_pools: "WeakKeyDictionary[asyncio.AbstractEventLoop, Pool]" = WeakKeyDictionary()


async def pool() -> Pool:
    """The open pool of the running loop."""
    loop = asyncio.get_running_loop()
    found = _pools.get(loop)
    if found is None:
        # Set before the first await: a second task then takes this one and waits in it for a connection.
        found = _pools[loop] = _new_pool()
        await found.open()
    return found


def _new_pool() -> Pool:
    params = connection.get_connection_params()
    wanted = ("host", "port", "user", "password", "dbname", "options")
    return AsyncConnectionPool(
        kwargs={
            **{name: params[name] for name in wanted if params.get(name)},
            "autocommit": True,
            # Every statement of the tile path is used again: prepare it at once, and never forget it.
            "prepare_threshold": 0,
            "application_name": "wangge tiles",
        },
        min_size=1,
        max_size=MAX_CONNECTIONS,
        timeout=30,
        open=False,
    )


async def close() -> None:
    """Close the pool of the running loop, if it was ever opened."""
    found = _pools.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()


lifespan.at_shutdown(close)
