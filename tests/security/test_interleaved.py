"""Prove that no request ever sees another user's rows: thousands of them, interleaved, over two database sessions.

A real server, as its own role, with pools far smaller than the number of open requests; streams among them, some of
which are broken off by the client halfway.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.db import connection

from gis_core import sqlfiles
from tests import serving
from tests.layers.pyramid import decoded, tile_at
from tests.security.conftest import EAST, WEST, fill, person, run
from tests.shapes import place
from tests.tokens import token_of

pytestmark = pytest.mark.django_db  # so that there is a test database to copy, also for this file alone

MANY, FEW = 10_000, 300
AT_ONCE = 24
ROWS = 400
"""Cameras in each village: enough for an answer to be sent in pieces."""
PLACE = {WEST: (0.5, 0.5), EAST: (2.5, 0.5)}
USERS = {
    "west": ("dispatcher", WEST),
    "east": ("dispatcher", EAST),
    "all": ("dispatcher", ""),
    "none": ("drawer", ""),
}


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """A copy of the test database with cameras and incidents in two villages, and a token of each user."""
    with (
        django_db_blocker.unblock(),
        serving.copied_database("interleaved") as url,
        serving.connected_to(url),
    ):
        sqlfiles.install()
        yield url, _filled()


def _filled() -> dict[str, str]:
    fill()
    run("DELETE FROM layers_camera")
    for village, (x, y) in PLACE.items():
        lon, lat = place(x, y)
        run(
            "INSERT INTO layers_camera (name, geom) SELECT %s || ' ' || n,"
            " ST_SetSRID(ST_MakePoint(%s + n * 1e-6, %s), 4490) FROM generate_series(1, %s) n",
            village, lon, lat, ROWS,
        )  # fmt: skip
    keys = {who: token_of(person(who, *held)) for who, held in USERS.items()}
    connection.close()
    return keys


def expected(who: str) -> set[str]:
    """The villages whose rows the user may see."""
    role, prefix = USERS[who]
    return {v for v in PLACE if v.startswith(prefix)} if role == "dispatcher" else set()


def villages(names: Any) -> set[str]:
    return {str(name).split(" ")[0] for name in names}


async def cameras(client: httpx.AsyncClient) -> set[str]:
    answer = await client.get("/api/v1/layers/cameras/?limit=1000")
    if answer.status_code == 404:
        return set()
    found = [feature["properties"]["name"] for feature in answer.json()["features"]]
    assert len(found) % ROWS == 0
    return villages(found)


async def export(client: httpx.AsyncClient) -> set[str]:
    answer = await client.get("/api/v1/layers/cameras/export/?format=geojson")
    if answer.status_code == 404:
        return set()
    found = [feature["properties"]["name"] for feature in json.loads(answer.content)["features"]]
    assert len(found) % ROWS == 0
    return villages(found)


async def wfs(client: httpx.AsyncClient) -> set[str]:
    address = (
        "/ogc/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES=app:cameras&OUTPUTFORMAT=geojson"
    )
    answer = await client.get(address)
    if answer.status_code != 200:
        return set()
    found = [feature["properties"]["name"] for feature in answer.json()["features"]]
    assert len(found) % ROWS == 0
    return villages(found)


async def broken_off(client: httpx.AsyncClient) -> set[str]:
    """Leave in the middle of a stream; its session goes back to the pool."""
    async with client.stream("GET", "/api/v1/layers/cameras/export/?format=geojson") as answer:
        async for chunk in answer.aiter_bytes(500):
            return {v for v in PLACE if f'"{v} '.encode() in chunk}
    return set()


async def incidents(client: httpx.AsyncClient) -> set[str]:
    answer = await client.get("/api/v1/incidents/")
    codes = [feature["properties"]["grid_code"] or "" for feature in answer.json()["features"]]
    return {code[: len(WEST)] for code in codes if code}


async def tile(client: httpx.AsyncClient) -> set[str]:
    """Both villages' tiles; names are on them at the last zoom."""
    seen: set[str] = set()
    for x, y in PLACE.values():
        answer = await client.get("/tiles/cameras/{}/{}/{}.mvt".format(*tile_at(*place(x, y), 16)))
        if answer.status_code == 200:
            seen |= villages(f["properties"]["name"] for f in decoded(answer.content)["cameras"]["features"])
    return seen


async def areas(client: httpx.AsyncClient) -> set[str]:
    """A public answer between the others; what it is sent with has no part in it."""
    assert (await client.get("/api/v1/areas/?tier=village&geometry=none")).status_code == 200
    return set()


WHOLE = (cameras, export, wfs, incidents, tile)
ASKED = (*WHOLE, broken_off, areas)


async def _run(address: str, keys: dict[str, str], count: int, seed: int = 1) -> Counter[str]:
    """Send `count` requests of random users to random surfaces; how many of each were looked at."""
    chance, looked, left = random.Random(seed), Counter[str](), iter(range(count))
    clients = {
        who: httpx.AsyncClient(base_url=address, headers={"Authorization": f"Token {key}"}, timeout=120)
        for who, key in keys.items()
    }
    clients["nobody"] = httpx.AsyncClient(base_url=address, timeout=120)

    async def one_after_another() -> None:
        for _number in left:
            who, ask = chance.choice(list(clients)), chance.choice(ASKED)
            if who == "nobody" and ask is incidents:
                continue
            seen, wanted = await ask(clients[who]), expected(who) if who in USERS else set()
            assert seen <= wanted, (who, ask.__name__, seen)
            if ask in WHOLE and not (who == "none" and ask is incidents):
                assert seen == wanted, (who, ask.__name__, seen)
            looked[f"{who} {ask.__name__}"] += 1

    try:
        await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
    finally:
        for client in clients.values():
            await client.aclose()
    return looked


def _served(database: tuple[str, dict[str, str]], state: Any, count: int) -> Counter[str]:
    url, keys = database
    with serving.server(url, WANGGE_STATE=str(state), WANGGE_DB_POOL_SIZE="2") as site:
        return asyncio.run(_run(site.address, keys, count))


def test_interleaved_requests_see_no_foreign_row(database, tmp_path):
    looked = _served(database, tmp_path, FEW)
    assert looked.total() >= FEW * 0.9
    assert len(looked) >= 30  # users x surfaces


@pytest.mark.long
def test_ten_thousand_interleaved_requests_see_no_foreign_row(database, tmp_path):
    looked = _served(database, tmp_path, MANY)
    assert looked.total() >= MANY * 0.9
