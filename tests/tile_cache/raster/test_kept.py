"""Prove that a raster tile which MapProxy has found valid outlives its file until the request ends."""

import pytest
from mapproxy.cache.tile import Tile
from mapproxy.image import BlankImageResult

from tests import serving
from tests.tile_cache.conftest import tiles_around
from tests.tile_cache.test_freshness import move_vertex
from tests.waiting import wait_until
from tile_cache.raster import engine, kept

PIXELS = 256


@pytest.fixture
def served(database, django_db_blocker):
    """Django's connection leads to the database of the servers."""
    with django_db_blocker.unblock(), serving.connected_to(database):
        yield


def test_a_tile_found_valid_is_there_until_the_request_ends(served, raw, tmp_path):
    z, x, y = tiles_around(range(15, 16), (1.9, 1.9), (2.1, 2.1))[0]
    manager = engine.managers()["grids", "webmercator"]
    tiles = kept.KeptTiles(tmp_path, ("grids",), manager.grid, manager.image_opts)
    writer = raw()
    move_vertex(writer, 2.05, 2.05)
    writer.commit()

    def drawn_and_found() -> bool:
        kept.begin_request()
        tiles.store_tile(Tile((x, y, z), BlankImageResult((PIXELS, PIXELS), image_opts=manager.image_opts)))
        return tiles.is_cached(Tile((x, y, z)))

    # Nothing is trusted that was drawn while a transaction ran that is older than the layer: other tests of this
    # cluster may have one open.
    wait_until(drawn_and_found)
    # Somebody else throws it away before MapProxy's second step, as after a commit.
    tiles.remove_tile(Tile((x, y, z)))
    assert tiles.load_tile(Tile((x, y, z)))
    kept.begin_request()
    assert not tiles.load_tile(Tile((x, y, z)))
    move_vertex(writer, 2, 2)
    writer.commit()
