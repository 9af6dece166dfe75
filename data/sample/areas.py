"""Area records on every tier: codes, names, kinds and polygons."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.sample.codes import Named, grid_code
from data.sample.coverage import dissolve
from data.sample.division import NEW, Division
from data.sample.frame import Geoms, Ints
from gis_core.numerals import chinese

CRS = "EPSG:4490"
SPECIAL_NAMES = ("产业园区", "大学园区", "商务中心", "物流园区", "文体中心", "科技园区")
BANDS = 4  # codes go west to east in quarters of the village's width, then north to south


def pick_special(division: Division, rng: np.random.Generator) -> np.ndarray:
    """Which grids are 专属 (industry, campus, mall): one in some villages of the new town."""
    special = np.zeros(len(division.polygons), dtype=bool)
    for village, zone in enumerate(division.zones):
        own = np.flatnonzero(division.village == village)
        if zone == NEW and len(own) > 2 and rng.random() < 0.3:
            special[rng.choice(own)] = True
    return special


def grid_records(
    division: Division, polygons: Geoms, special: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """One row per grid, in the order of the polygons: code, name, kind, parent_code."""
    places = shapely.get_coordinates(shapely.point_on_surface(polygons))
    rows: list[dict[str, object]] = [{}] * len(polygons)
    for village, named in enumerate(division.villages):
        own = np.flatnonzero(division.village == village)
        for kind in (False, True):
            members = own[special[own] == kind]
            for number, i in enumerate(members[_west_to_east(places[members])], start=1):
                rows[i] = _grid_row(named, number, kind, rng)
    return pd.DataFrame(rows)


def _west_to_east(places: np.ndarray) -> Ints:
    if len(places) < 2:
        return np.arange(len(places))
    x = places[:, 0]
    band = np.minimum((x - x.min()) / max(np.ptp(x), 1e-9) * BANDS, BANDS - 1).astype(int)
    return np.lexsort((-places[:, 1], band))


def _grid_row(village: Named, number: int, special: bool, rng: np.random.Generator) -> dict[str, object]:
    what = f"{rng.choice(SPECIAL_NAMES)}专属网格" if special else f"第{chinese(number)}网格"
    return {
        "tier": "grid",
        "code": grid_code(village.code, number, special),
        "parent_code": village.code,
        "name": village.name + what,
        "kind": "special" if special else "general",
    }


def area_frame(
    grids: pd.DataFrame, faces: Geoms, face_grid: Ints, tiers: Sequence[Sequence[Named]]
) -> gpd.GeoDataFrame:
    """All areas, from the root down. `tiers` lists the named areas from villages up to the root."""
    levels = [gpd.GeoDataFrame(grids, geometry=dissolve(faces, face_grid, len(grids)), crs=CRS)]
    for tier in tiers:
        levels.append(_dissolved_into(levels[-1], tier))
    levels[-1]["parent_code"] = None
    return gpd.GeoDataFrame(pd.concat(levels[::-1], ignore_index=True), crs=CRS)


def _dissolved_into(below: gpd.GeoDataFrame, tier: Sequence[Named]) -> gpd.GeoDataFrame:
    position = {named.code: i for i, named in enumerate(tier)}
    group = below["parent_code"].map(position).to_numpy(dtype=int)
    parts, index = shapely.get_parts(below.geometry.to_numpy(), return_index=True)
    rows = pd.DataFrame(
        {
            "tier": [n.tier for n in tier],
            "code": [n.code for n in tier],
            "parent_code": [n.parent for n in tier],
            "name": [n.name for n in tier],
            "kind": "general",
        }
    )
    return gpd.GeoDataFrame(rows, geometry=dissolve(parts, group[index], len(tier)), crs=CRS)
