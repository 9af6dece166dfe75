"""Prove that ordinates are rounded as the database rounds them, and that the offset systems come back."""

import numpy as np
import psycopg
import pytest
import shapely
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_core import crs

KAIFENG = np.array([[114.3073, 34.7972]])
METRE = 1 / 111_195
lon_lat = st.tuples(st.floats(75, 134), st.floats(18.5, 53))


@pytest.mark.django_db
def test_rounding_is_bit_equal_with_the_database_also_on_ties() -> None:
    random = np.random.default_rng(1)
    ties = (random.integers(7_500_000_000, 13_500_000_000, 500) + 0.5) / 1e8
    values = np.concatenate([ties, random.uniform(-180, 180, 500), [0.0, -0.0, -71.123456785]])
    points = shapely.points(values, values[::-1])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_AsBinary(canonical(ST_GeomFromWKB(w, 4490)), 'NDR') FROM unnest(%s) WITH ORDINALITY AS t(w, n)"
            " ORDER BY n",
            [[psycopg.Binary(shapely.to_wkb(point, byte_order=1)) for point in points]],
        )
        from_database = [bytes(row[0]) for row in cursor.fetchall()]
    assert [shapely.to_wkb(point, byte_order=1) for point in crs.canonical(points)] == from_database


def test_rounding_twice_changes_nothing_more() -> None:
    values = np.random.default_rng(2).uniform(70, 140, 10_000)
    once = crs.canonical(values)
    assert once.tobytes() == crs.canonical(once).tobytes()
    assert np.abs(once - values).max() <= 0.5001e-8


@given(lon_lat)
@settings(max_examples=300, deadline=None)
def test_gcj02_and_bd09_come_back_within_a_millimetre(place: tuple[float, float]) -> None:
    here = np.array([place])
    for there, back in (
        (crs.wgs84_to_gcj02, crs.gcj02_to_wgs84),
        (crs.wgs84_to_bd09, crs.bd09_to_wgs84),
    ):
        assert np.abs(back(there(here)) - here).max() < 0.001 * METRE


def test_the_offset_in_kaifeng_is_what_maps_there_show() -> None:
    moved = crs.wgs84_to_gcj02(KAIFENG) - KAIFENG
    metres = np.hypot(moved[0, 0] * np.cos(np.radians(34.8)), moved[0, 1]) / METRE
    assert 507 < metres < 577


def test_outside_china_gcj02_changes_nothing() -> None:
    paris = np.array([[2.35, 48.85], [-71.4, 41.8]])
    assert (crs.wgs84_to_gcj02(paris) == paris).all()
    assert (crs.gcj02_to_wgs84(paris) == paris).all()


def test_a_gauss_krueger_point_lands_where_survey_says() -> None:
    point = crs.to_4490(shapely.Point(528121.94, 3852137.57), "EPSG:4547")
    assert shapely.distance(point, shapely.points(KAIFENG[0])) < 0.02 * METRE


def test_wgs84_is_taken_as_it_is() -> None:
    point = shapely.Point(114.123456789012, 34.8)
    assert crs.to_4490(point, "EPSG:4326") is point
    assert crs.to_4490(point, 4490) is point


def test_an_unknown_crs_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(crs.UnknownCrs) as caught:
        crs.to_4490(shapely.Point(0, 0), "EPSG:999999")
    assert "gcj02" in caught.value.message


@pytest.mark.parametrize("text", ["²", "1" * 5000, "\ud800", 'LOCAL_CS["x"]', "IAU:1000", "+proj=pipeline"])
def test_what_is_no_system_of_this_planet_is_refused_as_well(text: str) -> None:
    with pytest.raises(crs.UnknownCrs):
        crs.to_4490(shapely.Point(0, 0), text)


@pytest.mark.parametrize(
    ("bounds", "epsg"),
    [((114.2, 34.7, 114.5, 34.9), 4547), ((74.9, 39, 75.1, 40), 4534), ((-71.9, 41, -71.1, 42), 32619)],
)
def test_the_metric_crs_is_the_zone_of_the_place(
    bounds: tuple[float, float, float, float], epsg: int
) -> None:
    assert crs.metric_crs(bounds).to_epsg() == epsg


def test_the_plane_in_metres_keeps_straight_lines_straight_and_comes_back() -> None:
    plane = crs.Plane(34.8)
    line = shapely.LineString([(114.3, 34.8), (114.4, 34.8)])
    assert abs(plane.metres(line).length - 9131) < 5
    assert crs.canonical(plane.degrees(plane.metres(line))).equals_exact(line, 0)
