"""For whom the running code acts: what the database's row-level security goes by (docs/access.md).

A request acts for its user: by session, HTTP Basic or token, whoever finds that out, as soon as `request.user` says
so. A job acts for who asked for it, the system's own work for the system, each by name (`acting`, `as_system`). All
other code acts for nobody, and sees no protected row. The database backend writes it into every session that it
uses (gis_core/database/base.py); the tile path's pool does the same (layers/tile_pool.py).
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.core.exceptions import SynchronousOnlyOperation
from django.core.signals import request_finished
from django.http import HttpRequest

from gis_core import statement_time

P = ParamSpec("P")
T = TypeVar("T")

SYSTEM = "system"
"""The value that stands for the system's own work; it sees everything. No user has it: theirs are numbers."""


class Actor:
    """Somebody. `request` tells who where it is given, and may learn it only while it is answered.

    `kind`: of the request that it is done for, by which its statements end (gis_core/statement_time.py).
    """

    def __init__(
        self, user: str = "", request: HttpRequest | None = None, client: str = "", kind: str = ""
    ) -> None:
        self._user, self._request, self._client = user, request, client
        self.kind = kind
        self._asking = False

    @property
    def is_request(self) -> bool:
        return self._request is not None

    def become(self, user: Any) -> None:
        """It is known now, whatever the request says (an asynchronous view cannot be asked)."""
        self._user = value_of(user)

    def user(self) -> str:
        """The session's `wangge.user`: a user's number, 'system', or '' for nobody."""
        if self._user or self._request is None or self._asking:
            return self._user
        # Finding the user out takes queries, which act for nobody.
        self._asking = True
        try:
            return value_of(getattr(self._request, "user", None))
        except SynchronousOnlyOperation:  # an asynchronous view that has not asked needs nobody
            return ""
        finally:
            self._asking = False

    def client(self) -> str:
        """From where, for the audit."""
        return self._client if self._request is None else client_of(self._request)


NOBODY = Actor()
_current: ContextVar[Actor] = ContextVar("wangge_actor", default=NOBODY)


def value_of(user: Any) -> str:
    """A user as the session's `wangge.user`."""
    if user is None or not getattr(user, "is_authenticated", False) or not user.is_active:
        return ""
    return str(user.pk)


def client_of(request: HttpRequest) -> str:
    """The address that the request came from: the server's peer, or what our own proxies say (TRUSTED_PROXIES)."""
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    far = settings.TRUSTED_PROXIES
    address = hops[-far] if 0 < far <= len(hops) else request.META.get("REMOTE_ADDR")
    return str(address or "")[:64].replace("\0", "")


def session_values() -> tuple[str, str]:
    """What a session must be told now: `wangge.user` and `wangge.client`."""
    actor = _current.get()
    return actor.user(), actor.client()


def statement_kind() -> str:
    """The kind of the running request; '' outside of any."""
    return _current.get().kind


def writes() -> None:
    """Tell that the running request writes after all, so that its statements get the time of those that do."""
    actor = _current.get()
    if actor.is_request:
        actor.kind = "writes"


def in_request() -> bool:
    """Whether a request is answered; not so in jobs, commands, and a test's own code."""
    return _current.get().is_request


def current() -> Actor:
    return _current.get()


def begin(request: HttpRequest) -> None:
    """All that is done from here on, its stream included, is done for the request's user."""
    kind = statement_time.kind_of(request.method or "", request.path, request.META.get("QUERY_STRING", ""))
    _current.set(Actor(request=request, kind=kind))


def become(user: Any) -> None:
    """Tell who the user of the running request is, where only an asynchronous view has found out."""
    actor = _current.get()
    if actor.is_request:
        actor.become(user)


@contextmanager
def acting(user: Any) -> Iterator[None]:
    """Act for somebody for the length of the block: a user, or None for nobody."""
    before = _current.get()
    with _as(Actor(value_of(user), client=before.client(), kind=before.kind)):
        yield


@contextmanager
def system() -> Iterator[None]:
    """Act for the system, which sees everything: say beside it why that is right."""
    before = _current.get()
    with _as(Actor(SYSTEM, client=before.client(), kind=before.kind)):
        yield


def as_system(work: Callable[P, T]) -> Callable[P, T]:
    """Decorate the system's own regular work."""

    @functools.wraps(work)
    def done(*args: P.args, **kwargs: P.kwargs) -> T:
        with system():
            return work(*args, **kwargs)

    return done


@contextmanager
def of_kind(kind: str) -> Iterator[None]:
    """Nobody's work for a request of this kind that passes no middleware."""
    with _as(Actor(kind=kind)):
        yield


@contextmanager
def resumed(actor: Actor) -> Iterator[None]:
    """Go on for whom an answer was begun: for streams, which outlive the view."""
    with _as(actor):
        yield


@contextmanager
def _as(actor: Actor) -> Iterator[None]:
    before = _current.set(actor)
    try:
        yield
    finally:
        _current.reset(before)


def end(**_: object) -> None:
    """The answer has been sent: nobody from here on."""
    _current.set(NOBODY)


request_finished.connect(end, dispatch_uid="gis_core.scope")
