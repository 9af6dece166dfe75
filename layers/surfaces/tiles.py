"""Vector tiles over HTTP: /tiles/{layer},{layer}/{z}/{x}/{y}.mvt, in two doors with one answer.

`fast_answer` stands before Django's middleware and serves what needs no user: existing tiles of public
layers. `tile_view` is Django's own, async as well; it serves every other case and says what is wrong.
"""

import asyncio
import re
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from psycopg import OperationalError
from psycopg.errors import QueryCanceled

from gis_core import errors, scope
from gis_core.errors import WanggeError
from gis_core.events import who
from gis_core.fast_path import Answer
from gis_core.lifespan import Scope
from layers import registry, tile_pool
from layers.registry import Layer
from layers.surfaces import mvt
from layers.surfaces.mvt import Part, Tile

PATH = re.compile(r"/tiles/([a-z0-9_,]{1,400})/(\d{1,2})/(\d{1,7})/(\d{1,7})\.mvt")
CONTENT_TYPE = "application/vnd.mapbox-vector-tile"
WORTH_GZIP = 1000
"""Bytes; below this the header of an IP packet weighs more than what gzip saves."""
WORTH_A_THREAD = 100_000
"""Bytes; gzip of more than this (over 2 ms) would hold up the other tiles of this event loop."""


async def fast_answer(scope: Scope) -> Answer | None:
    """The tile, if it exists and its layers are public; else None, also where there is no database."""
    match = PATH.fullmatch(scope["path"])
    if match is None:
        return None
    keys, z, x, y = match.groups()
    tile = Tile(int(z), int(x), int(y))
    parts = public_parts(keys)
    if parts is None or not tile.exists():
        return None
    wanted = {b"if-none-match", b"accept-encoding"}
    headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"] if name in wanted}
    try:
        return await answer(parts, tile, headers)
    except QueryCanceled as failure:  # Django would only ask the same once more
        with translation.override(who.language_of(scope)):
            return _ended(failure)
    except OperationalError:
        return None


def _ended(failure: QueryCanceled) -> Answer:
    response = _refused(failure)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, response.content)


def _refused(failure: OperationalError) -> HttpResponse:
    away = errors.Unavailable(_("The database cannot be reached; try again in a moment."))
    return errors.as_response(errors.took_too_long(failure) or away)


def part_of(name: str) -> Part | None:
    """The part of tiles with this name: 'grids', or 'grids_labels' where polygons have a label."""
    layer = registry.lookup(name)
    if layer is not None:
        return Part(layer)
    layer = registry.lookup(name.removesuffix(mvt.LABELS))
    return Part(layer, labels=True) if layer is not None and has_label_points(layer) else None


def has_label_points(layer: Layer) -> bool:
    return layer.label is not None and layer.geometry_type == "polygon"


def public_parts(names: str) -> tuple[Part, ...] | None:
    """The parts of a comma-separated list if all are known and public."""
    found = [part_of(name) for name in names.split(",")]
    public = tuple(part for part in found if part is not None and part.layer.permission is None)
    return public if len(public) == len(found) else None


async def tile_view(request: HttpRequest, keys: str, z: int, x: int, y: int) -> HttpResponse:
    """GET one tile. 200, 204 when empty, 304 when unchanged, 400 out of range, 404 for an unknown layer."""
    try:
        tile = Tile(z, x, y)
        tile.check()
        parts = await _parts_for(request, keys)
    except WanggeError as error:
        return errors.as_response(error)
    headers = {"if-none-match": request.headers.get("If-None-Match", "")}
    headers["accept-encoding"] = request.headers.get("Accept-Encoding", "")
    try:
        result = await answer(parts, tile, headers)
    except OperationalError as failure:
        return _refused(failure)
    return HttpResponse(result.body, status=result.status, headers=result.headers)


async def _parts_for(request: HttpRequest, names: str) -> tuple[Part, ...]:
    # Known from here on: whom the database acts for is asked where no query may be made for it.
    request.user = await request.auser()
    scope.become(request.user)
    parts = []
    for name in names.split(","):
        part = part_of(name)
        prefixes = await _prefixes(request, part.layer) if part else ()
        if part is None or prefixes == ():
            raise registry.unknown(name)
        parts.append(replace(part, prefixes=prefixes))
    return tuple(parts)


async def _prefixes(request: HttpRequest, layer: Layer) -> tuple[str, ...] | None:
    if layer.permission is None:
        return None
    return await sync_to_async(registry.row_prefixes)(request.user, layer)


@dataclass
class Content:
    """A tile's bytes and their ETag; whether a cache had them. Compressed when somebody first takes it so."""

    plain: bytes
    etag: str
    kept: bool = False
    _packed: bytes | None = None

    @classmethod
    def of(cls, plain: bytes) -> "Content":
        # Weak: the same tile goes out compressed and not.
        return cls(plain, f'W/"{blake2b(plain, digest_size=12).hexdigest()}"')

    async def packed(self) -> bytes:
        """The bytes in gzip."""
        if self._packed is None:
            large = len(self.plain) > WORTH_A_THREAD
            self._packed = await asyncio.to_thread(_gzip, self.plain) if large else _gzip(self.plain)
        return self._packed

    def size(self) -> int:
        """Bytes that it takes in memory, once it has been compressed."""
        return len(self.plain) * 3 // 2


Source = Callable[[tuple[Part, ...], Tile], Awaitable[Content]]


async def answer(parts: tuple[Part, ...], tile: Tile, headers: Mapping[str, str]) -> Answer:
    """The response for request headers with lower-case names."""
    content = await _source(parts, tile)
    # Whoever keeps a tile must ask before showing it again: `no-cache` says just that.
    public = all(part.layer.permission is None for part in parts)
    out = {"etag": content.etag, "cache-control": f"{'public' if public else 'private'}, no-cache"}
    out["x-cache"] = "HIT" if content.kept else "MISS"
    out["vary"] = "Accept-Encoding" if public else "Accept-Encoding, Authorization, Cookie"
    if content.etag.removeprefix("W/") in headers.get("if-none-match", ""):
        return Answer(304, out)
    if not content.plain:
        return Answer(204, out)
    out |= {"content-type": CONTENT_TYPE, "x-content-type-options": "nosniff"}
    body = content.plain
    if len(body) > WORTH_GZIP and "gzip" in headers.get("accept-encoding", ""):
        body = await content.packed()
        out["content-encoding"] = "gzip"
    out["content-length"] = str(len(body))
    return Answer(200, out, body)


async def draw(parts: tuple[Part, ...], tile: Tile) -> Content:
    """The tile, from the database."""
    if mvt.statement(parts, tile.z) is None:
        return Content.of(b"")
    return Content.of(await tile_pool.read(lambda connection: mvt.fetch(connection, parts, tile)))


_source: Source = draw


def use_cache(source: Source) -> None:
    """Have tiles come from `source` (the app above keeps them) instead of being drawn for every request."""
    global _source
    _source = source


def _gzip(content: bytes) -> bytes:
    # Level 1: half the time of level 6 for a tenth more bytes, measured on tiles of grids and buildings.
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(content) + packer.flush()
