"""The real part of Beijing (haidian_osm) as layers: every row of every file accounted for."""

import pytest

from layers.importing.service import import_layer
from layers.models import Building, Enterprise, Hospital, PublicBuilding, Road, School
from tests.gis_core.importing.conftest import SHARED

HAIDIAN = SHARED / "haidian_osm"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not HAIDIAN.exists(), reason="the real data haidian_osm is not on this machine"),
]


def test_buildings_roads_land_use_and_water_with_a_complete_report():
    expected = {
        "buildings": ("buildings", 521),
        "roads": ("roads", 678),
        "landuse": ("landuse", 85),
        "water": ("water", 6),
    }
    for key, (file, rows) in expected.items():
        report = import_layer(key, HAIDIAN / f"{file}.geojson")
        assert (report.rows, report.created, report.skipped) == (rows, rows, ()), key
        again = import_layer(key, HAIDIAN / f"{file}.geojson")
        assert (again.created, again.updated, again.unchanged) == (0, 0, rows), key
    assert Building.objects.filter(use="school").count() > 15
    assert set(Road.objects.values_list("road_class", flat=True)) >= {
        "arterial",
        "secondary",
        "local",
        "lane",
        "path",
    }


def test_rivers_that_are_lines_are_no_water_surfaces_and_that_is_said():
    report = import_layer("water", HAIDIAN / "waterways.geojson")
    assert (report.rows, report.created) == (4, 0)
    assert {skipped.reason for skipped in report.skipped} == {"a LineString is no Polygon"}


def test_points_of_interest_go_where_they_belong():
    """237 points; what is in none of the layers (teller machines, letter boxes, ...) is counted as not selected."""
    poi = HAIDIAN / "poi.geojson"
    counts = {}
    for key in ("schools", "public_buildings", "enterprises"):
        report = import_layer(key, poi, where=["osm"])
        assert report.rows == 237
        assert report.skipped == ()
        counts[key] = report.created
    assert counts == {"schools": 6, "public_buildings": 27, "enterprises": 156}
    assert set(School.objects.values_list("stage", flat=True)) == {"middle", "university"}
    assert PublicBuilding.objects.filter(kind="hotel").count() == 7
    assert Enterprise.objects.count() == 156


def test_hospitals_drawn_as_buildings_become_points():
    report = import_layer("hospitals", HAIDIAN / "buildings.geojson", where=["amenity=hospital,clinic"])
    assert (report.created, report.not_selected, report.skipped) == (2, 519, ())
    assert Hospital.objects.count() == 2
