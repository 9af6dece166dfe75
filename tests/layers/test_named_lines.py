"""Prove that an area's four bounds name the streets it reaches to, and its neighbours where there is none."""

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.test import Client

from layers.models import Road
from tests.shapes import board, grid_code, place, village_of

pytestmark = pytest.mark.django_db


def street(name: str, *corners: tuple[float, float]) -> None:
    line = ",".join("{} {}".format(*place(*corner)) for corner in corners)
    geom = GEOSGeometry(f"MULTILINESTRING(({line}))", srid=4490)
    Road.objects.create(source_id=name, name=name, road_class="arterial", geom=geom)


def test_a_street_along_the_border_is_the_limit_and_a_crossing_one_is_not():
    village_of(board(3, 3))
    street("中山路", (2, 0), (2, 3))
    street("大梁路", (0, 1.5), (3, 1.5))
    answer = Client().get(f"/api/v1/areas/{grid_code(5)}/").json()
    bounds = answer["properties"]["bounds_description"]
    assert bounds["east"] == "中山路"
    assert bounds["west"] == "第4网格"
    assert bounds["north"] == "第8网格"
