"""The situation of grids and villages as a superuser, who sees every layer and thus pays for all of them.

Through the whole request (Django's test client within this process), each area once after one asked for before: its
neighbourhood's streets are mostly known then, as on a wall that is in use.
"""

from functools import partial

from django.contrib.auth import get_user_model
from django.db import transaction
from rest_framework.test import APIClient

from data.bench.figure import Figure, summarise, timed
from gis_core import selectors

AREAS = 60
TARGETS = {"grid": "100 ms", "village": ""}


def measure() -> list[Figure]:
    """One figure for each tier. Leaves nothing behind."""
    with transaction.atomic():
        user = get_user_model().objects.create_superuser("situation-bench")
        client = APIClient()
        client.force_authenticate(user)
        figures = [_of_tier(client, tier, target) for tier, target in TARGETS.items()]
        transaction.set_rollback(True)
    return figures


def _of_tier(client: APIClient, tier: str, target: str) -> Figure:
    codes = list(selectors.areas().filter(tier=tier).order_by("code").values_list("code", flat=True))
    chosen = codes[:: max(1, len(codes) // AREAS)][:AREAS]
    _ask(client, chosen[0])
    timings = [timed(partial(_ask, client, code)) for code in chosen]
    return summarise(f"situation of a {tier}", timings, target)


def _ask(client: APIClient, code: str) -> None:
    answer = client.get(f"/api/v1/areas/{code}/situation/", headers={"host": "localhost"})
    if answer.status_code != 200:
        raise RuntimeError(answer.content[:300])
