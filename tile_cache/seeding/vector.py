"""Vector tiles drawn ahead, through the very cache that the server reads (tile_cache.cache)."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from layers import registry, tile_pool
from layers.surfaces.maplibre import source_names
from layers.surfaces.mvt import Part, Tile, tile_at
from layers.surfaces.tiles import public_parts
from tile_cache.cache import TileCache
from tile_cache.seeding.wanted import Box, Wanted

CONNECTIONS = 2
"""At once: seeding should not slow down those who look at the map."""
BATCH = 16


@dataclass
class Series:
    """The tiles of one source of the map's style at one zoom, row by row from the north west."""

    parts: tuple[Part, ...]
    zoom: int
    box: Box
    drawer: "Drawer"

    @property
    def name(self) -> str:
        return self.parts[0].layer.key

    def _corners(self) -> tuple[Tile, Tile]:
        west, south, east, north = self.box
        return tile_at(west, north, self.zoom), tile_at(east, south, self.zoom)

    def __len__(self) -> int:
        first, last = self._corners()
        return (last.x - first.x + 1) * (last.y - first.y + 1)

    def draw(self) -> Iterator[bool]:
        """For each tile, once it is kept: whether it had to be drawn."""
        first, last = self._corners()
        tiles = (
            Tile(self.zoom, x, y) for y in range(first.y, last.y + 1) for x in range(first.x, last.x + 1)
        )
        while batch := list(islice(tiles, BATCH)):
            yield from self.drawer.draw(self.parts, batch)


class Drawer:
    """A cache of its own in an event loop of its own, for a thread that has none."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._cache = TileCache()

    def draw(self, parts: tuple[Part, ...], tiles: list[Tile]) -> list[bool]:
        return self._runner.run(self._draw(parts, tiles))

    async def _draw(self, parts: tuple[Part, ...], tiles: list[Tile]) -> list[bool]:
        contents = await asyncio.gather(*(self._cache.content(parts, tile) for tile in tiles))
        await self._cache.written()
        return [not content.kept for content in contents]

    async def close(self) -> None:
        await self._cache.close()
        await tile_pool.close()


@contextmanager
def drawer() -> Iterator[Drawer]:
    with asyncio.Runner() as runner:
        runner.run(tile_pool.open_here(CONNECTIONS))
        made = Drawer(runner)
        try:
            yield made
        finally:
            runner.run(made.close())


def series(wanted: Wanted, drawer: Drawer) -> list[Series]:
    """What is wanted, without zooms at which a layer has no tiles or magnifies those of its last zoom."""
    found = []
    for key in wanted.vector:
        layer = registry.find(key)
        parts = public_parts(",".join(source_names(layer)))
        first, last = max(wanted.zooms[0], layer.tile_zooms[0]), min(wanted.zooms[1], layer.tile_zooms[1])
        if parts is not None:
            found += [Series(parts, zoom, wanted.box, drawer) for zoom in range(first, last + 1)]
    return found
