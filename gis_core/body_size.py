"""A body that is too large is refused while it arrives, before any of it is read: around Django, for every address."""

from http import HTTPStatus

from django.utils.translation import gettext as _

from gis_core import errors, limits
from gis_core.lifespan import Receive, Scope, Send
from gis_core.protective_headers import CLOSED


class TooLarge(errors.WanggeError):
    """The body has more bytes than are taken."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "body_too_large"


def most_of(scope: Scope) -> int:
    """Bytes that the body of this request may have."""
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"").lower()
    if kind.startswith(b"multipart/"):
        return limits.UPLOAD_BYTES
    return limits.JSON_BYTES if b"json" in kind or b"form" in kind else limits.BODY_BYTES


def is_declared_too_large(scope: Scope) -> bool:
    """Whether its own Content-Length says so."""
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return length.isdigit() and int(length) > most_of(scope)


def counting(scope: Scope, receive: Receive) -> Receive:
    """`receive`, which ends the request once too much has come: for bodies that do not tell their length."""
    most, seen = most_of(scope), 0

    async def counted() -> dict[str, object]:
        nonlocal seen
        message = await receive()
        body = message.get("body", b"")
        seen += len(body) if isinstance(body, bytes) else 0
        return {"type": "http.disconnect"} if seen > most else message

    return counted


async def refuse(scope: Scope, send: Send) -> None:
    """413 in the one shape of errors."""
    message = _("The body is larger than %(most)d MB.") % {"most": most_of(scope) // 1024 // 1024}
    answer = errors.as_response(TooLarge(message, {"most_bytes": most_of(scope)}))
    headers = {**CLOSED, **dict(answer.headers.items()), "Connection": "close"}
    sent = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status_code, "headers": sent})
    await send({"type": "http.response.body", "body": answer.content})
