"""What housing is like: structure, year, danger level, property company, and residents by age band."""

import geopandas as gpd
import numpy as np

from data.sample.names import FIRST

AGE_SHARES = (0.205, 0.605, 0.16, 0.03)
"""0-14, 15-59, 60-79, 80 and over: roughly as in a northern prefecture-level city."""
AGE_COLUMNS = ("residents_0_14", "residents_15_59", "residents_60_79", "residents_80_up")


def with_housing(buildings: gpd.GeoDataFrame, seed: int) -> gpd.GeoDataFrame:
    """The buildings with their housing columns."""
    rng = np.random.default_rng([seed, 100])
    floors = buildings["floors"].to_numpy()
    use = buildings["use"].to_numpy(dtype=object)
    structure = _structure(use, floors, rng)
    year = _year(use, floors, rng)
    housing = buildings["households"].to_numpy() > 0
    company = rng.choice([f"{first}物业" for first in FIRST], len(buildings))
    managed = housing & (floors >= 6)
    ages = rng.multinomial(buildings["residents"].to_numpy(), AGE_SHARES)
    columns = {
        "structure": structure,
        "year_built": year,
        "danger_level": np.where(housing, _danger(structure, year, rng), ""),
        "property_company": np.where(managed, company, ""),
        **dict(zip(AGE_COLUMNS, ages.T, strict=True)),
    }
    return buildings.assign(**columns)


def _structure(use: np.ndarray, floors: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    found = np.where(floors >= 7, "steel_concrete", "brick_concrete").astype(object)
    wooden = (use == "bungalow") & (rng.random(len(use)) < 0.35)
    found[wooden] = "brick_wood"
    found[use == "industrial"] = "steel"
    return found


def _year(use: np.ndarray, floors: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    first = np.where(floors >= 7, 2000, np.where(use == "bungalow", 1955, 1978))
    last = np.where(floors >= 7, 2024, np.where(use == "bungalow", 2015, 2012))
    return (first + rng.random(len(use)) * (last - first)).astype(int)


def _danger(structure: np.ndarray, year: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Most houses were never appraised; old and wooden ones were, and some are dangerous."""
    risk = np.where(structure == "brick_wood", 0.12, 0.01) + np.clip((1990 - year) / 400, 0, 0.1)
    draw = rng.random(len(year))
    found = np.where(draw > 0.75, "A", np.where(draw > 0.65, "B", "")).astype(object)
    found[draw < risk] = "C"
    found[draw < risk * 0.2] = "D"
    return found
