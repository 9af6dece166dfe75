"""The server's ASGI lifespan: apps leave here what must be closed when a server process stops."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_closers: list[Callable[[], Awaitable[None]]] = []


def at_shutdown(close: Callable[[], Awaitable[None]]) -> None:
    """Have `close` awaited, in the server's event loop, before the process ends."""
    _closers.append(close)


async def run(receive: Receive, send: Send) -> None:
    """Answer the server's lifespan messages until it stops."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
            continue
        for close in _closers:
            await close()
        await send({"type": "lifespan.shutdown.complete"})
        return
