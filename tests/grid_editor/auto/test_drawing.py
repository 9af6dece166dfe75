"""Prove that a village drawn afresh is tiled exactly by whole, balanced grids along its streets, and again the same."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_core.crs import canonical
from gis_core.importing import chain, noding
from grid_editor.auto import blocks, drawing
from grid_editor.auto.drawing import DrawnVillage
from grid_editor.auto.inputs import Band, Ground, Homes, Request, Stopped
from tests.gis_core import oracle
from tests.grid_editor.auto.towns import house, many, random_town, street, town
from tests.shapes import polygon, square


def geoms(drawn: DrawnVillage) -> np.ndarray:
    return many([grid.geom for grid in drawn.grids])


def loads(drawn: DrawnVillage) -> list[int]:
    return sorted(grid.households for grid in drawn.grids)


def assert_exact(ground: Ground, drawn: DrawnVillage) -> None:
    found = geoms(drawn)
    assert chain.tiles(found, drawn.village)
    assert oracle.tiles(list(found), drawn.village)
    assert all(shapely.equals_identical(g, canonical(g)) for g in found)
    assert all(shapely.get_num_geometries(g) == 1 for g in found)
    put_in = noding.spliced(np.array([ground.village]), drawn.splices)[0]
    assert shapely.equals_identical(shapely.normalize(put_in), shapely.normalize(drawn.village))


def test_four_by_four_blocks_of_a_hundred_make_four_grids_of_four_hundred():
    drawn = drawing.drawn(town(4, 4), Request())
    assert loads(drawn) == [400, 400, 400, 400]
    assert_exact(town(4, 4), drawn)


def test_the_same_seed_draws_the_same_to_the_last_bit():
    once, again = (drawing.drawn(random_town(5), Request(seed=3)) for _time in range(2))
    assert shapely.equals_identical(geoms(once), geoms(again)).all()
    assert [g.households for g in once.grids] == [g.households for g in again.grids]


def test_the_band_is_an_input():
    assert loads(drawing.drawn(town(4, 4), Request(Band(150, 200, 250)))) == [200] * 8


def test_a_village_that_fits_one_grid_is_one_grid_with_its_own_vertices():
    ground = town(2, 2, households=90)
    (only,) = drawing.drawn(ground, Request()).grids
    assert shapely.equals_identical(shapely.normalize(only.geom), shapely.normalize(ground.village))


def test_a_village_without_streets_and_people_is_one_grid():
    drawn = drawing.drawn(Ground("410202001001", square(0, 0)), Request())
    assert loads(drawn) == [0]


def test_a_dead_end_cuts_nothing():
    ground = town(1, 1, households=90)
    with_stub = replace(ground, roads=many([street((0.3, 0), (0.3, 0.5))]), road_classes=("local",))
    assert drawing.drawn(with_stub, Request()).blocks == 1


def test_a_compound_across_a_lane_is_not_cut():
    compound = polygon((0.7, 0.2), (1.3, 0.2), (1.3, 0.8), (0.7, 0.8)).geoms[0]
    ground = town(8, 1, compounds=many([compound]))
    drawn = drawing.drawn(ground, Request())
    assert sum(shapely.area(shapely.intersection(g, compound)) > 1e-12 for g in geoms(drawn)) == 1
    assert_exact(ground, drawn)


def test_a_main_road_divides_what_an_outline_joins():
    compound = polygon((0.7, 0.2), (1.3, 0.2), (1.3, 0.8), (0.7, 0.8)).geoms[0]
    ground = replace(town(2, 1, households=400, compounds=many([compound])), road_classes=("arterial",))
    assert loads(drawing.drawn(ground, Request())) == [400, 400]


def test_a_compound_too_big_for_a_grid_is_divided_along_its_lanes():
    whole = polygon((0.1, 0.1), (3.9, 0.1), (3.9, 1.9), (0.1, 1.9)).geoms[0]
    assert loads(drawing.drawn(town(4, 2, compounds=many([whole])), Request())) == [400, 400]


def test_a_building_over_a_lane_keeps_its_blocks_together():
    ground = town(4, 2)
    over = Homes(np.append(ground.homes.outlines, house(1, 0.5, 0.3)), np.append(ground.homes.households, 0))
    drawn = drawing.drawn(replace(ground, homes=over), Request())
    assert sum(shapely.intersects(g, shapely.buffer(over.outlines[-1], -1e-6)) for g in geoms(drawn)) == 1


def test_a_block_above_the_band_is_cut_through_a_gap_between_its_buildings():
    homes = Homes(many([house(x, 0.5, 0.1) for x in (0.2, 0.35, 0.7, 0.85)]), np.full(4, 200))
    ground = Ground("410202001001", square(0, 0), homes=homes)
    drawn = drawing.drawn(ground, Request())
    assert loads(drawn) == [400, 400]
    cut = shapely.intersection(geoms(drawn)[0], geoms(drawn)[1])
    assert not shapely.intersects(cut, homes.outlines).any()
    assert_exact(ground, drawn)


def test_a_single_house_above_the_band_is_named_and_the_others_balanced():
    ground = town(5, 1)
    people = ground.homes.households.copy()
    people[0] = 900
    drawn = drawing.drawn(replace(ground, homes=Homes(ground.homes.outlines, people)), Request())
    assert drawn.stuck == [900]
    assert loads(drawn) == [400, 900]


def test_borders_run_along_the_main_road():
    ground = town(4, 2)
    classes = tuple("arterial" if i == 1 else "local" for i in range(len(ground.roads)))
    drawn = drawing.drawn(replace(ground, road_classes=classes), Request())
    shared = shapely.intersection(*geoms(drawn))
    assert shapely.covered_by(shared, shapely.buffer(ground.roads[1], 1e-7))


def test_no_vertex_stays_on_the_village_border_that_is_neither_its_own_nor_a_junction():
    ground = town(4, 4)
    drawn = drawing.drawn(ground, Request())
    junctions = sum(len(points) for points in drawn.splices.values())
    assert junctions == len(
        drawn.grids
    )  # four grids meet the border in four places, sixteen streets cross it


def test_a_fixed_grid_stays_as_it_is():
    fixed = square(0, 0, 2)
    rest = polygon((2, 0), (4, 0), (4, 4), (0, 4), (0, 2), (2, 2))
    existing = {"410202001001801": fixed, "410202001001001": rest}
    ground = town(4, 4, existing=existing, fixed=frozenset({"410202001001801"}))
    drawn = drawing.drawn(ground, Request())
    (school,) = [grid for grid in drawn.grids if grid.fixed]
    assert school.code == "410202001001801"
    assert shapely.equals(school.geom, fixed)
    assert loads(drawn) == [400] * 4
    assert_exact(ground, drawn)


def test_it_can_be_stopped():
    with pytest.raises(Stopped):
        drawing.drawn(town(4, 4), Request(), stop=lambda: True)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_any_street_net_gives_an_exact_coverage_of_whole_grids(seed):
    ground = random_town(seed)
    drawn = drawing.drawn(ground, Request(Band(60, 100, 140), seed=seed))
    assert_exact(ground, drawn)
    inside = blocks.households_in(ground, np.array([ground.village], dtype=object))
    assert sum(loads(drawn)) == inside[0]


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.integers(3, 8), st.integers(2, 6), st.integers(40, 130))
def test_regular_blocks_always_reach_the_band_where_a_number_of_grids_exists(columns, rows, households):
    band, total = Band(), columns * rows * households
    drawn = drawing.drawn(town(columns, rows, households), Request(band))
    if any(band.low + 130 <= total / n <= band.high - 130 for n in range(1, 40)):
        assert not [n for n in loads(drawn) if band.excess(n)]
    assert_exact(town(columns, rows, households), drawn)
