"""Prove that search finds areas and rows by any part of their names, the closest first, and gives nothing away."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import Point
from django.db import connection

from gis_core.models import Membership
from layers.models import Camera, Enterprise, Hospital
from tests.shapes import VILLAGE, grid_code, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(nine_grids: list[str]) -> None:
    for number, name in enumerate(("双龙社区医院", "双龙社区", "开封双龙社区门诊", "人民医院")):
        spot = Point(*place(0.5 + number % 3, 0.5), srid=4490)
        Hospital.objects.create(name=name, address_text=f"大梁路{number}号", geom=spot)
    Enterprise.objects.create(
        name="龙亭商贸", uscc="91350100M000100Y43", geom=Point(*place(0.5, 0.5), srid=4490)
    )
    Camera.objects.create(name="双龙社区监控", geom=Point(*place(0.5, 0.5), srid=4490))


def hits(client, **parameters):
    answer = client.get("/api/v1/search/", parameters)
    assert answer.status_code == 200, answer.content
    return [(hit["layer"], hit["title"]) for hit in answer.json()["hits"]]


def test_what_was_asked_comes_first_then_what_begins_so_and_areas_before_rows(client, city):
    assert hits(client, q="双龙社区") == [
        ("villages", "双龙社区"),
        ("hospitals", "双龙社区"),
        ("hospitals", "双龙社区医院"),
        ("hospitals", "开封双龙社区门诊"),
    ]


def test_areas_of_one_rank_go_by_code(client, nine_grids):
    with connection.cursor() as cursor:
        for number, word in ((1, "一"), (2, "二"), (3, "三")):
            cursor.execute(
                "UPDATE gis_core_area SET name = %s WHERE code = %s AND valid_to IS NULL",
                [f"双龙社区第{word}网格", grid_code(number)],
            )
    assert [title for _layer, title in hits(client, q="双龙社区第")] == [
        f"双龙社区第{word}网格" for word in "一二三"
    ]


def test_codes_addresses_and_places(client, city):
    assert hits(client, q=VILLAGE)[0] == ("villages", "双龙社区")
    assert hits(client, q="91350100m000100y43") == [("enterprises", "龙亭商贸")]
    found = client.get("/api/v1/search/", {"q": "梁路3号"}).json()["hits"]
    assert [(hit["title"], hit["text"], hit["area_code"]) for hit in found] == [
        ("人民医院", "大梁路3号", grid_code(1))
    ]
    assert (found[0]["lon"], found[0]["lat"]) == place(0.5, 0.5)


def test_area_layers_and_limit_narrow(client, city):
    assert hits(client, q="双龙", layers="hospitals", area=grid_code(2)) == [("hospitals", "双龙社区")]
    assert len(hits(client, q="医院", limit="1")) == 1


def test_protected_rows_are_found_by_who_may_see_them_only(client, city):
    assert ("cameras", "双龙社区监控") not in hits(client, q="双龙社区")
    assert client.get("/api/v1/search/", {"q": "双龙", "layers": "cameras"}).status_code == 404
    user = get_user_model().objects.create_user("d")
    Membership.objects.create(user=user, role="dispatcher", code_prefix=grid_code(1))
    client.force_login(user)
    assert ("cameras", "双龙社区监控") in hits(client, q="双龙社区")
    Membership.objects.update(code_prefix=grid_code(2))
    assert ("cameras", "双龙社区监控") not in hits(client, q="双龙社区")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"q": " "},
        {"q": "x" * 101},
        {"q": "a", "layers": "housing"},
        {"q": "a", "limit": "0"},
        {"q": "a", "b": "1"},
    ],
)
def test_a_wrong_question_is_refused(client, db, wrong):
    assert client.get("/api/v1/search/", wrong).status_code == 400


def test_signs_of_patterns_are_taken_as_they_are(client, city):
    assert hits(client, q="%") == []
    assert hits(client, q="_龙") == []


def test_searched_columns_have_a_trigram_index(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'layers_building_search'")
        assert "gin_trgm_ops" in cursor.fetchone()[0]
