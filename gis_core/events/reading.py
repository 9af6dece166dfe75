"""Events out of the database, over an asynchronous connection, in the order of their positions."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from psycopg import AsyncConnection

Connection = AsyncConnection[tuple[Any, ...]]

PAGE = 500


@dataclass(frozen=True)
class Event:
    """One event as it was written; `data` is what the listener gets."""

    position: int
    kind: str
    code: str
    permission: str
    data: dict[str, Any]

    @cached_property
    def wire(self) -> bytes:
        """Its lines in the stream; made once for all listeners."""
        text = json.dumps(self.data, ensure_ascii=False, separators=(",", ":"))
        return f"id: {self.position}\nevent: {self.kind}\ndata: {text}\n\n".encode()


async def place(connection: Connection) -> int:
    """Give positions to what has been committed; the last position given out."""
    return int(await _value(connection, "SELECT events_place()"))


async def between(connection: Connection, after: int, upto: int) -> list[Event]:
    """The first events, at most PAGE, with after < position <= upto."""
    cursor = await connection.execute(
        "SELECT position, kind, code, permission, data FROM gis_core_event"
        " WHERE position > %s AND position <= %s ORDER BY position LIMIT %s",
        [after, upto, PAGE],
        prepare=True,
    )
    return [Event(*row) for row in await cursor.fetchall()]


async def pruned_to(connection: Connection) -> int:
    """The highest position that has been deleted."""
    return int(await _value(connection, "SELECT coalesce(max(pruned_to), 0) FROM gis_core_eventclock"))


async def prune(connection: Connection, days: float) -> None:
    """Delete what is older."""
    await connection.execute("SELECT events_prune(make_interval(secs => %s))", [days * 86400])


async def _value(connection: Connection, query: str) -> Any:
    row = await (await connection.execute(query.encode(), prepare=True)).fetchone()
    assert row is not None
    return row[0]
