"""Prove that the database tags every located row, whoever writes, and that tags follow the areas."""

import json
import threading
import time

import psycopg
import pytest
import shapely
from django.core.management import call_command
from django.db import connection, transaction

from tests.shapes import VILLAGE, board, grid_code, insert, place, square, village_of

pytestmark = pytest.mark.django_db(transaction=True)

TAGS = " RETURNING area_code, grid_code"
INSERT_BUILDING = "INSERT INTO layers_building (source_id, geom) VALUES (%s, ST_GeomFromWKB(%s, 4490))" + TAGS
INSERT_ROAD = "INSERT INTO layers_road (source_id, geom) VALUES (%s, ST_GeomFromText(%s, 4490))" + TAGS
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def run(statement: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def building(name: str, x: float, y: float, side: float = 0.1) -> tuple[str | None, str | None]:
    return run(INSERT_BUILDING, name, shapely.to_wkb(square(x, y, side)))[0]


def tags() -> dict[str, str | None]:
    return dict(run("SELECT source_id, area_code FROM layers_building"))


def text(*corners: tuple[float, float]) -> str:
    return "MULTILINESTRING((" + ",".join("{} {}".format(*place(*c)) for c in corners) + "))"


def move_border(x: float) -> None:
    """The border between the two grids of a row, to another place."""
    with transaction.atomic():
        for number, shape in ((1, ((0, 0), (x, 0), (x, 1), (0, 1))), (2, ((x, 0), (2, 0), (2, 1), (x, 1)))):
            geom = shapely.MultiPolygon([shapely.Polygon([place(*c) for c in shape])])
            run(
                "UPDATE gis_core_area SET geom = ST_GeomFromWKB(%s, 4490) WHERE code = %s AND valid_to IS NULL",
                shapely.to_wkb(geom),
                grid_code(number),
            )
        # The village has the border's ends as vertices too: the guard wants it edge-matched.
        outline = [(0, 0), (x, 0), (2, 0), (2, 1), (x, 1), (0, 1)]
        geom = shapely.to_wkb(shapely.MultiPolygon([shapely.Polygon([place(*c) for c in outline])]))
        run(
            "UPDATE gis_core_area SET geom = ST_GeomFromWKB(%s, 4490)"
            " WHERE tier IN ('county', 'town', 'village') AND valid_to IS NULL",
            geom,
        )


def test_raw_sql_gets_tags_on_insert_and_on_move():
    village_of(board(2, 1))
    assert building("a", 0.3, 0.3) == (grid_code(1), grid_code(1))
    run("UPDATE layers_building SET geom = ST_GeomFromWKB(%s, 4490)", shapely.to_wkb(square(1.5, 0.5, 0.1)))
    assert tags() == {"a": grid_code(2)}


def test_a_row_on_a_border_has_the_lowest_code_and_one_outside_has_none_and_is_kept():
    village_of(board(2, 1))
    # Its middle lies on the border of the two grids.
    assert run(INSERT_ROAD, "r", text((0.5, 0.5), (1.5, 0.5)))[0] == (grid_code(1), grid_code(1))
    assert building("far", 7, 7) == (None, None)
    assert tags() == {"far": None}


def test_a_line_is_where_the_middle_of_its_longest_part_is():
    village_of(board(2, 1))
    line = text((0.1, 0.5), (0.2, 0.5))[:-1] + "," + text((1.1, 0.5), (1.9, 0.5))[len("MULTILINESTRING(") :]
    assert run(INSERT_ROAD, "r", line)[0][0] == grid_code(2)


def test_where_a_village_is_not_divided_the_village_is_the_tag():
    ground = square(0, 0)
    with transaction.atomic():
        insert("410202", "county", None, ground)
        insert("410202001", "town", "410202", ground)
        insert(VILLAGE, "village", "410202001", ground)
    assert building("a", 0.5, 0.5) == (VILLAGE, None)
    with transaction.atomic():
        insert(grid_code(1), "grid", VILLAGE, ground)
    assert run("SELECT area_code, grid_code FROM layers_building") == [(grid_code(1), grid_code(1))]


def test_tags_cannot_be_forged():
    village_of(board(2, 1))
    building("a", 0.3, 0.3)
    run("UPDATE layers_building SET area_code = '99', grid_code = '99'")
    assert tags() == {"a": grid_code(1)}
    run("SET wangge.retagging = 'on'")
    with transaction.atomic():
        run("SET LOCAL ROLE wangge_app")
        run("UPDATE layers_building SET area_code = '99'")
    run("RESET wangge.retagging")
    assert tags() == {"a": grid_code(1)}


def test_a_moved_border_retags_what_lies_in_between_and_nothing_else():
    village_of(board(2, 1))
    for x in (0.2, 0.7, 1.5):
        building(str(x), x, 0.4)
    before = dict(run("SELECT source_id, row_version FROM layers_building"))
    move_border(0.5)
    assert tags() == {"0.2": grid_code(1), "0.7": grid_code(2), "1.5": grid_code(2)}
    after = dict(run("SELECT source_id, row_version FROM layers_building"))
    assert [name for name in after if after[name] != before[name]] == ["0.7"]


def test_retag_areas_tells_how_many_changed_and_leaves_nothing_for_the_commit():
    village_of(board(2, 1))
    building("a", 0.7, 0.4)
    with transaction.atomic():
        run("ALTER TABLE gis_core_tagqueue DISABLE TRIGGER tag_settle")
        move_border(0.5)
        codes = [grid_code(1), grid_code(2), VILLAGE, "410202001", "410202", ""]
        assert run("SELECT retag_areas(%s)", codes) == [(1,)]
        assert run("SELECT count(*) FROM gis_core_tagqueue") == [(0,)]
        run("ALTER TABLE gis_core_tagqueue ENABLE ALWAYS TRIGGER tag_settle")
    assert tags() == {"a": grid_code(2)}


def test_a_district_that_comes_after_its_buildings_tags_them():
    building("a", 0.5, 0.5)
    building("far", 7, 7)
    village_of(board(1, 1))
    assert tags() == {"a": grid_code(1), "far": None}


def test_a_writer_that_was_there_first_is_retagged_by_the_publication_that_waits_for_it(session):
    """Without the lock on the grid's row the road keeps the grid that it no longer lies in."""
    village_of(board(2, 1))
    writer = session()
    writer.execute(INSERT_ROAD, ["a", text((0.7, 0.4), (0.7, 0.6))])
    publication = threading.Thread(target=_in_thread, args=(move_border, 0.5))
    publication.start()
    _wait_for_a_lock(session())
    writer.commit()
    publication.join(10)
    assert run("SELECT area_code FROM layers_road") == [(grid_code(2),)]


def test_a_writer_that_comes_during_a_publication_sees_what_it_publishes(session):
    village_of(board(2, 1))
    writer, watcher = session(), session()
    with transaction.atomic():
        move_border(0.5)
        late = threading.Thread(
            target=lambda: writer.execute(INSERT_BUILDING, ["a", shapely.to_wkb(square(0.7, 0.4, 0.1))])
        )
        late.start()
        _wait_for_a_lock(watcher)
    late.join(10)
    writer.commit()
    assert tags() == {"a": grid_code(2)}


def test_rows_are_found_by_area_and_those_outside_are_listed(client):
    village_of(board(2, 1))
    building("a", 0.3, 0.3)
    building("b", 1.3, 0.3)
    building("far", 7, 7)
    assert found(client, area=VILLAGE) == ["a", "b"]
    assert found(client, area=grid_code(2)) == ["b"]
    assert found(client, untagged="true") == ["far"]
    for wrong in ({"area": "x"}, {"untagged": "yes"}):
        assert client.get("/api/v1/layers/buildings/", wrong).status_code == 400
    # Areas carry no tag; they are found by their own codes.
    assert client.get("/api/v1/layers/grids/", {"untagged": "true"}).status_code == 400
    assert len(json.loads(client.get("/api/v1/layers/grids/", {"area": VILLAGE}).content)["features"]) == 2


def test_the_command_counts_what_lies_outside_and_lists_it(capsys):
    village_of(board(1, 1))
    building("a", 0.3, 0.3)
    building("far", 7, 7)
    call_command("tags")
    assert "buildings: 2 rows, 1 outside" in capsys.readouterr().out
    call_command("tags", "buildings", retag=True)
    assert "0 rows have other tags now.\n" in (listed := capsys.readouterr().out)
    assert " far " in listed


def found(client, **parameters: str) -> list[str]:
    answer = client.get("/api/v1/layers/buildings/", parameters)
    return [feature["properties"]["source_id"] for feature in json.loads(answer.content)["features"]]


def _in_thread(action, *arguments):
    try:
        action(*arguments)
    finally:
        connection.close()


def _wait_for_a_lock(watcher: psycopg.Connection) -> None:
    watcher.autocommit = True
    for _attempt in range(200):
        if watcher.execute(WAITING).fetchone()[0]:
            return
        time.sleep(0.02)
    raise AssertionError("nobody waits")
