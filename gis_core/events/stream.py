"""`GET /events/`: server-sent events (WHATWG HTML, section 9.2) on the bare ASGI path, no thread for a listener."""

import asyncio
from contextlib import suppress
from http import HTTPStatus
from time import monotonic

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from gis_core import errors
from gis_core.errors import WanggeError
from gis_core.events import hub, wanted, who
from gis_core.events.hub import Hub, Listener, NotReady
from gis_core.events.reading import Event
from gis_core.events.wanted import Wanted
from gis_core.events.who import Who
from gis_core.lifespan import Receive, Scope, Send
from gis_core.protective_headers import CLOSED

PATH = "/events/"
RECHECK_SECONDS = 60.0
"""How long a listener still hears after they have lost a membership or signed out."""
RETRY_MILLISECONDS = 2000
HEARTBEAT = b": heartbeat\n\n"
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would hold the stream back
    *((name.lower().encode(), value.encode()) for name, value in CLOSED.items()),
]


class NoDatabase(WanggeError):
    """Nothing can be told while the database is away; the listener tries again."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "no_database"
    headers = {"Retry-After": "5"}


class OnlyGet(WanggeError):
    status = HTTPStatus.METHOD_NOT_ALLOWED
    code = "method_not_allowed"


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """One listener, from its request to its end."""
    with translation.override(who.language_of(scope)):
        try:
            stream = await _opened(scope, send)
        except WanggeError as error:
            await _refuse(error, send)
            return
    # A task of our own: the server's cannot be cancelled.
    stream.task = asyncio.create_task(stream.run())
    gone = asyncio.create_task(_until_gone(receive))
    await asyncio.wait({stream.task, gone}, return_when=asyncio.FIRST_COMPLETED)
    for task in (stream.task, gone):
        task.cancel()
    await asyncio.gather(stream.task, gone, return_exceptions=True)


async def _opened(scope: Scope, send: Send) -> "Stream":
    if scope["method"] != "GET":
        raise OnlyGet(_("Events can only be read: GET."))
    query = QueryDict(scope["query_string"]).dict()
    filters = wanted.read(query)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    after = wanted.read_position(headers.get("last-event-id") or query.get("last_event_id", ""))
    try:
        user = await sync_to_async(who.identify, thread_sensitive=False)(scope)
        source = hub.here()
        await source.ready()
    except (NotReady, OperationalError, InterfaceError) as failure:
        if (slow := errors.took_too_long(failure)) is not None:
            raise slow from failure
        raise NoDatabase(_("The database cannot be reached. Try again soon.")) from failure
    return Stream(scope, send, source, filters, user, after)


async def _refuse(error: WanggeError, send: Send) -> None:
    answer = errors.as_response(error)
    given = {**CLOSED, **dict(answer.headers.items()), **error.headers}
    headers = [(name.lower().encode(), value.encode()) for name, value in given.items()]
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class Stream:
    """What one listener is sent. `after`: the position dealt with last, None for a new listener."""

    def __init__(
        self, scope: Scope, send: Send, source: Hub, filters: Wanted, user: Who, after: int | None
    ) -> None:
        self.scope, self._send, self.source = scope, send, source
        self.filters, self.who, self.after = filters, user, after
        self.task: asyncio.Task[None] | None = None
        self.listener = Listener(cut_off=self._cut_off)
        self._checked_at = self._written_at = monotonic()

    async def run(self) -> None:
        """Send what was missed, then what comes, until the listener goes or is cut off."""
        await self._send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        self.source.opened(self.listener)
        try:
            await self._write(f"retry: {RETRY_MILLISECONDS}\n\n".encode())
            await self._begin()
            await self._follow()
        finally:
            self.source.leave(self.listener)
            # In the middle of a chunk there is no clean end; the server then just closes the connection.
            if self.listener.busy_since is None:
                with suppress(Exception):
                    await self._send({"type": "http.response.body", "body": b""})

    def _cut_off(self) -> None:
        if self.task is not None:
            self.task.cancel()

    async def _begin(self) -> None:
        """Find where to begin: at the present, or after the last id heard if all since is still there."""
        if self.after is not None and not await self._is_known(self.after):
            await self._write(b'event: reset\ndata: {"reason":"too old"}\n\n')
            self.after = None
        if self.after is None:
            self.after = self.source.position or 0
            # An id without data tells the browser where to go on from, and raises no event.
            await self._write(f"id: {self.after}\n\n".encode())
        await self._catch_up(self.after)

    async def _catch_up(self, after: int) -> None:
        """From the last id heard to the present, without loss or repeat; then join in the same step."""
        async for event in self.source.missed(after):
            await self._tell(event)
        self.source.join(self.listener)

    async def _is_known(self, position: int) -> bool:
        """Whether everything after it is still there; not so if it is of another database's count."""
        if position > (self.source.position or 0):
            await self.source.catch_up()
        return await self.source.pruned_to() <= position <= (self.source.position or 0)

    async def _follow(self) -> None:
        while True:
            try:
                event = await asyncio.wait_for(self.listener.queue.get(), self._until_heartbeat())
            except TimeoutError:
                await self._write(HEARTBEAT)
            else:
                await self._tell(event)
            if self.listener.behind and self.listener.queue.empty():
                await self._catch_up(self.after or 0)
            if monotonic() - self._checked_at > RECHECK_SECONDS and not await self._is_still_allowed():
                return

    def _until_heartbeat(self) -> float:
        """Seconds, counted from what was sent last: much may happen meanwhile that this listener may not hear."""
        return self._written_at + settings.EVENT_HEARTBEAT - monotonic()

    async def _is_still_allowed(self) -> bool:
        """Look the user up again: False when it is not the same one any more; memberships are taken over."""
        self._checked_at = monotonic()
        try:
            now = await sync_to_async(who.identify, thread_sensitive=False)(self.scope)
        except Exception:  # the database is away, or the credentials are gone: the listener asks anew
            return False
        same, self.who = now.user_id == self.who.user_id, now
        return same

    async def _tell(self, event: Event) -> None:
        self.after = event.position
        if self.filters.accepts(event) and self.who.scope.hears(event):
            await self._write(event.wire)

    async def _write(self, chunk: bytes) -> None:
        self.listener.busy_since = monotonic()
        await self._send({"type": "http.response.body", "body": chunk, "more_body": True})
        self.listener.busy_since = None
        self._written_at = monotonic()
