"""Prove that a tile is never shown stale after a commit, whoever writes, and that nothing else is dropped."""

import asyncio
import os
import signal
import threading
import time

import httpx
import psycopg
import pytest
import shapely

from tests.layers.pyramid import ground_of, mercator
from tests.shapes import grid_code, polygon, square
from tests.tile_cache.conftest import set_geom, tiles_around, truth
from tile_cache.cache import WRITE_AFTER

pytestmark = pytest.mark.django_db

BUFFER = 64 / 4096
CORNERS = {6: (1, 1), 7: (2, 1), 10: (1, 2), 11: (2, 2)}
"""The grids (4 x 4 board, from 1) around the vertex at (2, 2), by their lower left corner."""


def with_vertex_at(x: float, y: float) -> dict[str, shapely.MultiPolygon]:
    """The four grids with their common vertex at (x, y) instead of (2, 2)."""
    ring = {(1, 1): (0, 0), (2, 1): (1, 0), (1, 2): (0, 1), (2, 2): (1, 1)}
    shapes = {}
    for number, (west, south) in CORNERS.items():
        assert (west, south) in ring
        corners = [(west, south), (west + 1, south), (west + 1, south + 1), (west, south + 1)]
        shapes[grid_code(number)] = polygon(*[(x, y) if corner == (2, 2) else corner for corner in corners])
    return shapes


def move_vertex(session: psycopg.Connection, x: float, y: float) -> None:
    for code, shape in with_vertex_at(x, y).items():
        set_geom(session, code, shape)


def etags(get, tiles, keys="grids"):
    """Each tile's ETag, asked twice so that both processes have had it."""
    found = {}
    for tile in tiles:
        first, second = get(tile, keys), get(tile, keys)
        assert first.headers["etag"] == second.headers["etag"]
        assert (first.status_code, first.content) == (second.status_code, second.content)
        found[tile] = first.headers["etag"]
    return found


def test_a_moved_vertex_changes_the_tiles_that_contain_it_and_no_other(get, raw):
    tiles = tiles_around(range(12, 16), (0.2, 0.2), (3.8, 3.8))
    writer, reader = raw(), raw()
    before, drawn_before = etags(get, tiles), {tile: truth(reader, tile) for tile in tiles}
    move_vertex(writer, 2.1, 2.05)
    writer.commit()
    after = etags(get, tiles)
    changed = {tile for tile in tiles if before[tile] != after[tile]}
    assert changed == {tile for tile in tiles if drawn_before[tile] != truth(reader, tile)}
    old = [mercator(square(*corner)) for corner in CORNERS.values()]
    new = [mercator(shape) for shape in with_vertex_at(2.1, 2.05).values()]
    moved = shapely.union_all([a.symmetric_difference(b) for a, b in zip(old, new, strict=True)])
    assert changed == {tile for tile in tiles if ground_of(*tile, BUFFER).intersects(moved)}
    assert 0 < len(changed) < len(tiles) / 2
    for tile in changed:
        assert get(tile).content == truth(reader, tile)
    move_vertex(writer, 2, 2)
    writer.commit()
    assert etags(get, tiles) == before


def dropped(get, tiles, keys="grids"):
    """Which tiles are drawn anew when they are asked for next."""
    return [tile for tile in tiles if get(tile, keys).headers["x-cache"] == "MISS"]


def test_a_rolled_back_edit_drops_nothing_and_neither_does_a_killed_writer(get, raw, database):
    tiles = tiles_around(range(13, 15), (0.2, 0.2), (3.8, 3.8))
    before = etags(get, tiles)
    writer, killed = raw(), raw()
    move_vertex(writer, 2.1, 2.05)
    writer.rollback()
    move_vertex(killed, 2.1, 2.05)
    with psycopg.connect(database, autocommit=True) as killer:
        killer.execute("SELECT pg_terminate_backend(%s)", [killed.info.backend_pid])
    assert dropped(get, tiles) == []
    assert etags(get, tiles) == before


def test_only_touched_tiles_are_dropped(get, raw):
    """Touched is what meets the box of a changed row; the rest is not even drawn again."""
    tiles = tiles_around(range(13, 16), (2.2, 2.2), (3.8, 3.8))
    etags(get, tiles)
    writer = raw()
    writer.execute(
        "UPDATE gis_core_area SET name = 'new' WHERE code = %s AND valid_to IS NULL", [grid_code(16)]
    )
    writer.commit()
    grid = mercator(square(3, 3))
    assert dropped(get, tiles) == [t for t in tiles if ground_of(*t, BUFFER).intersects(grid)]
    assert dropped(get, tiles) == []


def test_what_does_not_show_on_a_layer_drops_nothing_of_it(get, raw):
    tiles = tiles_around(range(11, 14), (0.2, 0.2), (3.8, 3.8))
    for keys in ("villages", "grids"):
        etags(get, tiles, keys)
    writer = raw()
    writer.execute("UPDATE gis_core_area SET attributes = '{}' WHERE valid_to IS NULL")
    writer.execute("UPDATE gis_core_area SET name = 'x' WHERE tier = 'grid' AND valid_to IS NULL")
    writer.execute(
        "UPDATE gis_core_area SET revision = revision + 1 WHERE tier = 'village' AND valid_to IS NULL"
    )
    writer.commit()
    assert dropped(get, tiles, "villages") == []
    assert dropped(get, tiles, "grids") != []


@pytest.mark.parametrize("write", ["UPDATE", "DELETE and INSERT", "COPY", "TRUNCATE"])
def test_any_writer_is_noticed(get, raw, write):
    tile = tiles_around(range(15, 16), (2.5, 2.5), (2.5, 2.5))[0]
    writer = raw()
    line = "SRID=4490;MULTILINESTRING((114.32 34.825, 114.33 34.825))"
    insert = "INSERT INTO layers_road (name, road_class, geom) VALUES (%s, 'arterial', %s)"
    writer.execute(insert, ["first", line])
    writer.commit()
    before = get(tile, "roads")
    assert b"first" in before.content
    # TRUNCATE locks out who reads the table: the other process must find it kept.
    time.sleep(10 * WRITE_AFTER)
    if write == "UPDATE":
        writer.execute("SET session_replication_role = replica")
        writer.execute("UPDATE layers_road SET name = 'second'")
    elif write == "DELETE and INSERT":
        writer.execute("DELETE FROM layers_road")
        writer.execute(insert, ["second", line])
    elif write == "COPY":
        with writer.cursor().copy("COPY layers_road (name, road_class, geom) FROM STDIN") as copy:
            copy.write_row(["second", "arterial", line])
    else:
        writer.execute("TRUNCATE layers_road")
    for _ in range(4):
        assert get(tile, "roads").content == before.content
    writer.commit()
    for _ in range(4):
        after = get(tile, "roads")
        assert after.content == truth(raw(), tile, "roads")
        assert after.headers["etag"] != before.headers["etag"]
    writer.execute("TRUNCATE layers_road")
    writer.commit()
    assert [get(tile, "roads").status_code for _ in range(3)] == [204] * 3


def test_two_writers_that_commit_in_reverse_order_are_both_noticed(get, raw):
    tile = tiles_around(range(13, 14), (2, 2), (2, 2))[0]
    first, second = raw(), raw()
    rename = "UPDATE layers_water SET name = %s WHERE source_id = %s"
    for number in "12":
        first.execute(
            "INSERT INTO layers_water (source_id, name, geom)"
            " VALUES (%s, 'old', ST_Multi(ST_Buffer('SRID=4490;POINT(114.32 34.82)'::geometry, 0.001)))",
            [number],
        )
    first.commit()
    get(tile, "water"), get(tile, "water")
    first.execute(rename, ["of the first", "1"])
    second.execute(rename, ["of the second", "2"])
    second.commit()
    for _ in range(4):
        shown = get(tile, "water").content
        assert b"of the second" in shown
        assert b"of the first" not in shown
    first.commit()
    for _ in range(4):
        assert b"of the first" in get(tile, "water").content
    first.execute("DELETE FROM layers_water")
    first.commit()


def test_fifty_readers_of_two_processes_never_see_the_old_after_a_commit(site, raw):
    (z, x, y) = tiles_around(range(14, 15), (0.5, 3.5), (0.5, 3.5))[0]
    address, writer = f"{site.address}/tiles/grids/{z}/{x}/{y}.mvt", raw()
    state = {"committed": 0, "done": False}
    rename = "UPDATE gis_core_area SET name = %s WHERE code = %s AND valid_to IS NULL"
    writer.execute(rename, ["version0000", grid_code(13)])
    writer.commit()

    def write() -> None:
        for number in range(1, 41):
            writer.execute(rename, [f"version{number:04d}", grid_code(13)])
            time.sleep(0.01)
            writer.commit()
            state["committed"] = number
            time.sleep(0.03)
        state["done"] = True

    seen: set[int] = set()

    async def read(client: httpx.AsyncClient) -> int:
        count = 0
        while not state["done"]:
            floor = state["committed"]
            body = (await client.get(address)).content
            number = int(body[body.index(b"version") + 7 :][:4])
            assert number >= floor, "a tile older than the last commit before the request"
            seen.add(number)
            count += 1
        return count

    async def readers() -> int:
        limits = httpx.Limits(max_connections=50, max_keepalive_connections=0)
        async with httpx.AsyncClient(trust_env=False, timeout=60, limits=limits) as client:
            return sum(await asyncio.gather(*[read(client) for _ in range(50)]))

    thread = threading.Thread(target=write)
    thread.start()
    assert asyncio.run(readers()) > 200
    thread.join()
    assert len(seen) > 10


def test_an_entry_on_disk_of_a_process_that_is_gone_is_not_trusted_blindly(database, raw, tmp_path):
    from tests import serving

    tile = tiles_around(range(14, 15), (3.5, 0.5), (3.5, 0.5))[0]
    path = f"/tiles/grids/{tile[0]}/{tile[1]}/{tile[2]}.mvt"
    settings = {"WANGGE_STATE": str(tmp_path), "WANGGE_SECRET_KEY": "tests"}
    with serving.server(database, **settings) as site:
        old = httpx.get(site.address + path, trust_env=False)
        os.kill(site.process.pid, signal.SIGTERM)
        site.process.wait()
    writer = raw()
    writer.execute(
        "UPDATE gis_core_area SET name = 'meanwhile' WHERE code = %s AND valid_to IS NULL", [grid_code(4)]
    )
    writer.commit()
    files = [path for path in (tmp_path / "tiles").rglob("*") if path.is_file()]
    assert len(files) == 1
    with serving.server(database, **settings) as site:
        new = httpx.get(site.address + path, trust_env=False)
        assert b"meanwhile" in new.content
        assert new.headers["etag"] != old.headers["etag"]
        files[0].write_bytes(files[0].read_bytes()[:-5])
    with serving.server(database, **settings) as site:
        assert httpx.get(site.address + path, trust_env=False).content == new.content


def test_an_unchanged_tile_is_304_and_must_be_asked_for(get):
    tile = tiles_around(range(13, 14), (1, 1), (1, 1))[0]
    first = get(tile)
    assert first.headers["cache-control"] == "public, no-cache"
    assert get(tile, if_none_match=first.headers["etag"]).status_code == 304


def test_the_database_may_restart_under_the_cache(get, raw, database):
    tile = tiles_around(range(13, 14), (1, 1), (1, 1))[0]
    before = get(tile)
    raw().execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = 'wangge tiles'"
    )
    for _ in range(4):
        assert get(tile).content == before.content
    other = tiles_around(range(11, 12), (1, 1), (1, 1))[0]
    for keys in ("grids", "grids,villages", "villages"):
        assert get(other, keys).status_code == 200, "drawn over a connection that was cut"
