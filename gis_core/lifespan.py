"""The server's ASGI lifespan: apps leave here what must be closed when a server process stops."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_closers: list[Callable[[], Awaitable[None]]] = []
_running = False


def at_shutdown(close: Callable[[], Awaitable[None]]) -> None:
    """Have `close` awaited, in the server's event loop, before the process ends."""
    _closers.append(close)


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
            await send({"type": "lifespan.startup.complete"})
            continue
        for close in _closers:
            await close()
        _running = False
        await send({"type": "lifespan.shutdown.complete"})
        return
