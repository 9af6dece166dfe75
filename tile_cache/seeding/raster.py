"""Pictures drawn ahead, by the tile managers that MapProxy serves from."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mapproxy.srs import SRS

from tile_cache.raster import configuration, engine, kept
from tile_cache.seeding.wanted import Box, Wanted


@dataclass
class Series:
    """The tiles of one picture at one level of a grid."""

    name: str
    zoom: int
    manager: Any
    box: Box

    def _affected(self) -> Any:
        grid = self.manager.grid
        return grid.get_affected_level_tiles(SRS(4490).transform_bbox_to(grid.srs, self.box), self.zoom)

    def __len__(self) -> int:
        _box, (columns, rows), _tiles = self._affected()
        return int(columns * rows)

    def draw(self) -> Iterator[bool]:
        """For each tile, once it is kept: whether it had to be drawn."""
        _box, _size, coords = self._affected()
        for coord in coords:
            kept.begin_request()
            held = coord is None or self.manager.is_cached(coord)
            if not held:
                self.manager.load_tile_coord(coord)
            yield not held


def series(wanted: Wanted) -> list[Series]:
    """What is wanted, without levels at which nothing of a layer shows."""
    if not wanted.raster:
        return []
    managers, pictures = engine.managers(), configuration.pictures()
    found = []
    for name in wanted.raster:
        manager = managers[name, wanted.grid]
        first = max(wanted.zooms[0], min(layer.zooms[0] for layer in pictures[name]))
        last = min(wanted.zooms[1], manager.grid.levels - 1)
        found += [Series(name, zoom, manager, wanted.box) for zoom in range(first, last + 1)]
    return found
