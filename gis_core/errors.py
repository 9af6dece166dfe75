"""Errors as every interface sends them: `{"error": {"code", "message", "details"}}`.

`WanggeError` is what our own code raises for bad input; here, and only here, any error becomes a response.
"""

import errno
import math
import sys
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from gis_core import limits

DISK_FULL = "53100"
"""SQLSTATE."""


class WanggeError(Exception):
    """Bad input or a refused action, in words for the user.

    `code` is a stable word for machines, `details` says where (row, code, coordinate, allowed values).
    """

    status = HTTPStatus.BAD_REQUEST
    code = "bad_request"
    headers: dict[str, str] = {}

    def __init__(self, message: str, details: dict[str, Any] | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details or {}
        self.code = code or self.code


class NotFound(WanggeError):
    status = HTTPStatus.NOT_FOUND
    code = "not_found"


class Conflict(WanggeError):
    status = HTTPStatus.CONFLICT
    code = "conflict"


class Refused(WanggeError):
    """The user may not do this, or not in this state."""

    status = HTTPStatus.FORBIDDEN
    code = "refused"


class TookTooLong(WanggeError):
    """The statement was ended: what was asked for is too much at once."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "took_too_long"
    headers = {"Retry-After": "60"}


class TooMuchMemory(WanggeError):
    """What was sent takes more memory than a process may have."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_much_memory"


class OutOfSight(Refused):
    """The row written would lie where its writer sees nothing: the database's policies refuse that."""

    code = "out_of_sight"


class Unavailable(WanggeError):
    """The database cannot be reached: nothing was written, and the sender should try again."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "unavailable"
    headers = {"Retry-After": "5"}


class NoRoom(WanggeError):
    """A disk is full, the database's or that of the files: nothing was written."""

    status = HTTPStatus.INSUFFICIENT_STORAGE
    code = "no_room"
    headers = {"Retry-After": "60"}


class TooManyRequests(WanggeError):
    """The rate of this kind of request is used up for `seconds`."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_requests"

    def __init__(self, seconds: int) -> None:
        words = _("Too many requests. Try again in %(seconds)d seconds.")
        super().__init__(words % {"seconds": seconds}, {"seconds": seconds})
        self.headers = {"Retry-After": str(seconds)}


def body(code: str, message: str, details: object | None = None) -> dict[str, Any]:
    """The one JSON shape of an error."""
    return {"error": {"code": code, "message": message, "details": details or {}}}


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's hook: every exception of a view in the one shape; None lets a bug surface as 500."""
    exc = _too_much(exc) or _of_the_machine(exc) or exc
    if isinstance(exc, exceptions.Throttled):
        exc = TooManyRequests(math.ceil(getattr(exc, "wait", None) or 1))  # its types leave `wait` out
    if isinstance(exc, ProgrammingError) and _is_out_of_sight(exc):
        exc = OutOfSight(_("This would put it where you may not see it, so nothing was changed."))
    if isinstance(exc, WanggeError):
        set_rollback()
        return Response(body(exc.code, exc.message, exc.details), status=exc.status, headers=exc.headers)
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    if not isinstance(exc, exceptions.APIException):
        return None
    set_rollback()
    headers = {"WWW-Authenticate": exc.auth_header} if hasattr(exc, "auth_header") else {}
    return Response(_of_framework(exc), status=exc.status_code, headers=headers)


def unavailable() -> Unavailable:
    """What is said while the database is away."""
    return Unavailable(_("The database cannot be reached. Nothing was written; send it again in a while."))


def when_away(exc: Exception) -> JsonResponse | None:
    """For middleware: the answer if the database is away or took too long, or a disk is full; else None."""
    known = took_too_long(exc) or _of_the_machine(exc)
    return as_response(known) if known is not None else None


def _of_the_machine(exc: BaseException | None) -> WanggeError | None:
    """What to say where neither the request nor the code is at fault; None for any other error."""
    if isinstance(exc, OSError) and exc.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoRoom(
            _("The disk is full. Nothing was written; tell the operators, and send it again later.")
        )
    if not isinstance(exc, OperationalError | InterfaceError):
        return None
    state = getattr(exc.__cause__, "sqlstate", None)
    if state == DISK_FULL:
        return NoRoom(
            _(
                "The disk of the database is full. Nothing was written; tell the operators, and send it again later."
            )
        )
    # The connection failed, was cut or could not be had in time, rather than a statement.
    return unavailable() if state is None or state[:2] in ("08", "57", "53") else None


def took_too_long(exc: BaseException | None) -> TookTooLong | None:
    """What to say of a statement that was ended, of Django's error or psycopg's; None for any other."""
    if not isinstance(exc, QueryCanceled) and not isinstance(getattr(exc, "__cause__", None), QueryCanceled):
        return None
    return TookTooLong(_("This took too long and was ended. Ask for a smaller area or fewer rows."))


def _too_much(exc: BaseException | None) -> WanggeError | None:
    """What asks for more than is done for one request, in words."""
    if (slow := took_too_long(exc)) is not None:
        return slow
    if isinstance(exc, RecursionError):
        return WanggeError(_("The body is nested too deep."), code="nested_too_deep")
    if isinstance(exc, MemoryError):
        return TooMuchMemory(_("This takes more memory than one request may have. Send less at once."))
    return None


def _is_out_of_sight(exc: Exception) -> bool:
    """Whether a policy refused the new row. A missing grant, which would be a bug, has the same SQLSTATE."""
    cause = exc.__cause__
    return getattr(cause, "sqlstate", None) == "42501" and "row-level security" in str(cause)


def _of_framework(exc: exceptions.APIException) -> dict[str, Any]:
    if isinstance(exc, exceptions.ValidationError):
        return body("invalid", _("The request is not valid."), exc.detail)
    return body(str(exc.default_code), str(exc.detail))


def as_response(exc: WanggeError) -> JsonResponse:
    """For views outside REST framework (tiles, pages)."""
    return JsonResponse(body(exc.code, exc.message, exc.details), status=exc.status, headers=exc.headers)


def not_a_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    """What Django refuses before any view: too many fields, a body cut off, a host that is none."""
    text = _("The request is not valid; allowed are %(fields)d fields and a body of %(most)d MB.")
    most = {"fields": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS, "most": limits.JSON_BYTES // 1024 // 1024}
    return JsonResponse(body("bad_request", text % most), status=400)


def page_not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    return JsonResponse(body("not_found", _("There is nothing at this address.")), status=404)


def server_error(request: HttpRequest) -> JsonResponse:
    """Whatever no view has dealt with; Django asks for it while it handles the error."""
    error = sys.exc_info()[1]
    known = _too_much(error) or _of_the_machine(error)
    if known is not None:
        return as_response(known)
    return JsonResponse(body("server_error", _("The server failed on this request.")), status=500)
