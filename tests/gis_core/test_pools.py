"""Prove that a pool says soon that the database is away, waits on while it is busy, and gives out nothing dead."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg_pool import PoolTimeout

from gis_core.database.pools import SOON, AsyncPromptPool, Away, PromptPool

pytestmark = pytest.mark.django_db(transaction=True)
NOWHERE = {"host": "127.0.0.1", "port": 1, "dbname": "none"}
LONGER = SOON * 1.5


def parameters() -> dict[str, Any]:
    wanted = connection.get_connection_params()
    keys = ("host", "port", "user", "password", "dbname")
    return {"autocommit": True, **{key: wanted[key] for key in keys if wanted.get(key)}}


@pytest.fixture
def pool() -> Iterator[PromptPool]:
    with PromptPool(
        kwargs=parameters(), min_size=1, max_size=4, timeout=30, check=PromptPool.check_connection
    ) as made:
        yield made


def test_a_database_that_is_away_is_told_as_such_and_not_as_a_full_pool():
    with PromptPool(kwargs=NOWHERE, min_size=1, max_size=1, timeout=300) as pool:
        for _ in range(3):
            with pytest.raises(Away):
                pool.getconn()


async def test_the_same_in_an_event_loop():
    async with AsyncPromptPool(kwargs=NOWHERE, min_size=1, max_size=1, timeout=300) as pool:
        for _ in range(3):
            with pytest.raises(Away):
                await pool.getconn()


def test_while_all_are_taken_one_waits_for_the_whole_time(pool):
    taken = [pool.getconn() for _ in range(4)]
    threading.Timer(LONGER, pool.putconn, [taken[0]]).start()
    assert pool.getconn(timeout=30) is taken[0]
    with pytest.raises(PoolTimeout):
        pool.getconn(timeout=LONGER)
    for each in taken:
        pool.putconn(each)


async def test_waiting_in_an_event_loop():
    async with AsyncPromptPool(kwargs=parameters(), min_size=1, max_size=1, timeout=30) as pool:
        taken = await pool.getconn()
        waiting = asyncio.create_task(pool.getconn())
        await asyncio.sleep(LONGER)
        await pool.putconn(taken)
        assert await waiting is taken
        with pytest.raises(PoolTimeout):
            await pool.getconn(timeout=LONGER)
        await pool.putconn(taken)


def test_sessions_that_were_cut_while_idle_are_given_to_nobody(pool):
    opened = [pool.getconn() for _ in range(4)]
    with psycopg.connect(**parameters()) as other:
        for each in opened:
            other.execute("SELECT pg_terminate_backend(%s)", [each.info.backend_pid])
    for each in opened:
        pool.putconn(each)
    for _ in range(4):
        assert pool.getconn().execute("SELECT 1").fetchone() == (1,)
