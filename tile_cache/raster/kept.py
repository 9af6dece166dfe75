"""MapProxy's tile store, with the rule of the vector tiles: nothing is shown once a commit has changed what is on it.

A file holds one line about the tile (the snapshot under which it was drawn) and the picture. The snapshot is the one
that the request began with, taken before MapServer was asked: the picture shows at least what it saw.
"""

import json
import os
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from django.db import Error
from mapproxy.cache.base import TileCacheBase, tile_buffer
from mapproxy.cache.tile import Tile
from mapproxy.image import ImageResult
from mapproxy.srs import SRS
from psycopg import Error as DriverError

from tile_cache.mirror import Box, Drawn, Snapshot
from tile_cache.raster.configuration import BUFFER
from tile_cache.raster.following import Following

_request = threading.local()
following = Following()


def begin_request() -> None:
    """Know of everything committed so far; call before MapProxy answers. Raises psycopg.Error without a database."""
    _request.seen = following.advance()
    _request.found = {}


@dataclass(frozen=True)
class Head:
    """The first line of a file."""

    life: str
    seen: str

    def line(self) -> bytes:
        return json.dumps(vars(self)).encode() + b"\n"


class KeptTiles(TileCacheBase):
    """The tiles of one picture in one grid. `layers`: what it is made of; their changes make a tile invalid."""

    def __init__(self, root: Path, layers: tuple[str, ...], grid: Any, image_opts: Any) -> None:
        super().__init__()
        self.root, self.layers, self.grid, self.image_opts = root, layers, grid, image_opts
        self.lock_cache_id = f"{root.parent.name}-{root.name}"

    def is_cached(self, tile: Tile, dimensions: Any = None) -> bool:
        """Asked when a tile was not loaded, and again under the tile's lock, just before it would be drawn.

        A valid one is kept for this request: until MapProxy asks for it in a second step, with another tile object,
        it may no longer be valid, and an empty picture would be shown. Whoever has waited for the lock may have begun
        before the last commit; drawn under that old snapshot the tile would be invalid at once for all who wait, and
        each would draw it again.
        """
        if self.load_tile(tile):
            return True
        with suppress(Error, DriverError):  # the older snapshot is the safe one
            begin_request()
        return self.load_tile(tile)

    def load_tile(self, tile: Tile, with_metadata: bool = False, dimensions: Any = None) -> bool:
        if not tile.is_missing():
            return True
        path = self._path(tile)
        found = self._valid(tile) or _request.found.get(path)
        if found is None:
            return False
        _request.found[path] = found
        content, tile.timestamp = found
        tile.image_result, tile.size = ImageResult(BytesIO(content), image_opts=self.image_opts), len(content)
        return True

    def store_tile(self, tile: Tile, dimensions: Any = None) -> bool:
        """Whole or not at all; a full disk is no reason to refuse a picture."""
        if tile.stored:
            return True
        with tile_buffer(tile) as buffer:
            content = buffer.read()
        path, head = self._path(tile), Head(*_request.seen)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(head.line() + content)
            Path(name).replace(path)
        except OSError:
            return False
        return True

    def remove_tile(self, tile: Tile, dimensions: Any = None) -> None:
        if tile.coord is not None:
            self._path(tile).unlink(missing_ok=True)

    def load_tile_metadata(self, tile: Tile, dimensions: Any = None) -> None:
        try:
            stat = self._path(tile).stat()
            tile.timestamp, tile.size = stat.st_mtime, stat.st_size
        except OSError:
            tile.timestamp = tile.size = 0

    def _path(self, tile: Tile) -> Path:
        x, y, z = tile.coord
        return self.root / str(z) / str(x) / f"{y}.tile"

    def _valid(self, tile: Tile) -> tuple[bytes, float] | None:
        """The picture and when it was drawn, if no change on its layers has touched it since."""
        if tile.coord is None:
            return None
        try:
            with self._path(tile).open("rb") as file:
                line, _newline, content = file.read().partition(b"\n")
                made = os.fstat(file.fileno()).st_mtime
            head = Head(**json.loads(line))
            drawn = Drawn(self.layers, self.box(tile.coord), Snapshot.parse(head.seen))
        except (OSError, ValueError, TypeError):
            return None
        return (content, made) if head.life == following.life and following.holds(drawn) else None

    def box(self, coord: tuple[int, int, int]) -> Box:
        """The ground that shows on a tile: its own, and as much around as text and wide lines reach; EPSG:3857."""
        west, south, east, north = self.grid.tile_bbox(coord)
        width, height = self.grid.tile_size
        dx, dy = (east - west) * BUFFER / width, (north - south) * BUFFER / height
        wide = (west - dx, south - dy, east + dx, north + dy)
        if self.grid.srs.srs_code == "EPSG:3857":
            return wide
        inside = (max(wide[0], -180), max(wide[1], -85), min(wide[2], 180), min(wide[3], 85))
        box = self.grid.srs.transform_bbox_to(SRS(3857), inside)
        return (box[0], box[1], box[2], box[3])
