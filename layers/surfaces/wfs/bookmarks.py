"""Complete paging with STARTINDEX while others insert and delete.

The clients that matter (QGIS, GDAL) ask for rows 0-999, 1000-1999, ... and nothing ties these requests together; with
OFFSET, a deletion among the first thousand hides a row from whoever pages on. So the server notes, for each page it has
served, behind which row it ended, and the next page goes on behind that row. A row that exists throughout is then
told once, in one run of pages. The notes are in the database, for the next page may come to another process.

Runs are told apart by who asks (user, address, program) and for what. When one client runs one query twice at the same
time, its requests cannot be told apart: then the run that is farthest behind counts, so that nothing is lost; what was
deleted in between may make a row come twice, and clients know it by its id.
"""

import hashlib
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from layers.models import WfsBookmark

KEPT = timedelta(hours=1)
BUSY = timedelta(seconds=60)
"""A run in which a page was asked for more recently may still be going on."""
PLACE = re.compile(rb"\s(startIndex|count)\s*=\s*(\"[^\"]*\"|'[^']*')")


@dataclass(frozen=True)
class Place:
    """Where a page begins: `rest` rows behind the row `after` of a run; `after` None is the beginning."""

    run: uuid.UUID
    after: list[Any] | None
    rest: int


def query_of(request: HttpRequest) -> str:
    """A hash of who asks for what, whichever page of it."""
    user = request.user.pk if request.user.is_authenticated else request.session.session_key
    who = (user, request.META.get("REMOTE_ADDR"), request.headers.get("User-Agent"))
    asked = sorted(
        (key.lower(), value) for key, values in request.GET.lists() for value in values if not _is_place(key)
    )
    body = PLACE.sub(b"", request.body) if request.method == "POST" else b""
    return hashlib.sha256(repr((who, asked, body)).encode()).hexdigest()


def _is_place(key: str) -> bool:
    return key.lower() in ("startindex", "count", "maxfeatures")


def found(query: str, start_index: int, ordered_by: Sequence[str]) -> Place:
    """Where the page from `start_index` begins; a fresh run for a first page and for what follows none known."""
    fresh = Place(uuid.uuid4(), None, start_index)
    if start_index == 0:
        return fresh
    known = WfsBookmark.objects.filter(
        query=query, start_index__lte=start_index, at__gt=timezone.now() - KEPT
    ).order_by("-start_index", "-at")
    nearest = known.first()
    if nearest is None:
        return fresh
    busy = list(known.filter(start_index=nearest.start_index, at__gt=timezone.now() - BUSY))
    if tuple(ordered_by) == ("pk",) and busy:
        nearest = min(busy, key=lambda bookmark: bookmark.after[-1])
    return Place(nearest.run, nearest.after, start_index - nearest.start_index)


def keep(query: str, place: Place, start_index: int, after: list[Any]) -> None:
    """Note that in this run the row `after` is the last before `start_index`."""
    now = timezone.now()
    WfsBookmark.objects.filter(at__lt=now - KEPT).delete()
    WfsBookmark.objects.update_or_create(
        query=query, run=place.run, start_index=start_index, defaults={"after": after, "at": now}
    )


def finish(place: Place) -> None:
    """Forget a run whose last page was served."""
    if place.after is not None:
        WfsBookmark.objects.filter(run=place.run).delete()


def behind(after: list[Any], ordered_by: Sequence[str]) -> Q:
    """The rows that come behind one with these values; null sorts last going up and first going down."""
    condition = Q(pk__in=[])
    same = Q()
    for value, order in zip(after, ordered_by, strict=True):
        field, down = order.removeprefix("-"), order.startswith("-")
        condition |= same & _behind_one(field, value, down)
        same &= Q(**{f"{field}__isnull": True}) if value is None else Q(**{field: value})
    return condition


def _behind_one(field: str, value: Any, down: bool) -> Q:
    is_null = Q(**{f"{field}__isnull": True})
    if value is None:
        return ~is_null if down else Q(pk__in=[])
    return Q(**{f"{field}__lt": value}) if down else Q(**{f"{field}__gt": value}) | is_null
