"""Prove that the area interface answers what the tables hold, page by page, then and now."""

import pytest
import shapely
from django.db import connection, transaction
from django.test import Client

from tests.shapes import (
    COUNTY,
    TOWN,
    VILLAGE,
    board,
    grid_code,
    insert,
    place,
    polygon,
    row_of,
    square,
    village_of,
)

pytestmark = pytest.mark.django_db
client = Client()


def get(path: str, **parameters: object) -> dict:
    answer = client.get(f"/api/v1/{path}", parameters, headers={"accept-language": "en"})
    assert answer.status_code == 200, answer.content
    return answer.json()


def codes(answer: dict) -> list[str]:
    return [feature["properties"]["code"] for feature in answer["features"]]


def test_pages_follow_each_other_without_loss_while_others_write():
    village_of(board(5, 5))
    seen: list[str] = []
    page = get("areas/", tier="grid", limit=7)
    while True:
        seen += codes(page)
        if page["next"] is None:
            break
        if len(seen) == 7:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE gis_core_area SET name = 'x' WHERE code = %s", [grid_code(3)])
        page = client.get(page["next"]).json()
    assert seen == [grid_code(n) for n in range(1, 26)]


def test_filters_select_by_tier_parent_prefix_box_and_name():
    village_of(board(2, 2))
    assert codes(get("areas/", tier="village")) == [VILLAGE]
    assert codes(get("areas/", parent=TOWN)) == [VILLAGE]
    assert len(codes(get("areas/", prefix=VILLAGE))) == 5
    west, south = place(1.2, 1.2)
    inside = get("areas/", tier="grid", bbox=f"{west},{south},{west + 0.001},{south + 0.001}")
    assert codes(inside) == [grid_code(4)]
    assert codes(get("areas/", name="第2网")) == [grid_code(2)]
    assert codes(get("areas/", q="大兴")) == [TOWN]
    assert get("areas/", tier="grid", geometry="none")["features"][0]["geometry"] is None


def test_geometry_survives_json_bit_for_bit():
    village_of(row_of(2))
    geometry = get("areas/", tier="grid")["features"][0]["geometry"]
    assert shapely.from_geojson(str(geometry).replace("'", '"')) == square(0, 0)


def test_an_area_tells_its_family_area_and_four_bounds():
    village_of(board(3, 3))
    middle = get(f"areas/{grid_code(5)}/")["properties"]
    assert [n["code"] for n in middle["neighbours"]] == [grid_code(n) for n in (2, 4, 6, 8)]
    assert [a["code"] for a in middle["ancestors"]] == [COUNTY, TOWN, VILLAGE]
    bounds = middle["bounds_description"]
    assert (bounds["east"], bounds["south"]) == ("第6网格", "第2网格")
    assert (bounds["west"], bounds["north"]) == ("第4网格", "第8网格")
    assert middle["area_m2"] == pytest.approx(0.01 * 111_320 * 0.01 * 111_320 * 0.8211, rel=0.01)
    village = get(f"areas/{VILLAGE}/")["properties"]
    assert [c["code"] for c in village["children"]] == [grid_code(n) for n in range(1, 10)]
    assert village["bounds_description"]["north"] is None
    assert "the district border" in village["bounds_description"]["text"]


@pytest.mark.django_db(transaction=True)
def test_a_past_moment_shows_what_held_then():
    village_of(row_of(2))
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (before,) = cursor.fetchone()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM gis_core_area WHERE code = %s AND valid_to IS NULL", [grid_code(2)])
        merged = polygon((0, 0), (1, 0), (2, 0), (2, 1), (1, 1), (0, 1))
        cursor.execute(
            "UPDATE gis_core_area SET geom = ST_GeomFromWKB(%s, 4490) WHERE code = %s AND valid_to IS NULL",
            [shapely.to_wkb(merged), grid_code(1)],
        )
    assert codes(get("areas/", tier="grid")) == [grid_code(1)]
    assert codes(get("areas/", tier="grid", at=before.isoformat())) == [grid_code(1), grid_code(2)]
    assert get(f"areas/{grid_code(2)}/", at=before.isoformat())["properties"]["valid_to"] is not None
    lon, lat = place(1.5, 0.5)
    assert get("areas/at/", lon=lon, lat=lat)["id"] == grid_code(1)
    assert get("areas/at/", lon=lon, lat=lat, at=before.isoformat())["id"] == grid_code(2)
    assert codes(get("areas/", tier="grid", at="2001-01-01")) == []


def test_a_place_is_found_in_any_of_the_usual_systems():
    village_of(row_of(1))
    lon, lat = place(0.5, 0.5)
    assert get("areas/at/", lon=lon, lat=lat)["id"] == grid_code(1)
    assert get("areas/at/", lon=lon, lat=lat, tier="town")["id"] == TOWN
    # Public GCJ-02 formulas shift Kaifeng by about 540 m; 114.3112, 34.8034 is this place in GCJ-02.
    assert get("areas/at/", lon=lon + 0.0061, lat=lat - 0.0012, crs="gcj02")["id"] == grid_code(1)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("areas/?tier=street", 400, "province, city, county"),
        ("areas/?teir=grid", 400, "known are"),
        ("areas/?bbox=1,2,3", 400, "west,south,east,north"),
        ("areas/?bbox=5,2,3,4", 400, "west <= east"),
        ("areas/?at=yesterday", 400, "ISO 8601"),
        ("areas/?at=2026-13-41", 400, "ISO 8601"),
        ("areas/?at=9999-12-31", 400, "ISO 8601"),
        ("areas/?limit=0", 400, "from 1 to"),
        ("areas/?limit=many", 400, "from 1 to"),
        ("areas/999999/", 404, "999999"),
        ("areas/at/?lon=114", 400, "lat"),
        ("areas/at/?lon=34.8&lat=114.3", 400, "lat"),
        ("areas/at/?lon=nan&lat=34", 400, "lon"),
        ("areas/at/?lon=10&lat=34", 404, "no area"),
        ("areas/at/?lon=114.305&lat=34.8&crs=wgs72", 400, "gcj02"),
        ("nothing/", 404, "nothing"),
        ("areas/?name=%00", 400, "NUL"),
        ("areas/%00/", 400, "NUL"),
    ],
)
def test_wrong_input_is_named_with_what_is_allowed(path, status, said):
    village_of(row_of(1))
    answer = client.get(f"/api/v1/{path}", headers={"accept-language": "en"})
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message", "details"}
    assert said in answer.json()["error"]["message"]


def test_the_district_names_its_tiers_and_whether_it_is_a_sample():
    assert client.get("/api/v1/district/").json()["error"]["code"] == "empty"
    village_of(board(2, 2))
    answer = get("district/")
    assert (answer["code"], answer["sample"]) == (COUNTY, False)
    assert [(t["tier"], t["count"]) for t in answer["tiers"]] == [
        ("county", 1), ("town", 1), ("village", 1), ("grid", 4),
    ]  # fmt: skip


def test_messages_come_in_chinese_by_default():
    insert(COUNTY, "county", None, square(0, 0))
    message = client.get("/api/v1/areas/999999/").json()["error"]["message"]
    assert "999999" in message
    assert not message.isascii()
