"""The tests of freshness once more over tiles kept in a real Redis; and what happens when Redis goes away."""

import shutil
import signal
import socket
import subprocess
import time

import httpx
import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests import serving
from tests.shapes import grid_code
from tests.tile_cache.conftest import fetching, tiles_around, truth
from tests.tile_cache.test_counts import (
    test_a_count_is_right_at_once_in_the_tiles_that_hold_the_row_and_no_other_is_dropped,
)
from tests.tile_cache.test_freshness import (
    test_a_moved_vertex_changes_the_tiles_that_contain_it_and_no_other,
    test_a_rolled_back_edit_drops_nothing_and_neither_does_a_killed_writer,
    test_an_unchanged_tile_is_304_and_must_be_asked_for,
    test_any_writer_is_noticed,
    test_fifty_readers_of_two_processes_never_see_the_old_after_a_commit,
    test_only_touched_tiles_are_dropped,
    test_the_database_may_restart_under_the_cache,
    test_two_writers_that_commit_in_reverse_order_are_both_noticed,
    test_what_does_not_show_on_a_layer_drops_nothing_of_it,
)

__all__ = [
    "test_a_count_is_right_at_once_in_the_tiles_that_hold_the_row_and_no_other_is_dropped",
    "test_a_moved_vertex_changes_the_tiles_that_contain_it_and_no_other",
    "test_a_rolled_back_edit_drops_nothing_and_neither_does_a_killed_writer",
    "test_an_unchanged_tile_is_304_and_must_be_asked_for",
    "test_any_writer_is_noticed",
    "test_fifty_readers_of_two_processes_never_see_the_old_after_a_commit",
    "test_only_touched_tiles_are_dropped",
    "test_the_database_may_restart_under_the_cache",
    "test_two_writers_that_commit_in_reverse_order_are_both_noticed",
    "test_what_does_not_show_on_a_layer_drops_nothing_of_it",
]

PROGRAM = shutil.which("redis-server")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(PROGRAM is None, reason="no redis-server on this machine"),
]


class RedisServer:
    """One that keeps its data in memory only."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen([str(PROGRAM), *options], stdout=subprocess.DEVNULL)
        for _ in range(200):
            try:
                Redis.from_url(self.url).ping()
                return
            except RedisError:
                time.sleep(0.05)
        raise AssertionError("redis-server does not answer")

    def keys(self) -> int:
        return len(Redis.from_url(self.url).keys("wangge:tile:*"))

    def written(self) -> int:
        """How many tiles have been put into it since it started."""
        stats = Redis.from_url(self.url).info("commandstats")
        return int(stats.get("cmdstat_set", {"calls": 0})["calls"])

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def redis():
    server = RedisServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def settings_of_site(redis, tmp_path_factory):
    state = tmp_path_factory.mktemp("redis_state")
    return {"WANGGE_STATE": str(state), "WANGGE_SECRET_KEY": "tests", "WANGGE_TILE_CACHE": redis.url}


@pytest.fixture(scope="module")
def site(database, settings_of_site):
    with serving.server(database, workers=2, **settings_of_site) as running:
        yield running


@pytest.fixture(scope="module")
def get(site):
    with fetching(site) as fetch:
        yield fetch


def test_a_new_process_gives_out_what_another_has_put_into_redis(get, redis, database, settings_of_site):
    (z, x, y) = tiles_around(range(14, 15), (0.5, 0.5), (0.5, 0.5))[0]
    first = get((z, x, y))
    time.sleep(0.2)
    assert redis.keys() > 0
    with serving.server(database, **settings_of_site) as later:
        kept = httpx.get(f"{later.address}/tiles/grids/{z}/{x}/{y}.mvt", trust_env=False)
    assert kept.headers["x-cache"] == "HIT"
    assert kept.content == first.content


@pytest.mark.parametrize("way", ["killed", "silent"])
def test_redis_goes_away_and_every_tile_is_still_right(database, raw, tmp_path, way):
    tiles, reader = tiles_around(range(14, 16), (0.2, 0.2), (3.8, 1.8)), raw()
    redis = RedisServer()
    redis.start()
    settings = {"WANGGE_STATE": str(tmp_path), "WANGGE_SECRET_KEY": "tests", "WANGGE_TILE_CACHE": redis.url}
    rename = "UPDATE gis_core_area SET name = %s WHERE code = %s AND valid_to IS NULL"
    try:
        with serving.server(database, workers=2, **settings) as site, fetching(site) as get:
            for tile in tiles[: len(tiles) // 2]:
                assert get(tile).content == truth(reader, tile)
            assert redis.keys() > 0
            redis.stop() if way == "killed" else redis.process.send_signal(signal.SIGSTOP)
            writer = raw()
            writer.execute(rename, [f"while {way}", grid_code(1)])
            writer.commit()
            start = time.monotonic()
            for tile in tiles:
                answer = get(tile)
                assert answer.status_code == 200
                assert answer.content == truth(reader, tile)
            assert time.monotonic() - start < 8, "tiles wait for a Redis that is not there"
            assert not (tmp_path / "tiles").exists()
            redis.start() if way == "killed" else redis.process.send_signal(signal.SIGCONT)
            tile, deadline, before = (
                tiles_around(range(14, 15), (0.5, 0.5), (0.5, 0.5))[0],
                time.monotonic() + 20,
                redis.written(),
            )
            while redis.written() == before and time.monotonic() < deadline:
                writer.execute(rename, [f"{time.monotonic()}", grid_code(1)])
                writer.commit()
                assert get(tile).content == truth(reader, tile)
                time.sleep(0.3)
            assert redis.written() > before, "Redis is not used again"
    finally:
        redis.stop()
