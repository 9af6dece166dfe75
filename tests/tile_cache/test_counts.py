"""Prove that the counts of small scales are never stale after a commit either, and that nothing else is dropped."""

import pytest

from tests.layers.pyramid import decoded, tile_at
from tests.shapes import place
from tests.tile_cache.test_freshness import dropped, etags

pytestmark = pytest.mark.django_db

INSERT = "INSERT INTO layers_sensor (name, source_id, geom) VALUES (%s, %s, ST_SetSRID(ST_MakePoint(%s, %s), 4490))"
MOVE = "UPDATE layers_sensor SET geom = ST_SetSRID(ST_MakePoint(%s, %s), 4490) WHERE source_id = %s"
HERE, NEAR, FAR = place(0.5, 0.5), place(0.6, 0.5), place(200, 0.5)


def total(answer):
    return sum(f["properties"]["count"] for f in decoded(answer.content)["sensors_counts"]["features"])


def test_a_count_is_right_at_once_in_the_tiles_that_hold_the_row_and_no_other_is_dropped(get, raw):
    writer = raw()
    for number, spot in (("1", HERE), ("2", FAR)):
        writer.execute(INSERT, [number, number, *spot])
    writer.commit()
    tiles = [tile_at(*spot, z) for spot in (HERE, FAR) for z in (7, 9)]
    before = etags(get, tiles, "sensors")
    assert [total(get(tile, "sensors")) for tile in tiles] == [1, 1, 1, 1]
    writer.execute(INSERT, ["3", "3", *NEAR])
    for tile in tiles:
        assert get(tile, "sensors").headers["etag"] == before[tile], "not committed yet"
    writer.commit()
    assert dropped(get, tiles, "sensors")[: len(tiles)] == tiles[:2]
    assert [total(get(tile, "sensors")) for tile in tiles] == [2, 2, 1, 1]
    writer.execute(MOVE, [*FAR, "3"])
    writer.commit()
    assert [total(get(tile, "sensors")) for tile in tiles] == [1, 1, 2, 2]
    writer.execute("DELETE FROM layers_sensor")
    writer.commit()
    assert [get(tile, "sensors").status_code for tile in tiles] == [204] * 4
