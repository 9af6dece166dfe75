"""The hub of one server process: one connection that LISTENs, and every open stream of the process fed from it.

Started by the first listener, stopped with the server. For a listener that falls behind only so much is kept;
it then reads the rest from the database at its own pace. One that takes nothing at all any more is cut off.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection as django_connection
from psycopg import AsyncConnection, Error

from gis_core import lifespan, scope
from gis_core.events import reading
from gis_core.events.reading import Connection, Event

T = TypeVar("T")
log = logging.getLogger(__name__)

QUEUE = 200
"""Events that are kept for one listener."""
POLL_SECONDS = 5.0
"""How long a lost notification can go unnoticed."""
RETRY_SECONDS = 0.5
READY_SECONDS = 10.0
PRUNE_SECONDS = 3600.0


class NotReady(Exception):
    """Nothing can be told: the database cannot be reached, or the process is about to stop."""


@dataclass(eq=False)
class Listener:
    """One open stream: events wait in `queue` for it; `cut_off` ends it at once.

    `behind`: the queue was full, so it gets no more through it. `busy_since`: when the sending began that is
    still going on.
    """

    cut_off: Callable[[], Any]
    queue: "asyncio.Queue[Event]" = field(default_factory=lambda: asyncio.Queue(QUEUE))
    behind: bool = False
    busy_since: float | None = None

    def offer(self, event: Event) -> bool:
        """Keep the event for it; False if it has fallen behind."""
        self.behind = self.queue.full()
        if not self.behind:
            self.queue.put_nowait(event)
        return not self.behind

    def is_stalled(self) -> bool:
        return self.busy_since is not None and monotonic() - self.busy_since > settings.EVENT_STALLED


class Hub:
    """See the module. All of it runs in one event loop; nothing here waits between reading and changing state."""

    def __init__(self) -> None:
        self.position: int | None = None
        self.open: set[Listener] = set()
        self.listeners: set[Listener] = set()
        self._reader: Connection | None = None
        self._reading = asyncio.Lock()
        self._handing = asyncio.Lock()
        self._known = asyncio.Event()
        self._away = asyncio.Event()
        self._pruned_at = 0.0
        self._task = asyncio.create_task(self._run())

    async def ready(self) -> int:
        """The position up to which events have been handed out. Raises NotReady."""
        known, away = (asyncio.ensure_future(event.wait()) for event in (self._known, self._away))
        await asyncio.wait((known, away), timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        known.cancel()
        away.cancel()
        if self.position is None:
            raise NotReady
        return self.position

    async def missed(self, after: int) -> AsyncIterator[Event]:
        """What came after this position, until the hub's own; then `join` in the same step loses nothing."""
        while after < (self.position or 0):
            page = await self._between(after, self.position or 0)
            for event in page:
                after = event.position
                yield event
            if not page:
                return

    async def catch_up(self) -> None:
        """Hand out what another process may have handed out already."""
        async with self._handing:
            await self._hand_out()

    async def pruned_to(self) -> int:
        return await self._read(reading.pruned_to)

    def opened(self, listener: Listener) -> None:
        """It is there; it hears nothing before `join`."""
        self.open.add(listener)

    def join(self, listener: Listener) -> None:
        listener.behind = False
        self.listeners.add(listener)

    def leave(self, listener: Listener) -> None:
        self.listeners.discard(listener)
        self.open.discard(listener)

    async def close(self) -> None:
        """End every stream and both connections."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        for listener in list(self.open):
            listener.cut_off()
        await self._forget_reader()

    async def _run(self) -> None:
        """Follow the events; when the database goes away, come back to it and go on from the same position."""
        while True:
            try:
                await self._follow()
            except (Error, OSError) as failure:
                log.warning("events: no database, trying again: %s", failure)
                self._away.set()
                await self._forget_reader()
            await asyncio.sleep(RETRY_SECONDS)

    async def _follow(self) -> None:
        async with await _connect() as ear:
            await ear.execute("LISTEN wangge_events")
            while True:
                await self.catch_up()
                # What arrives from here on is kept by `ear` until it is asked again.
                async for _ in ear.notifies(timeout=POLL_SECONDS, stop_after=1):
                    pass

    async def _hand_out(self) -> None:
        reached = await self._read(reading.place)
        self._away.clear()
        if self.position is None or reached < self.position:
            # The first time; or another database has been put in this one's place.
            self.position = reached
            self._known.set()
        while self.position < reached:
            page = await self._between(self.position, reached)
            for event in page:
                self.position = event.position
                self.listeners = {each for each in self.listeners if each.offer(event)}
            if not page:  # deleted meanwhile
                self.position = reached
        for listener in [each for each in self.open if each.is_stalled()]:
            listener.cut_off()
        await self._prune()

    async def _between(self, after: int, upto: int) -> list[Event]:
        return await self._read(lambda reader: reading.between(reader, after, upto))

    async def _prune(self) -> None:
        if monotonic() - self._pruned_at > PRUNE_SECONDS:
            self._pruned_at = monotonic()
            await self._read(lambda reader: reading.prune(reader, settings.EVENT_DAYS))

    async def _read(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        async with self._reading:
            if self._reader is None or self._reader.closed:
                self._reader = await _connect()
            return await work(self._reader)

    async def _forget_reader(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            await reader.close()


async def _connect() -> Connection:
    params = django_connection.get_connection_params()
    wanted = ("host", "port", "user", "password", "dbname")
    return await AsyncConnection.connect(
        **{name: params[name] for name in wanted if params.get(name)},
        # It reads every event, and hands each listener what that listener may hear.
        options=f"{params.get('options', '')} -c wangge.user={scope.SYSTEM}",
        autocommit=True,
        application_name="wangge events",
        connect_timeout=5,
    )


_ending = False
_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()


def here() -> Hub:
    """The hub of the running event loop. Raises NotReady once the process is told to stop."""
    if _ending:
        raise NotReady
    loop = asyncio.get_running_loop()
    found = _hubs.get(loop)
    if found is None:
        found = _hubs[loop] = Hub()
    return found


async def end() -> None:
    """The process is told to stop: end every stream and begin no other, however soon a browser comes back."""
    global _ending
    _ending = True
    await close()


async def close() -> None:
    """Close the hub of the running loop, if there is one."""
    found = _hubs.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()


lifespan.at_signal(end)
lifespan.at_shutdown(close)
