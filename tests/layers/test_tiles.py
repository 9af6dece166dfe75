"""Vector tiles: what is in them, and what the server says when there is nothing, or no such tile."""

import gzip
import itertools

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.test import AsyncClient

from gis_core.asgi import application
from layers import tile_pool
from layers.surfaces import tiles
from tests.layers.pyramid import decoded, ground_of, mercator, tile_at
from tests.shapes import board, grid_code, place, village_of

pytestmark = pytest.mark.django_db(transaction=True)

MIDDLE = place(1.5, 1.5)


def address(keys, z, x, y):
    return f"/tiles/{keys}/{z}/{x}/{y}.mvt"


async def at_middle(keys="grids", z=14, **headers):
    return await AsyncClient().get(address(keys, *tile_at(*MIDDLE, z)), headers=headers)


def codes_in(response):
    layer = decoded(response.content)["grids"] if response.content else {"features": []}
    return [feature["properties"]["code"] for feature in layer["features"]]


def codes_expected(z, x, y):
    """Oracle: the grids that touch the tile with its buffer of 64 / 4096."""
    ground = ground_of(z, x, y, 64 / 4096)
    return [
        grid_code(n) for n, grid in enumerate(board(3, 3), 1) if mercator(grid).intersection(ground).area > 1
    ]


@pytest.mark.parametrize("z", [10, 13, 15])
async def test_a_tile_holds_exactly_its_grids(nine_grids, z):
    _, west, south = tile_at(*place(-0.5, -0.5), z)
    _, east, north = tile_at(*place(3.5, 3.5), z)
    for x, y in itertools.product(range(west, east + 1), range(north, south + 1)):
        response = await AsyncClient().get(address("grids", z, x, y))
        assert codes_in(response) == codes_expected(z, x, y), (z, x, y)
        assert response.status_code == (200 if response.content else 204)


async def test_a_tile_carries_what_the_map_needs_and_no_more(nine_grids):
    feature = decoded((await at_middle()).content)["grids"]["features"][4]
    assert feature["properties"].keys() == {"code", "name", "parent_code", "kind"}
    assert feature["id"] > 0


async def test_several_layers_come_in_one_tile(nine_grids, ground):
    layers = decoded((await at_middle("grids,villages,roads", 12)).content)
    assert set(layers) == {"grids", "villages", "roads"}


async def test_a_label_stands_in_one_tile_only(nine_grids):
    z = 15
    _, west, south = tile_at(*place(-0.5, -0.5), z)
    _, east, north = tile_at(*place(3.5, 3.5), z)
    found = []
    for x, y in itertools.product(range(west, east + 1), range(north, south + 1)):
        response = await AsyncClient().get(address("grids_labels", z, x, y))
        layers = decoded(response.content) if response.content else {}
        found += [f["properties"]["code"] for f in layers.get("grids_labels", {"features": []})["features"]]
    assert sorted(found) == nine_grids


async def test_lanes_are_left_out_of_small_scales(ground):
    classes = {}
    for z in (12, 14):
        features = decoded((await at_middle("roads", z)).content)["roads"]["features"]
        classes[z] = sorted(feature["properties"]["road_class"] for feature in features)
    assert classes == {12: ["arterial"], 14: ["arterial", "lane"]}


async def test_buildings_too_small_to_see_are_left_out(ground):
    assert (await at_middle("buildings", 10)).status_code == 204


async def test_an_empty_tile_is_204(nine_grids):
    for z, x, y in ((14, 1, 1), (3, *tile_at(*MIDDLE, 3)[1:])):
        response = await AsyncClient().get(address("grids", z, x, y))
        assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize(
    "tile", [(3, 8, 0), (3, 0, 8), (23, 0, 0), (3, -1, 0), (-1, 0, 0), (99, 0, 0), (0, 0, 10**11)]
)
async def test_a_tile_outside_the_pyramid_is_400(db, tile):
    response = await AsyncClient().get(address("grids", *tile))
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "tile_out_of_range"


@pytest.mark.parametrize("keys", ["nothing", "grids,nothing", "roads_labels", "grids,"])
async def test_an_unknown_layer_is_404_and_names_those_there_are(db, keys):
    response = await AsyncClient().get(address(keys, 3, 1, 1))
    assert response.status_code == 404
    assert "grids" in response.json()["error"]["details"]["allowed"]


async def test_an_unchanged_tile_is_304_and_a_changed_one_is_not(nine_grids, session):
    etag = (await at_middle()).headers["ETag"]
    assert (await at_middle(if_none_match=etag)).status_code == 304
    with session() as raw:
        raw.execute(
            "UPDATE gis_core_area SET name = '新名' WHERE code = %s AND valid_to IS NULL", [nine_grids[4]]
        )
    changed = await at_middle(if_none_match=etag)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag


async def test_caches_must_ask_again(nine_grids):
    assert (await at_middle()).headers["Cache-Control"] == "public, no-cache"


async def test_a_tile_is_compressed_for_those_who_take_it(nine_grids, monkeypatch):
    monkeypatch.setattr(tiles, "WORTH_GZIP", 100)
    keys = "grids,villages"
    plain, packed = await at_middle(keys, 13), await at_middle(keys, 13, accept_encoding="gzip, br")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed.headers["ETag"] == plain.headers["ETag"]


async def test_a_public_tile_is_there_for_who_has_signed_in_or_was_signed_in_once(nine_grids, admin_user):
    known, forgotten = AsyncClient(), AsyncClient()
    await known.aforce_login(admin_user)
    await forgotten.aforce_login(admin_user)
    await sync_to_async(Session.objects.filter(pk=forgotten.session.session_key).delete)()
    for client in (known, forgotten):
        assert (await client.get(address("grids", *tile_at(*MIDDLE, 14)))).status_code == 200


async def test_without_a_database_a_tile_is_503_and_may_be_asked_for_again(db, monkeypatch):
    monkeypatch.setattr(tile_pool, "_parameters", lambda: {"host": "127.0.0.1", "port": 1, "dbname": "none"})
    response = await at_middle()
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "unavailable"
    assert response.headers["Retry-After"] == "5"


async def ask_server(path, headers=()):
    """One request to the ASGI application, as the server sends it; returns status, headers, body."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": list(headers)}
    await application({**scope, "scheme": "http", "server": ("testserver", 80)}, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(m.get("body", b"") for m in sent[1:])


async def test_the_fast_path_and_django_give_the_same_answer(nine_grids):
    for keys, z in (("grids", 13), ("grids", 14), ("grids,grids_labels", 14), ("towns", 3)):
        status, headers, body = await ask_server(address(keys, *tile_at(*MIDDLE, z)))
        through_django = await at_middle(keys, z)
        assert (status, body) == (through_django.status_code, through_django.content)
        assert headers[b"etag"].decode() == through_django.headers["ETag"]


async def test_the_pool_opens_with_the_first_tile_and_closes_with_the_server(nine_grids):
    from gis_core import lifespan

    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    opened = []

    async def receive():
        message = next(messages)
        if message["type"] == "lifespan.shutdown":
            assert (await ask_server(address("grids", *tile_at(*MIDDLE, 14))))[0] == 200
            opened.extend(tile_pool._pools.values())
        return message

    async def send(message):
        pass

    await lifespan.run(receive, send)
    assert [pool.closed for pool in opened] == [True]
    assert not tile_pool._pools


@pytest.fixture
def four_hundred_grids(transactional_db):
    """Made outside the test's event loop: a thread of it would keep its session to the end of the run."""
    village_of(board(20, 20))


async def test_a_small_scale_tile_stays_small(four_hundred_grids):
    tile = tile_at(*place(10, 10), 10)
    response = await AsyncClient().get(address("grids", *tile))
    ground = ground_of(*tile, 64 / 4096)
    expected = sum(mercator(grid).intersection(ground).area > 1 for grid in board(20, 20))
    assert len(codes_in(response)) == expected > 200
    assert len(response.content) < expected * 120
    # Below its first zoom a tier is not served at all: the map shows the tier above.
    assert (await at_middle("grids", 9)).status_code == 204
