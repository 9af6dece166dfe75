"""Every address of the URL conf, with a value for each part of its path: for the check of headers, and for tests."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver

VALUES = {
    "plan_id": "1", "comment_id": "1", "job_id": "1", "number": "4102020010012026112800001", "photo_id": "1",
    "code": "410202001001", "key": "grids", "keys": "grids", "row_id": "1", "z": "12", "x": "3349", "y": "1627",
    "kind": "json",    "defect_id": "1", "action": "accept", "token": "1", "path": "service",
}  # fmt: skip


def every() -> list[str]:
    """Without those of the admin but its first: they are Django's own."""
    routes = {route for route in _routes(get_resolver().url_patterns, "") if not route.startswith("admin/")}
    return sorted({"/admin/", "/admin/login/", *map(_filled, routes)})


def _routes(patterns: list[Any], before: str) -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def _filled(route: str) -> str:
    address = simplify_regex(route)
    for part in [piece.split(">")[0] for piece in address.split("<")[1:]]:
        address = address.replace(f"<{part}>", VALUES[part.rpartition(":")[2]])
    return address
