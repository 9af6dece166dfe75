"""Answers given before Django's middleware: for requests so frequent that the middleware would be most of their cost.

An app registers an answerer for a path prefix. It answers what it can answer without session, user or
language, and returns None for everything else, errors included; Django then serves the same address.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from gis_core.lifespan import Scope, Send
from gis_core.protective_headers import CLOSED


@dataclass(frozen=True)
class Answer:
    """A whole response: header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


PROTECTIVE = [(name.lower().encode(), value.encode()) for name, value in CLOSED.items()]
Answerer = Callable[[Scope], Awaitable[Answer | None]]

_answerers: dict[str, Answerer] = {}


def register(prefix: str, answerer: Answerer) -> None:
    """Ask `answerer` about every GET and HEAD below `prefix`."""
    _answerers[prefix] = answerer


async def answered(scope: Scope, send: Send) -> bool:
    """Answer the request if an answerer can; False leaves it to Django."""
    if scope["method"] not in ("GET", "HEAD"):
        return False
    for prefix, answerer in _answerers.items():
        if scope["path"].startswith(prefix):
            answer = await answerer(scope)
            if answer is not None:
                await _deliver(answer, scope["method"] == "HEAD", send)
                return True
    return False


async def _deliver(answer: Answer, head_only: bool, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
    headers += [pair for pair in PROTECTIVE if pair[0].decode() not in answer.headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head_only else answer.body})
