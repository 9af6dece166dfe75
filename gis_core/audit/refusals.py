"""Every refusal is a line of the audit: what a middleware sees of the answers 401 and 403.

A 401 that only asks a program to sign in is no refusal; it is one where something was sent to sign in with. One
address is noted so many times a minute: who fills the disk with refusals must not get what they want.
"""

import logging
from time import monotonic
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponseBase

from gis_core import scope
from gis_core.audit.recording import record
from gis_core.chains import Middleware

log = logging.getLogger(__name__)

_minutes: dict[str, tuple[int, int]] = {}
"""Address -> the minute, and how many were noted in it."""


class Refusals(Middleware):
    """See the module."""

    def now(self, request: HttpRequest) -> Any:
        response = self.get_response(request)
        if _is_refusal(request, response):
            _note(request, response)
        return response

    async def later(self, request: HttpRequest) -> Any:
        response = await self.get_response(request)
        if _is_refusal(request, response):
            await sync_to_async(_note)(request, response)
        return response


def _is_refusal(request: HttpRequest, response: HttpResponseBase) -> bool:
    if response.status_code == 403:
        return True
    return response.status_code == 401 and (
        "Authorization" in request.headers or scope.current().user() != ""
    )


def _note(request: HttpRequest, response: HttpResponseBase) -> None:
    if not _has_room(scope.client_of(request)):
        return
    try:
        record("refused", request.path, request.method or "", status=response.status_code)
    except Error:
        log.exception("a refusal could not be noted: %s %s", request.method, request.path)


def _has_room(client: str) -> bool:
    """Whether this address may fill one more line in this minute."""
    minute = int(monotonic() // 60)
    if len(_minutes) > 10_000:
        _minutes.clear()
    began, count = _minutes.get(client, (minute, 0))
    count = count + 1 if began == minute else 1
    _minutes[client] = (minute, count)
    return count <= settings.AUDIT_REFUSALS
