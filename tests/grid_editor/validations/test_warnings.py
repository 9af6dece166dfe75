"""Prove when the checks warn, and when they keep still."""

import pytest
import shapely
from django.test import override_settings

from grid_editor import validations
from grid_editor.storing import geos
from layers.models import Building, Landuse, Road, Water
from tests.grid_editor.conftest import EAST, WEST
from tests.grid_editor.validations.conftest import found, put
from tests.shapes import place, polygon, square

pytestmark = pytest.mark.django_db
METRE_X = 1 / 913
METRE_Y = 1 / 1112
"""A metre in units, west to east and south to north."""


def lives(x: float, y: float, households: int, size: float = 0.01) -> Building:
    return Building.objects.create(geom=geos(square(x, y, size)), households=households)


def street(*points: tuple[float, float], road_class: str = "local") -> Road:
    line = shapely.MultiLineString([[place(*p) for p in points]])
    from django.contrib.gis.geos import GEOSGeometry

    return Road.objects.create(
        geom=GEOSGeometry(memoryview(shapely.to_wkb(line)), srid=4490), road_class=road_class
    )


def test_warnings_do_not_count_as_errors(plan):
    assert {one.rule.severity for one in validations.findings(plan)} == {"warning"}
    assert validations.errors(plan) == []


def test_a_grid_outside_the_band_is_told_with_its_households(plan):
    lives(0.5, 0.5, 700)
    lives(1.5, 0.5, 400)
    loads = {one.codes[0]: one for one in found(plan, "load")}
    assert loads[f"{WEST}001"].size == "700 households"
    assert loads[f"{WEST}003"].facts["load"] == "under"
    assert f"{WEST}002" not in loads


def test_special_grids_have_no_band(plan):
    plan.grids.filter(code=f"{WEST}001").update(kind="special")
    assert f"{WEST}001" not in {one.codes[0] for one in found(plan, "load")}


def test_a_village_in_the_country_has_its_own_band_or_none(plan, monkeypatch):
    monkeypatch.setattr("grid_editor.counting.COMMITTEES", range(1, 2))
    assert WEST not in {one.village for one in found(plan, "load")}
    with override_settings(RURAL_HOUSEHOLDS=(1, 2000)):
        assert {one.village for one in found(plan, "load")} == {WEST, EAST}
        plan.grids.update(households=1500)
        assert {one.village for one in found(plan, "load")} == {EAST}


def test_a_compound_in_two_grids_is_told_with_the_households_of_each(plan):
    Landuse.objects.create(
        name="阳光花园",
        kind="residential",
        geom=geos(polygon((0.8, 0.2), (1.2, 0.2), (1.2, 0.4), (0.8, 0.4))),
    )
    lives(0.9, 0.3, 30)
    lives(1.1, 0.3, 70)
    one = found(plan, "compound_cut")[0]
    assert (one.codes, one.facts["households"]) == ((f"{WEST}001", f"{WEST}002"), (30, 70))
    assert one.sentence == "阳光花园 is divided between grids 001, 002: 30, 70 households."
    lives(1.15, 0.3, 900)
    assert found(plan, "compound_cut") == []


def test_a_compound_on_the_border_of_two_villages_and_other_land_are_left_in_peace(plan):
    Landuse.objects.create(kind="residential", geom=geos(square(2.8, 0.2, 0.4)))
    Landuse.objects.create(kind="park", geom=geos(square(0.8, 0.2, 0.4)))
    assert found(plan, "compound_cut") == []
    Landuse.objects.create(kind="residential", geom=geos(square(0.8, 0.2, 0.4)))
    assert len(found(plan, "compound_cut")) == 1


def test_a_building_under_a_border_is_told_unless_only_a_wall_touches_it(plan):
    Building.objects.create(name="3号楼", geom=geos(square(0.98, 0.5, 0.05)))
    Building.objects.create(geom=geos(square(0.9501, 0.3, 0.05)))
    one = found(plan, "building_cut")
    assert [cut.codes for cut in one] == [(f"{WEST}001", f"{WEST}002")]
    assert one[0].sentence == "The border of grids 001, 002 runs through 3号楼; 40% of it lie on one side."


def test_a_border_beside_a_street_is_told_one_on_it_or_far_from_it_is_not(plan):
    beside = 1 + 10 * METRE_X
    street((beside, 0), (beside, 1))
    stretch = found(plan, "off_street")[0]
    assert stretch.codes == (f"{WEST}001", f"{WEST}002")
    assert stretch.metres == pytest.approx(1112, abs=12)
    street((2 + 3 * METRE_X, 0), (2 + 3 * METRE_X, 1))
    street((2 + 100 * METRE_X, 1), (2 + 100 * METRE_X, 2))
    assert len(found(plan, "off_street")) == 1


def test_a_border_that_only_crosses_streets_or_follows_water_or_a_path_is_left_in_peace(plan):
    for y in range(1, 10):
        street((0.5, y / 10), (1.5, y / 10 + 0.02))
    assert found(plan, "off_street") == []
    street((1 + 12 * METRE_X, 0), (1 + 12 * METRE_X, 1))
    assert len(found(plan, "off_street")) == 1
    Water.objects.create(geom=geos(polygon((0.99, 0), (1, 0), (1, 1), (0.99, 1))))
    assert found(plan, "off_street") == []
    street((2 + 12 * METRE_X, 0), (2 + 12 * METRE_X, 1))
    street((2, 0), (2, 1), road_class="path")
    assert found(plan, "off_street") == []


def test_a_short_stretch_beside_a_street_is_left_in_peace(plan):
    beside = 1 + 10 * METRE_X
    street((beside, 0.5), (beside, 0.5 + 15 * METRE_Y))
    assert found(plan, "off_street") == []
    street((beside, 0.5 + 15 * METRE_Y), (beside, 0.5 + 90 * METRE_Y))
    assert len(found(plan, "off_street")) == 1


def test_a_hair_and_a_crumb_are_slivers_a_courtyard_is_none(plan):
    put(plan, f"{WEST}001", polygon((0, 0), (2 * METRE_X, 0), (2 * METRE_X, 1), (0, 1)))
    put(plan, f"{WEST}002", square(1, 0, 9 * METRE_Y))
    put(plan, f"{WEST}003", square(2, 0, 20 * METRE_Y))
    assert {one.codes[0][-3:]: round(one.facts["width"]) for one in found(plan, "sliver")} == {
        "001": 2,
        "002": 7,
    }


@override_settings(GRID_CHECKS={**__import__("django.conf").conf.settings.GRID_CHECKS, "sliver_m2": 1.0})
def test_the_limits_are_settings(plan):
    put(plan, f"{WEST}002", square(1, 0, 9 * METRE_Y))
    assert found(plan, "sliver") == []
