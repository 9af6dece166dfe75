"""What this server process knows about changes, brought up to date from the database before every answer.

An entry of the cache was drawn under a snapshot. It holds while no change on its layers touches it that this
snapshot did not see. `advance` asks the database for the changes that have become visible since it last asked: one
small query, shared by all requests that came before it was sent, so what was committed before a request came
is known when it is answered. Transactions that were running are handled as PostgreSQL does: a snapshot is
its text form xmin:xmax:running, and never by time or by the order of ids.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from psycopg import AsyncConnection, Error
from psycopg.errors import QueryCanceled

from layers import registry, tile_pool
from tile_cache import attaching

Box = tuple[float, float, float, float]
"""West, south, east, north, EPSG:3857."""

News = tuple[str, str, float, float, float, float]
"""A change: transaction, layer, and its box."""

REMEMBERED = 20_000
"""Changes of one layer that a process keeps; beyond, it forgets the older half, and older entries with it."""
PRUNED_BEYOND = 5000
"""Changes of one layer that the database keeps."""
PRUNE_EVERY = 1000
"""Changes between two looks whether to prune."""

NEWS = """
SELECT pg_current_snapshot()::text,
  (SELECT jsonb_agg(jsonb_build_array(layer, digest, horizon::text)) FROM tile_cache_layer),
  (SELECT jsonb_agg(jsonb_build_array(c.xid::text, c.layer, c.west, c.south, c.east, c.north)) FROM tile_cache_change c
   WHERE c.xid >= pg_snapshot_xmin(%(seen)s::pg_snapshot)
     AND NOT pg_visible_in_snapshot(c.xid, %(seen)s::pg_snapshot))
"""
NOTHING_SEEN = "1:1:"
LIFE = """
SELECT concat_ws('-', (SELECT system_identifier FROM pg_control_system()),
  (SELECT timeline_id FROM pg_control_checkpoint()), (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
"""Which database this is, and in which life of it: snapshots of another one mean nothing here."""


@dataclass(frozen=True)
class Snapshot:
    """Which transactions a query saw, as pg_current_snapshot() tells it."""

    text: str
    xmin: int
    xmax: int
    running: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> "Snapshot":
        xmin, xmax, running = text.split(":")
        return cls(text, int(xmin), int(xmax), frozenset(int(each) for each in running.split(",") if each))

    def sees(self, xid: int) -> bool:
        """Whether it saw what this transaction wrote, if it was committed."""
        return xid < self.xmin or (xid < self.xmax and xid not in self.running)


@dataclass
class Log:
    """The known changes of one layer, in the order in which this process came to know of them.

    Of transactions up to `horizon` some may be unknown; who was checked since `forgot` need not care.
    """

    horizon: int
    forgot: int
    generations: list[int] = field(default_factory=list)
    changes: list[tuple[int, Box]] = field(default_factory=list)

    def add(self, generation: int, xid: int, box: Box) -> None:
        self.generations.append(generation)
        self.changes.append((xid, box))

    def since(self, generation: int) -> Iterator[tuple[int, Box]]:
        for at in range(bisect_right(self.generations, generation), len(self.changes)):
            yield self.changes[at]

    def forget_half(self, generation: int) -> None:
        half = len(self.changes) // 2
        self.horizon = max(self.horizon, *(xid for xid, _box in self.changes[:half]))
        self.forgot = generation
        del self.changes[:half], self.generations[:half]


@dataclass
class Drawn:
    """Where and when something was drawn; `checked` is the mirror's generation at which it last held."""

    layers: tuple[str, ...]
    bounds: Box
    snapshot: Snapshot
    checked: int = -1


class Mirror:
    """See the module. Belongs to one event loop."""

    def __init__(self) -> None:
        self._connection: AsyncConnection[Any] | None = None
        self._asking = asyncio.Lock()
        self._next: asyncio.Task[None] | None = None
        self._unpruned = 0
        self.life = ""
        self._forget_everything()

    def _forget_everything(self) -> None:
        self.generation = 0
        self.seen = NOTHING_SEEN
        self._rows: list[tuple[str, str, str]] = []
        self._logs: dict[str, Log] = {}

    async def advance(self) -> None:
        """Know of everything that was committed before this call. Raises psycopg.Error without a database."""
        if self._next is None:
            self._next = asyncio.create_task(self._ask_when_free())
        await asyncio.shield(self._next)

    async def _ask_when_free(self) -> None:
        async with self._asking:
            self._next = None  # who comes from here on needs a later query
            try:
                await self._ask()
            except QueryCanceled:  # it took too long, and would again
                raise
            except Error:
                # A connection that was cut while idle is no reason to refuse; a second failure is.
                await self.close()
                await self._ask()

    async def _ask(self) -> None:
        if self._connection is None:
            self._connection = await tile_pool.connect()
            await self._learn_life(self._connection)
        cursor = await self._connection.execute(NEWS, {"seen": self.seen}, prepare=True)
        row = await cursor.fetchone()
        assert row is not None
        self.take(*row)
        await self._prune(self._connection, len(row[2] or []))

    async def _learn_life(self, connection: AsyncConnection[Any]) -> None:
        cursor = await connection.execute(LIFE)
        row = await cursor.fetchone()
        assert row is not None
        self.take_life(row[0])

    def take_life(self, life: str) -> None:
        """What LIFE answered: nothing is known of another database."""
        if self.life != life:
            self._forget_everything()
            self.life = life

    def take(self, seen: str, layers: list[tuple[str, str, str]] | None, news: list[News] | None) -> None:
        """What NEWS answered."""
        self._take_layers(layers or [])
        self._take(news or [])
        self.seen = seen

    def _take_layers(self, rows: list[tuple[str, str, str]]) -> None:
        if rows == self._rows:
            return
        self._rows = rows
        noted = {layer: int(horizon) for layer, digest, horizon in rows if digest == _digest(layer)}
        for gone in set(self._logs) - set(noted):
            del self._logs[gone]
        self.generation += 1
        for layer, horizon in noted.items():
            log = self._logs.get(layer)
            if log is None:
                self._logs[layer] = Log(horizon, self.generation)
            elif horizon > log.horizon:
                log.horizon, log.forgot = horizon, self.generation

    def _take(self, news: list[News]) -> None:
        if news:
            self.generation += 1
        for xid, layer, west, south, east, north in news:
            log = self._logs.get(layer)
            if log is not None:
                log.add(self.generation, int(xid), (west, south, east, north))
                if len(log.changes) > REMEMBERED:
                    log.forget_half(self.generation)

    async def _prune(self, connection: AsyncConnection[Any], count: int) -> None:
        self._unpruned += count
        if self._unpruned > PRUNE_EVERY:
            self._unpruned = 0
            await connection.execute("SELECT tile_changes_prune(%s)", [PRUNED_BEYOND])

    def knows(self, layers: tuple[str, ...]) -> bool:
        """Whether changes on all these layers are noted, as they are declared now."""
        return all(layer in self._logs for layer in layers)

    def holds(self, drawn: Drawn) -> bool:
        """Whether what was drawn is what would be drawn under the snapshot of the last `advance` or its own."""
        if drawn.checked == self.generation:
            return True
        if not all(self._unchanged(layer, drawn) for layer in drawn.layers):
            return False
        drawn.checked = self.generation
        return True

    def _unchanged(self, layer: str, drawn: Drawn) -> bool:
        log = self._logs.get(layer)
        if log is None or (drawn.checked < log.forgot and drawn.snapshot.xmin <= log.horizon):
            return False
        west, south, east, north = drawn.bounds
        sees = drawn.snapshot.sees
        return not any(
            w <= east and e >= west and s <= north and n >= south and not sees(xid)
            for xid, (w, s, e, n) in log.since(drawn.checked)
        )

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Error):
                await connection.close()


def _digest(key: str) -> str | None:
    """Of the layer as this process knows it."""
    layer = registry.lookup(key)
    return attaching.digest(layer) if layer is not None else None
