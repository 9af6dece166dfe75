"""What stands in the sample's grids: inside one of them, housed within the band, named, and dry."""

import numpy as np
import pandas as pd
import shapely

from data.sample import City
from data.sample.codes import is_urban
from data.sample.frame import segments
from data.sample.households import URBAN_BAND
from layers.models import Building, Landuse, Road, Water


def grid_of(city: City, table: str) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (row, grid row) where the row's geometry lies wholly inside the grid."""
    grids = city.areas[city.areas["tier"] == "grid"].geometry.to_numpy()
    return shapely.STRtree(grids).query(getattr(city, table).geometry.to_numpy(), predicate="within")


def test_every_building_lies_in_exactly_one_grid(district: City) -> None:
    row, _ = grid_of(district, "buildings")
    assert np.array_equal(np.sort(row), np.arange(len(district.buildings)))


def test_every_lake_lies_in_exactly_one_grid(district: City) -> None:
    lakes = np.flatnonzero(district.water["kind"].isin(["lake", "pond"]))
    row, _ = grid_of(district, "water")
    assert np.isin(lakes, row).all()


def test_general_town_grids_have_300_to_500_households(district: City) -> None:
    row, grid = grid_of(district, "buildings")
    grids = district.areas[district.areas["tier"] == "grid"].reset_index(drop=True)
    homes = np.bincount(grid, district.buildings["households"].to_numpy()[row], minlength=len(grids))
    town = (grids["kind"] == "general") & grids["code"].map(is_urban)
    low, high = URBAN_BAND
    assert town.sum() > 200
    assert homes[town].min() >= low
    assert homes[town].max() <= high
    assert homes[grids["kind"] == "special"].sum() == 0


def test_the_district_has_about_34_000_buildings_and_140_000_households(district: City) -> None:
    assert 29_000 < len(district.buildings) < 40_000
    assert 125_000 < district.buildings["households"].sum() < 160_000
    assert (district.buildings["residents"] >= district.buildings["households"]).all()


def test_no_building_stands_in_the_water(district: City) -> None:
    tree = shapely.STRtree(district.water.geometry.to_numpy())
    assert len(tree.query(district.buildings.geometry.to_numpy(), predicate="intersects")[0]) == 0


def test_the_words_used_are_those_of_the_tables(district: City) -> None:
    assert set(district.roads["road_class"]) == set(Road.RoadClass.values)
    assert set(district.water["kind"]) == set(Water.Kind.values)
    assert set(district.landuse["kind"]) <= set(Landuse.Kind.values)
    assert set(district.buildings["use"]) <= set(Building.Use.values)


def test_houses_have_numbers_and_addresses_and_ids_are_unique(district: City) -> None:
    houses = district.buildings
    assert houses["source_id"].is_unique
    assert houses["building_no"].str.fullmatch(r"\d+幢").all()
    lived_in = houses[houses["households"] > 0]
    assert lived_in["address_text"].str.contains("号").all()
    assert (lived_in["name"] != "").all()
    assert (lived_in["floors"] * lived_in["units"] * 2 >= lived_in["households"]).all()


def test_borders_inside_the_district_run_along_streets_or_shores(district: City) -> None:
    grids = district.areas[district.areas["tier"] == "grid"].geometry.to_numpy()
    root = district.areas.geometry.iloc[0]
    lines = pd.concat([district.roads.geometry, district.water.geometry.boundary]).to_numpy()
    near = shapely.STRtree(lines)
    borders = shapely.get_parts(shapely.node(shapely.union_all(shapely.boundary(grids))))
    middles = shapely.line_interpolate_point(borders, 0.5, normalized=True)
    inner = middles[shapely.distance(middles, root.boundary) > 1e-6]
    on_line = np.unique(near.query(inner, predicate="dwithin", distance=2e-6)[0])
    assert len(on_line) > 0.95 * len(inner)


def test_segments_never_bridge_the_gap_between_two_parts_of_a_line() -> None:
    broken = np.array([shapely.MultiLineString([[(0, 0), (1, 0)], [(9, 0), (10, 0), (11, 0)]])])
    pieces, line = segments(broken)
    assert shapely.length(pieces).tolist() == [1, 1, 1]
    assert line.tolist() == [0, 0, 0]
