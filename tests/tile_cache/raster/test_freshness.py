"""Prove that a raster tile is never shown stale after a commit either, with two processes and a raw writer."""

import asyncio
import threading
from itertools import chain

import httpx
import pytest
import shapely

from tests.layers.pyramid import ground_of, mercator
from tests.shapes import square
from tests.tile_cache.conftest import tiles_around
from tests.tile_cache.test_freshness import CORNERS, move_vertex, with_vertex_at
from tile_cache.raster.configuration import BUFFER

pytestmark = pytest.mark.django_db

PIXELS = 256
COMMITS = 8


@pytest.fixture
def raster(site):
    """Ask for the tile (z, x, y) of the grids; each call over a connection of its own, so of either process."""

    def ask(tile: tuple[int, int, int]) -> httpx.Response:
        z, x, y = tile
        answer = httpx.get(f"{site.address}/raster/wmts/grids/webmercator/{z}/{x}/{y}.png", timeout=60)
        assert answer.status_code == 200, answer.text
        return answer

    return ask


def test_a_moved_vertex_changes_the_tiles_on_which_it_shows_and_no_other(raster, raw):
    tiles = tiles_around(range(15, 17), (1.2, 1.2), (2.8, 2.8))
    writer = raw()
    before = {tile: raster(tile).headers["etag"] for tile in tiles}
    move_vertex(writer, 2.1, 2.05)
    writer.commit()
    after = {tile: raster(tile).headers["etag"] for tile in tiles}
    old = [mercator(square(*corner)) for corner in CORNERS.values()]
    new = [mercator(shape) for shape in with_vertex_at(2.1, 2.05).values()]
    moved = shapely.union_all([a.symmetric_difference(b) for a, b in zip(old, new, strict=True)])
    changed = {tile for tile in tiles if before[tile] != after[tile]}
    assert {tile for tile in tiles if ground_of(*tile).intersects(moved.buffer(-1))} <= changed
    # Names and wide lines reach over the edge of a tile; farther than the buffer nothing may change.
    assert all(ground_of(*tile, 2 * BUFFER / PIXELS).intersects(moved) for tile in changed)
    move_vertex(writer, 2, 2)
    writer.commit()
    assert {tile: raster(tile).headers["etag"] for tile in tiles} == before


def test_a_rolled_back_edit_changes_nothing(raster, raw):
    tiles = tiles_around(range(15, 16), (1.5, 1.5), (2.5, 2.5))
    before = {tile: raster(tile).headers["etag"] for tile in tiles}
    writer = raw()
    move_vertex(writer, 2.1, 2.05)
    writer.rollback()
    assert {tile: raster(tile).headers["etag"] for tile in tiles} == before


def test_fifty_readers_of_two_processes_never_see_the_old_tile_after_a_commit(site, raster, raw):
    z, x, y = tile = tiles_around(range(15, 16), (1.9, 1.9), (2.1, 2.1))[0]
    address, writer = f"{site.address}/raster/wmts/grids/webmercator/{z}/{x}/{y}.png", raw()
    pictures = [raster(tile).content]
    state = {"committed": 0, "done": False}

    def write() -> None:
        for number in range(1, COMMITS + 1):
            move_vertex(writer, 2 + 0.02 * number, 2.05)
            writer.commit()
            state["committed"] = number
            pictures.append(raster(tile).content)
        state["done"] = True

    async def read(client: httpx.AsyncClient) -> list[tuple[int, bytes]]:
        seen = []
        while not state["done"]:
            floor = state["committed"]
            seen.append((floor, (await client.get(address)).content))
        return seen

    async def readers() -> list[tuple[int, bytes]]:
        limits = httpx.Limits(max_connections=50, max_keepalive_connections=0)
        async with httpx.AsyncClient(trust_env=False, timeout=60, limits=limits) as client:
            return list(chain(*await asyncio.gather(*[read(client) for _ in range(50)])))

    thread = threading.Thread(target=write)
    thread.start()
    seen = asyncio.run(readers())
    thread.join()
    assert len(set(pictures)) == COMMITS + 1
    assert len(seen) > 100
    assert all(pictures.index(picture) >= floor for floor, picture in seen)
    move_vertex(writer, 2, 2)
    writer.commit()
    assert raster(tile).content == pictures[0]
