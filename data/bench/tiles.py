"""Vector tiles over HTTP: drawn anew beside the bare SQL of the same tile, and kept, at full rate.

A server of its own, one process, with an empty cache; the client is a bare socket, so that it costs little.
"""

import asyncio
import random
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, perf_counter

import psycopg
from django.db import connection
from psycopg import sql

from data.bench.figure import Figure, summarise
from data.bench.serving import server
from layers import registry
from layers.surfaces import mvt, tilejson
from layers.surfaces.mvt import Part, Tile

WANTED = (("grids", 14), ("buildings", 15), ("roads", 13), ("buildings", 14), ("roads", 10))
TILES = 60
CONNECTIONS = 16
SECONDS = 4.0


def measure() -> list[Figure]:
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as state, server(WANGGE_STATE=state) as port, _session() as bare:
        for key, zoom in WANTED:
            tiles = _with_content(bare, key, zoom)
            if tiles:
                figures += _drawn(port, bare, key, tiles)
                figures.append(asyncio.run(_kept(port, key, tiles)))
    return figures


def _drawn(port: int, bare: psycopg.Connection, key: str, tiles: list[Tile]) -> list[Figure]:
    """Each tile by bare SQL and by the server that has never had it, in turn; after one tile to warm both up."""
    client = _Client(port)
    query = mvt.statement((Part(registry.find(key)),), tiles[0].z)
    assert query is not None
    plain: list[float] = []
    http: list[float] = []
    for number, tile in enumerate(tiles):
        # Both orders, so that neither always finds the pages warm.
        if number % 2:
            plain.append(_timed_sql(bare, query, tile))
        http.append(client.get(key, tile))
        if not number % 2:
            plain.append(_timed_sql(bare, query, tile))
    label = f"tile of {key}, z {tiles[0].z}"
    ratios = [b / a for a, b in zip(plain[2:], http[2:], strict=True)]
    return [
        summarise(f"{label}: bare SQL", plain[2:], ""),
        summarise(f"{label}: over HTTP, not kept", http[2:], ""),
        summarise(f"{label}: HTTP / SQL", ratios, "<= 1.2", "x", 1),
    ]


def _timed_sql(bare: psycopg.Connection, query: sql.Composed, tile: Tile) -> float:
    start = perf_counter()
    bare.execute(query, {"x": tile.x, "y": tile.y}, prepare=True, binary=True).fetchone()
    return perf_counter() - start


async def _kept(port: int, key: str, tiles: list[Tile]) -> Figure:
    """Tiles a second over several connections, all kept."""
    until = monotonic() + SECONDS

    async def ask() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        count = 0
        while monotonic() < until:
            tile = tiles[count % len(tiles)]
            writer.write(_request(key, tile))
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(_length(head))
            count += 1
        writer.close()
        return count

    done = sum(await asyncio.gather(*[ask() for _ in range(CONNECTIONS)]))
    label = f"tile of {key}, z {tiles[0].z}: kept, {CONNECTIONS} connections, one process"
    return summarise(label, [done / SECONDS], ">= 10 x tipg", "tiles/s", 1)


class _Client:
    """One connection, kept open."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._file = self._socket.makefile("rb")

    def get(self, key: str, tile: Tile) -> float:
        """Seconds until the whole tile is there."""
        start = perf_counter()
        self._socket.sendall(_request(key, tile))
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self._file.readline()
        self._file.read(_length(head))
        return perf_counter() - start


def _request(key: str, tile: Tile) -> bytes:
    return f"GET /tiles/{key}/{tile.z}/{tile.x}/{tile.y}.mvt HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0


def _with_content(bare: psycopg.Connection, key: str, zoom: int) -> list[Tile]:
    """Tiles of this zoom, chosen at random, that have something of the layer in them."""
    box = tilejson.bounds(registry.find(key))
    if box is None:
        return []
    low, high = mvt.tile_at(box[0], box[1], zoom), mvt.tile_at(box[2], box[3], zoom)
    every = [Tile(zoom, x, y) for x in range(low.x, high.x + 1) for y in range(high.y, low.y + 1)]
    random.Random(1).shuffle(every)
    query = mvt.statement((Part(registry.find(key)),), zoom)
    assert query is not None
    found = []
    for tile in every:
        row = bare.execute(query, {"x": tile.x, "y": tile.y}).fetchone()
        if row and row[0]:
            found.append(tile)
        if len(found) == TILES:
            break
    return found


@contextmanager
def _session() -> Iterator[psycopg.Connection]:
    wanted = connection.get_connection_params()
    keys = ("host", "port", "user", "password", "dbname", "options")
    with psycopg.connect(**{key: wanted[key] for key in keys if wanted.get(key)}, autocommit=True) as bare:
        yield bare
