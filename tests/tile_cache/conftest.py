"""Two server processes over a small city, and an oracle that cuts tiles with bare SQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg
import pytest
import shapely

from gis_core import sqlfiles
from layers import registry
from layers.surfaces import mvt
from layers.surfaces.mvt import Part
from tests import serving
from tests.layers.conftest import ground, nine_grids
from tests.layers.pyramid import tile_at
from tests.shapes import board, place, village_of

__all__ = ["ground", "nine_grids"]

SIDE = 4


@pytest.fixture(scope="package")
def database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A copy of the test database with a board of 4 x 4 grids under one village, and two roads."""
    with django_db_blocker.unblock(), serving.copied_database("tiles") as url:
        with serving.connected_to(url):
            sqlfiles.install()  # tests that truncate every table may have come before
            village_of(board(SIDE, SIDE))
        yield url


@pytest.fixture(scope="package")
def site(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[serving.Server]:
    state = tmp_path_factory.mktemp("state")
    with serving.server(database, workers=2, WANGGE_STATE=str(state), WANGGE_SECRET_KEY="tests") as running:
        yield running


@pytest.fixture
def raw(database: str) -> Iterator[Callable[[], psycopg.Connection]]:
    """Sessions on the served database, as psql would open them."""
    with serving.sessions(database) as connect:
        yield connect


@pytest.fixture(scope="package")
def get(site: serving.Server) -> Iterator[Callable[..., httpx.Response]]:
    """Fetch a tile, each time over a connection of its own, so that both processes are asked."""
    with fetching(site) as fetch:
        yield fetch


@contextmanager
def fetching(site: serving.Server) -> Iterator[Callable[..., httpx.Response]]:
    limits = httpx.Limits(max_keepalive_connections=0)
    with httpx.Client(trust_env=False, timeout=60, limits=limits) as client:

        def fetch(tile: tuple[int, int, int], keys: str = "grids", **headers: str) -> httpx.Response:
            z, x, y = tile
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            return client.get(f"{site.address}/tiles/{keys}/{z}/{x}/{y}.mvt", headers=sent)

        yield fetch


def truth(raw: psycopg.Connection, tile: tuple[int, int, int], key: str = "grids") -> bytes:
    """Oracle: the tile as bare SQL cuts it now."""
    query = mvt.statement((Part(registry.find(key)),), tile[0])
    row = raw.execute(query, {"x": tile[1], "y": tile[2]}).fetchone()
    raw.rollback()
    return bytes(row[0])


def tiles_around(
    zooms: range, low: tuple[float, float], high: tuple[float, float]
) -> list[tuple[int, int, int]]:
    """Every tile between two points of the board, a little beyond too."""
    found = []
    for z in zooms:
        _, west, south = tile_at(*place(*low), z)
        _, east, north = tile_at(*place(*high), z)
        found += [(z, x, y) for x in range(west, east + 1) for y in range(north, south + 1)]
    return found


def set_geom(raw: psycopg.Connection, code: str, shape: shapely.Geometry) -> None:
    raw.execute(
        "UPDATE gis_core_area SET geom = ST_GeomFromWKB(%s, 4490) WHERE code = %s AND valid_to IS NULL",
        [shapely.to_wkb(shape), code],
    )
