"""What every middleware of ours is made of: a class that serves sync and async chains alike."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest


class Middleware:
    """Calls `now` in a sync chain and `later` in an async one; a subclass says what they do around `get_response`."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        return self.later(request) if iscoroutinefunction(self) else self.now(request)

    def now(self, request: HttpRequest) -> Any:
        raise NotImplementedError

    async def later(self, request: HttpRequest) -> Any:
        raise NotImplementedError
