"""The sample's thematic layers: as many as such a district has, where they belong, with codes that check out."""

import numpy as np
import shapely

from data.sample import City
from data.sample.frame import to_metres
from layers import registry
from layers.identifiers import credit_code_error, is_camera_code

PER_DISTRICT = {
    "hospitals": (150, 260),
    "schools": (100, 250),
    "public_buildings": (150, 400),
    "enterprises": (4800, 5600),
    "emergency": (3000, 4000),
    "warehouses": (14, 14),
    "cameras": (3700, 3700),
    "staff": (1250, 1500),
    "sensors": (700, 800),
}


def test_there_are_as_many_as_such_a_district_has(district: City) -> None:
    counts = {key: len(table) for key, table in district.themes.items()}
    assert counts.keys() == PER_DISTRICT.keys()
    for key, (low, high) in PER_DISTRICT.items():
        assert low <= counts[key] <= high, key


def test_every_word_is_one_of_its_layers_code_lists(district: City) -> None:
    for key, table in {**district.themes, "buildings": district.buildings}.items():
        for field in registry.find(key).fields:
            if field.codes is not None:
                assert set(table[field.name]) <= {"", *field.codes.values}, (key, field.name)


def test_codes_check_out_and_none_comes_twice(district: City) -> None:
    firms, cameras = district.themes["enterprises"], district.themes["cameras"]
    assert not [code for code in firms["uscc"] if credit_code_error(code)]
    assert firms["uscc"].is_unique
    assert cameras["gb_code"].is_unique
    assert cameras["gb_code"].map(is_camera_code).all()


def test_ordinates_are_canonical_and_ids_unique(district: City) -> None:
    for key, table in district.themes.items():
        coords = shapely.get_coordinates(table.geometry.to_numpy())
        assert np.array_equal(coords, np.round(coords * 1e8) / 1e8), key
        assert table["source_id"].is_unique, key


def test_hospitals_schools_and_duty_points_lie_on_buildings(district: City) -> None:
    tree = shapely.STRtree(district.buildings.geometry.to_numpy())
    for key in ("hospitals", "schools", "public_buildings", "staff", "warehouses"):
        points = district.themes[key].geometry.to_numpy()
        assert len(np.unique(tree.query(points, predicate="dwithin", distance=1e-7)[0])) == len(points), key


def test_cameras_hydrants_and_shops_stand_near_a_street(district: City) -> None:
    tree = shapely.STRtree(to_metres(district.roads.geometry.to_numpy()))
    hydrants = district.themes["emergency"].query("kind == 'hydrant'")
    for table, metres, share in (
        (district.themes["cameras"], 8.0, 1.0),
        (hydrants, 5.0, 1.0),
        (district.themes["enterprises"], 60.0, 0.85),
    ):
        points = to_metres(table.geometry.to_numpy())
        near = np.unique(tree.query(points, predicate="dwithin", distance=metres)[0])
        assert len(near) >= share * len(points)


def test_every_grid_with_houses_has_one_lead_and_every_village_one_guide(district: City) -> None:
    grids = district.areas[district.areas["tier"] == "grid"].reset_index(drop=True)
    staff = district.themes["staff"]
    person, grid = shapely.STRtree(grids.geometry.to_numpy()).query(
        staff.geometry.to_numpy(), predicate="within"
    )
    assert np.array_equal(np.sort(person), np.arange(len(staff)))
    leads = grid[staff["post"].to_numpy()[person] == "grid_lead"]
    assert len(leads) == len(np.unique(leads)) >= 490
    guides = grids["parent_code"].to_numpy()[grid[staff["post"].to_numpy()[person] == "guide"]]
    assert len(guides) == len(set(guides)) >= 170


def test_age_bands_add_up_to_the_residents(district: City) -> None:
    houses = district.buildings
    bands = houses[[f"residents_{band}" for band in ("0_14", "15_59", "60_79", "80_up")]]
    assert (bands.sum(axis=1) == houses["residents"]).all()
