"""One page of a GetFeature: read from where the one before ended (see `bookmarks`), not from an offset."""

import math
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest
from gisserver.exceptions import wrap_filter_errors
from gisserver.output.results import SimpleFeatureCollection

from layers.surfaces.wfs import bookmarks

NORMAL = DjangoJSONEncoder()


class Page(SimpleFeatureCollection):
    """The library's collection with another way to the rows, and one row more read to know whether they end.

    The renderer sets `queryset` to one that also renders geometry, so the query is made when it is read.
    """

    # Not the library's COUNT: with rows deleted meanwhile it would end the pages too early.
    _use_sentinel_record = True
    _result_cache: list[Any] | None

    def __init__(self, request: HttpRequest, **collection: Any) -> None:
        super().__init__(**collection)
        self.query = bookmarks.query_of(request)
        self.ordered_by = tuple(self.queryset.query.order_by)
        self.place = bookmarks.found(self.query, self.start, self.ordered_by)

    def _paginated_queryset(self, add_sentinel: bool = True) -> Any:
        rows, first = self.queryset, self.place.rest
        if self.place.after is not None:
            rows = rows.filter(bookmarks.behind(self.place.after, self.ordered_by))
        return rows[first : first + self.stop - self.start + 1]

    def fetch_results(self) -> None:
        """Read all at once, as GML needs, which tells the number first."""
        if self._result_cache is not None:
            return
        with wrap_filter_errors(self.source_query):
            rows = list(self._paginated_queryset())
        size = self.stop - self.start
        self._has_more = len(rows) > size
        self._result_cache = page = rows[:size]
        self._note(page[-1] if page else None, self._has_more)

    def iterator(self) -> Iterator[Any]:
        """Read as they are sent, as GeoJSON does."""
        if self._result_cache is not None:
            yield from self._result_cache
            return
        last = None
        for last in super().iterator():
            yield last
        self._note(last, bool(self._result_iterator.has_more))

    def _note(self, last: Any, has_more: bool) -> None:
        if last is None or not has_more:
            bookmarks.finish(self.place)
            return
        values = [_plain(getattr(last, order.removeprefix("-"))) for order in self.ordered_by]
        bookmarks.keep(self.query, self.place, self.stop, values)


def of(request: HttpRequest, collection: SimpleFeatureCollection) -> SimpleFeatureCollection:
    """The collection as a Page, where it is a page: not a count, nor everything at once."""
    orders = [str(order).removeprefix("-") for order in collection.queryset.query.order_by]
    if collection.stop == math.inf or not collection.stop or any("__" in order for order in orders):
        return collection
    return Page(
        request,
        source_query=collection.source_query,
        feature_types=collection.feature_types,
        queryset=collection.queryset,
        start=collection.start,
        stop=collection.stop,
    )


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    return value if isinstance(value, str | int | float | bool | None) else NORMAL.default(value)
