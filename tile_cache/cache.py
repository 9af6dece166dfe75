"""Tiles through the cache: what still holds is given out again, everything else is drawn anew and kept.

Layers that do not note their changes are drawn every time; so is everything where no ASGI server runs the event loop.
The key of a tile carries its SQL, and with it the declaration and the scope of whoever asks.
"""

import asyncio
import json
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from weakref import WeakKeyDictionary, WeakValueDictionary

from gis_core import lifespan
from layers import tile_pool
from layers.surfaces import mvt, tiles
from layers.surfaces.mvt import Part, Tile
from layers.surfaces.tiles import Content
from tile_cache import stores
from tile_cache.mirror import Box, Drawn, Mirror, Snapshot

MEMORY_BYTES = 64 * 2**20
"""What a server process keeps in its own memory."""
WRITE_AFTER = 0.005
"""Seconds after which a drawn tile goes to the store: its answer goes out first."""
OVERHEAD = 1000
"""Bytes that an entry takes beside its content."""


@dataclass
class Entry:
    """A kept tile, and where and when it was drawn."""

    drawn: Drawn
    content: Content


class Memory:
    """The entries used last, up to a number of bytes."""

    def __init__(self, limit: int = MEMORY_BYTES) -> None:
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._limit, self._size = limit, 0

    def get(self, key: str) -> Entry | None:
        found = self._entries.get(key)
        if found is not None:
            self._entries.move_to_end(key)
        return found

    def put(self, key: str, entry: Entry) -> None:
        old = self._entries.pop(key, None)
        self._size += _weight(entry) - (_weight(old) if old else 0)
        self._entries[key] = entry
        while self._size > self._limit:
            _key, last = self._entries.popitem(last=False)
            self._size -= _weight(last)


def _weight(entry: Entry) -> int:
    return entry.content.size() + OVERHEAD


class TileCache:
    """The cache of one event loop."""

    def __init__(self) -> None:
        self.mirror = Mirror()
        self._store = stores.configured()
        self._memory = Memory()
        self._writing: set[asyncio.Task[None]] = set()
        self._drawing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def content(self, parts: tuple[Part, ...], tile: Tile) -> Content:
        """The tile as of a moment after this call."""
        layers = tuple({part.layer.key for part in parts})
        if not self.mirror.knows(layers):
            await self.mirror.advance()
            if not self.mirror.knows(layers):
                return await tiles.draw(parts, tile)
        key = f"{self.mirror.life}/{digest(parts, tile.z)}/{tile.z}/{tile.x}/{tile.y}"
        found = self._memory.get(key)
        if found is not None and await self._holds(found):
            return found.content
        # One at a time for a tile: who waited takes what the first has drawn, if it still holds then.
        lock = self._drawing.setdefault(key, asyncio.Lock())
        async with lock:
            return await self._kept_or_drawn(key, parts, tile, layers)

    async def _kept_or_drawn(
        self, key: str, parts: tuple[Part, ...], tile: Tile, layers: tuple[str, ...]
    ) -> Content:
        found = self._memory.get(key)
        if found is None or not self.mirror.holds(found.drawn):
            found = await self._stored(key, layers, tile)
        if found is not None and await self._holds(found):
            self._memory.put(key, found)
            return found.content
        # What is drawn now was drawn after the request came; nothing has to be asked about it.
        drawn = await self._draw(parts, tile, layers)
        self._memory.put(key, drawn)
        self._write_later(key, drawn)
        return replace(drawn.content, kept=False)

    async def _holds(self, entry: Entry) -> bool:
        await self.mirror.advance()
        return self.mirror.holds(entry.drawn)

    def _write_later(self, key: str, entry: Entry) -> None:
        task = asyncio.create_task(self._write(key, entry))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _draw(self, parts: tuple[Part, ...], tile: Tile, layers: tuple[str, ...]) -> Entry:
        seen, plain = await tile_pool.read(
            lambda connection: mvt.fetch_with_snapshot(connection, parts, tile)
        )
        drawn = Drawn(layers, bounds(tile), Snapshot.parse(seen))
        return Entry(drawn, replace(Content.of(plain), kept=True))

    async def _stored(self, key: str, layers: tuple[str, ...], tile: Tile) -> Entry | None:
        value = await self._store.get(key)
        return None if value is None else unpacked(value, layers, bounds(tile))

    async def _write(self, key: str, entry: Entry) -> None:
        await asyncio.sleep(WRITE_AFTER)
        await self._store.put(key, packed(entry))

    async def written(self) -> None:
        """Wait until everything drawn so far is in the store."""
        await asyncio.gather(*self._writing)

    async def close(self) -> None:
        await self.written()
        await self.mirror.close()
        await self._store.close()


@lru_cache(maxsize=4096)
def digest(parts: tuple[Part, ...], zoom: int) -> str:
    """A name for what is drawn: the statement says it all."""
    statement = mvt.statement(parts, zoom)
    text = "" if statement is None else statement.as_string(None)
    return blake2b(text.encode(), digest_size=12).hexdigest()


def bounds(tile: Tile) -> Box:
    """The ground that a tile shows, with its buffer, EPSG:3857."""
    side = mvt.WORLD_METRES / 2**tile.z
    more = side * mvt.BUFFER / mvt.EXTENT
    west, north = tile.x * side - mvt.WORLD_METRES / 2, mvt.WORLD_METRES / 2 - tile.y * side
    return west - more, north - side - more, west + side + more, north + more


def packed(entry: Entry) -> bytes:
    """An entry as a store keeps it: one line about it, then the tile."""
    head = {"seen": entry.drawn.snapshot.text, "etag": entry.content.etag}
    return json.dumps(head).encode() + b"\n" + entry.content.plain


def unpacked(value: bytes, layers: tuple[str, ...], box: Box) -> Entry | None:
    """The entry again; None for what is damaged: the ETag is a hash of the tile."""
    line, _newline, plain = value.partition(b"\n")
    try:
        head = json.loads(line)
        seen, content = Snapshot.parse(head["seen"]), Content.of(plain)
        if content.etag != head["etag"]:
            return None
    except (ValueError, KeyError, TypeError):
        return None
    return Entry(Drawn(layers, box, seen), replace(content, kept=True))


_caches: "WeakKeyDictionary[asyncio.AbstractEventLoop, TileCache]" = WeakKeyDictionary()


async def content(parts: tuple[Part, ...], tile: Tile) -> Content:
    """What the tile surface asks for (layers.surfaces.tiles.use_cache)."""
    if not lifespan.is_running() or mvt.statement(parts, tile.z) is None:
        return await tiles.draw(parts, tile)
    loop = asyncio.get_running_loop()
    found = _caches.get(loop)
    if found is None:
        found = _caches[loop] = TileCache()
    return await found.content(parts, tile)


async def close() -> None:
    """Close the cache of the running loop, if there is one."""
    found = _caches.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()


lifespan.at_shutdown(close)
