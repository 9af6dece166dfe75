"""The situation of grids, villages and places as a superuser, who sees every layer and thus pays for all of them.

Through the whole request (Django's test client within this process), each area once after one asked for before: its
neighbourhood's streets are mostly known then, as on a wall that is in use.
"""

from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from rest_framework.test import APIClient

from data.bench.figure import Figure, summarise, timed
from gis_core import selectors

AREAS = 60
PLACES = 30
TARGETS = {"grid": "100 ms", "village": ""}


def measure() -> list[Figure]:
    """One figure for each tier. Leaves nothing behind."""
    with transaction.atomic():
        user = get_user_model().objects.create_superuser("situation-bench")
        client = APIClient()
        client.force_authenticate(user)
        figures = [_of_tier(client, tier, target) for tier, target in TARGETS.items()]
        figures += [_of_places(client), _by_street(client)]
        transaction.set_rollback(True)
    return figures


def _of_tier(client: APIClient, tier: str, target: str) -> Figure:
    codes = list(selectors.areas().filter(tier=tier).order_by("code").values_list("code", flat=True))
    chosen = codes[:: max(1, len(codes) // AREAS)][:AREAS]
    _ask(client, f"areas/{chosen[0]}/situation/")
    timings = [timed(partial(_ask, client, f"areas/{code}/situation/")) for code in chosen]
    return summarise(f"situation of a {tier}", timings, target)


def _of_places(client: APIClient) -> Figure:
    """Each place the second time: the first reads the streets around it, which are then known for a while."""
    grids = selectors.areas().filter(tier="grid").order_by("code")
    spots = [selectors.inner_point(grid) for grid in grids[:PLACES]]
    paths = [f"situation/?lon={spot.x}&lat={spot.y}" for spot in spots]
    for path in paths:
        _ask(client, path)
    return summarise("situation of a place, by street", [timed(partial(_ask, client, p)) for p in paths], "")


def _by_street(client: APIClient) -> Figure:
    """Of the help told around places all over the district, cameras apart: how much by way along the streets."""
    grids = list(selectors.areas().filter(tier="grid").order_by("code"))
    spots = [selectors.inner_point(grid) for grid in grids[:: max(1, len(grids) // AREAS)]]
    told = [one for spot in spots for one in _ask(client, f"situation/?lon={spot.x}&lat={spot.y}")["help"]]
    ways = [one["along"] == "street" for one in told if one["kind"] != "camera"]
    share = 100 * sum(ways) / len(ways)
    return Figure("help around a place told by street", share, share, "%", len(ways), "")


def _ask(client: APIClient, path: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{path}", headers={"host": "localhost"})
    if answer.status_code != 200:
        raise RuntimeError(answer.content[:300])
    return dict(answer.json())
