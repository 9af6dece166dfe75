"""The server's ASGI lifespan: apps leave here what must be closed when a server process stops."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from types import FrameType
from typing import Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_closers: list[Callable[[], Awaitable[None]]] = []
_enders: list[Callable[[], Awaitable[None]]] = []
_ending: set["asyncio.Task[None]"] = set()
_running = False


def at_shutdown(close: Callable[[], Awaitable[None]]) -> None:
    """Have `close` awaited, in the server's event loop, before the process ends."""
    _closers.append(close)


def at_signal(end: Callable[[], Awaitable[None]]) -> None:
    """Have `end` awaited as soon as the process is told to stop: for answers that never end by themselves.

    A server first waits for its open answers, and only then says over ASGI that it stops.
    """
    _enders.append(end)


def is_running() -> bool:
    """Whether an ASGI server runs this process, and will say when it stops."""
    return _running


async def run(receive: Receive, send: Send) -> None:
    """Answer the server's lifespan messages until it stops."""
    global _running
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            _running = True
            _watch_signals(asyncio.get_running_loop())
            await send({"type": "lifespan.startup.complete"})
            continue
        for close in _closers:
            await close()
        _running = False
        await send({"type": "lifespan.shutdown.complete"})
        return


def _watch_signals(loop: asyncio.AbstractEventLoop) -> None:
    """Run the enders on SIGTERM and SIGINT, beside what the server does then.

    An event loop hears of signals through Python's wakeup descriptor and leaves the handler itself empty.
    """

    def told(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(lambda: _ending.add(loop.create_task(_end())))

    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, told)
    except ValueError:  # not the main thread: whoever runs us there has no signals to hear of
        return


async def _end() -> None:
    for end in _enders:
        await end()
