"""The sample's areas are an exact coverage with the real codes, and the same every time."""

import hashlib

import numpy as np
import pytest
import shapely

from data.sample import City, codes, generate
from tests.data.oracle import broken_parents

PER_TIER = {"county": 1, "town": 14, "village": 177, "grid": 500}


def fingerprint(city: City) -> dict[str, str]:
    tables = {key: getattr(city, key) for key in ("areas", "roads", "water", "landuse", "buildings")}
    tables |= city.themes
    return {
        key: hashlib.sha256(table.to_wkb(hex=True).to_csv().encode()).hexdigest()
        for key, table in tables.items()
    }


def test_the_same_seed_draws_the_same_bytes(district: City) -> None:
    assert fingerprint(generate("S", seed=1)) == fingerprint(district)


def test_the_district_has_its_real_towns_and_villages(district: City) -> None:
    assert district.areas["tier"].value_counts().to_dict() == PER_TIER
    for tier in ("town", "village"):
        drawn = district.areas[district.areas["tier"] == tier]
        listed = codes.under("410202", tier)
        assert dict(zip(drawn["code"], drawn["name"], strict=True)) == {row.code: row.name for row in listed}


def test_every_code_begins_with_its_parents_and_the_root_has_none(district: City) -> None:
    areas = district.areas
    assert areas["code"].is_unique
    root, rest = areas.iloc[0], areas.iloc[1:]
    assert root["code"] == "410202"
    assert root["parent_code"] is None or root["parent_code"] != root["parent_code"]
    assert rest["parent_code"].isin(areas["code"]).all()
    assert all(
        code.startswith(parent) for code, parent in zip(rest["code"], rest["parent_code"], strict=True)
    )


def test_the_areas_tile_their_parents_exactly_on_every_tier(district: City) -> None:
    assert broken_parents(district.areas) == []


def test_shapely_finds_no_overlap_and_no_gap(district: City) -> None:
    for tier in ("town", "village", "grid"):
        polygons = district.areas[district.areas["tier"] == tier].geometry.to_numpy()
        assert shapely.is_valid(polygons).all()
        assert shapely.coverage_is_valid(shapely.get_parts(polygons))
        missing = shapely.difference(district.areas.geometry.iloc[0], shapely.coverage_union_all(polygons))
        assert missing.is_empty


def test_every_ordinate_is_canonical_and_every_grid_is_one_piece(district: City) -> None:
    polygons = district.areas.geometry.to_numpy()
    coords = shapely.get_coordinates(polygons)
    assert np.array_equal(coords, np.round(coords * 1e8) / 1e8)
    assert (shapely.get_num_geometries(polygons) == 1).all()


def test_another_seed_draws_another_city_just_as_exact() -> None:
    other = generate("S", seed=77)
    assert broken_parents(other.areas) == []
    assert other.areas["tier"].value_counts().to_dict() == PER_TIER


def test_an_unknown_preset_is_refused_with_the_list() -> None:
    with pytest.raises(ValueError, match="S, M, L"):
        generate("XL")


@pytest.mark.long
def test_the_city_has_the_counts_of_kaifeng_and_is_exact() -> None:
    city = generate("M", seed=1)
    assert city.areas["tier"].value_counts().to_dict() == {
        "city": 1,
        "county": 9,
        "town": 124,
        "village": 2528,
        "grid": 5811,
    }
    assert broken_parents(city.areas) == []
    assert 360_000 < len(city.buildings) < 460_000
    assert 1_500_000 < city.buildings["households"].sum() < 1_750_000
