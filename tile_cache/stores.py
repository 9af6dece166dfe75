"""Where tiles are kept, by the setting TILE_CACHE: in files, in Redis, or in the server process only.

A store may lose anything at any time, and may give what has long changed: whether an entry still holds is decided
elsewhere (`mirror`).
"""

import itertools
import os
from pathlib import Path
from time import monotonic
from typing import Protocol

from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

KEPT_SECONDS = 30 * 86400
TIMEOUT = 0.5
"""Seconds that Redis gets for an answer."""
AWAY_SECONDS = 5.0
"""How long Redis is left alone after it has failed, so that not every tile waits for it."""


class Store(Protocol):
    """Bytes under a key such as 'life/digest/z/x/y'."""

    async def get(self, key: str) -> bytes | None: ...
    async def put(self, key: str, value: bytes) -> None: ...
    async def close(self) -> None: ...


class Nowhere:
    """Keeps nothing; the server process still has its own memory."""

    async def get(self, key: str) -> bytes | None:
        return None

    async def put(self, key: str, value: bytes) -> None:
        return None

    async def close(self) -> None:
        return None


class Files:
    """One file a tile. Reading one takes about as long as handing it to a thread, so no thread is used."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._numbers = itertools.count()

    async def get(self, key: str) -> bytes | None:
        try:
            return (self._root / key).read_bytes()
        except OSError:
            return None

    async def put(self, key: str, value: bytes) -> None:
        """Whole or not at all; a full disk is no reason to refuse a tile."""
        path = self._root / key
        half = path.with_name(f"{path.name}.{os.getpid()}-{next(self._numbers)}")
        try:
            self._write(half, value)
            half.replace(path)
        except OSError:
            half.unlink(missing_ok=True)

    def _write(self, path: Path, value: bytes) -> None:
        try:
            path.write_bytes(value)
        except FileNotFoundError:  # the first of its folder
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(value)

    async def close(self) -> None:
        return None


class InRedis:
    """In Redis, for 30 days. Without Redis nothing is kept and every tile is drawn; it is asked again after a while."""

    def __init__(self, url: str) -> None:
        # No retries: a tile is drawn in less time.
        self._redis = Redis.from_url(
            url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, retry=Retry(NoBackoff(), 0)
        )
        self._away_until = 0.0

    async def get(self, key: str) -> bytes | None:
        if monotonic() < self._away_until:
            return None
        try:
            found = await self._redis.get(f"wangge:tile:{key}")
        except RedisError:
            self._away_until = monotonic() + AWAY_SECONDS
            return None
        return found if isinstance(found, bytes) else None

    async def put(self, key: str, value: bytes) -> None:
        if monotonic() < self._away_until:
            return
        try:
            await self._redis.set(f"wangge:tile:{key}", value, ex=KEPT_SECONDS)
        except RedisError:
            self._away_until = monotonic() + AWAY_SECONDS

    async def close(self) -> None:
        await self._redis.aclose()


def configured() -> Store:
    """The store of the settings."""
    wanted: str = settings.TILE_CACHE
    if wanted.startswith(("redis://", "rediss://", "unix://")):
        return InRedis(wanted)
    return Nowhere() if wanted == "none" else Files(Path(settings.STATE_DIR) / "tiles")
