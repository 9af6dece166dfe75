"""Long answers (WFS, exports), made in a thread, sent by the ASGI server while they are made."""

from collections.abc import AsyncIterator, Iterator
from typing import cast

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

from gis_core import scope

CHUNK = 256 * 1024
"""Bytes sent at a time; each costs a hop between threads."""


def streamed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The response, its stream made asynchronous if the server is."""
    if isinstance(response, StreamingHttpResponse) and isinstance(request, ASGIRequest):
        response.streaming_content = _from_thread(iter(cast(Iterator[bytes], response.streaming_content)))
    return response


def _gathered(chunks: Iterator[bytes]) -> bytes:
    """The next CHUNK bytes or more; empty at the end."""
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        parts.append(chunk)
        size += len(chunk)
        if size >= CHUNK:
            break
    return b"".join(parts)


async def _from_thread(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Stream from the ORM without holding the whole answer in memory, for whom the answer was begun."""
    actor = scope.current()

    def read() -> bytes:
        with scope.resumed(actor):
            return _gathered(chunks)

    while part := await sync_to_async(read)():
        yield part
