"""What every request passes first."""

from collections.abc import Callable

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import sync_and_async_middleware
from django.utils.translation import gettext as _

from gis_core import errors


def _refusal(request: HttpRequest) -> JsonResponse | None:
    """PostgreSQL text cannot hold NUL, and no honest client sends one in an address."""
    if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return JsonResponse(
            errors.body("invalid_address", _("An address cannot contain a NUL character.")), status=400
        )
    return None


@sync_and_async_middleware
def refuse_nul(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """400 for a NUL in path or query, before any view or query sees it."""
    if iscoroutinefunction(get_response):

        async def middleware(request: HttpRequest) -> HttpResponse:
            return _refusal(request) or await get_response(request)

    else:

        def middleware(request: HttpRequest) -> HttpResponse:
            return _refusal(request) or get_response(request)

    return middleware
