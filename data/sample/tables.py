"""The finished tables of lanes, land use and buildings, from blocks and footprints."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.sample import households
from data.sample.areas import CRS
from data.sample.blocks import Blocks
from data.sample.buildings import FORMS, Footprints
from data.sample.division import INNER, OLD
from data.sample.frame import Ints, segments, to_lonlat, to_metres
from data.sample.names import place_name, street_name

LANDUSE = {
    "courtyard": "residential",
    "oldslab": "residential",
    "slab": "residential",
    "tower": "residential",
    "villa": "residential",
    "rows": "residential",
    "commercial": "commercial",
    "office": "commercial",
    "industrial": "industrial",
    "rural_works": "industrial",
    "public": "public",
    "school": "public",
    "hospital": "public",
    "park": "park",
    "farmland": "farmland",
    "greenhouse": "farmland",
    "forest": "forest",
    "vacant": "other",
}
NAMELESS = ("farmland", "forest", "greenhouse", "vacant")


def lanes(blocks: Blocks, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """The lanes and tracks inside grids."""
    names = [street_name(c, rng) for c in blocks.lane_class]
    geoms = shapely.multilinestrings([[line] for line in to_lonlat(blocks.lanes)])
    return gpd.GeoDataFrame({"name": names, "road_class": blocks.lane_class}, geometry=geoms, crs=CRS)


def ground_and_buildings(
    blocks: Blocks,
    footprints: Footprints,
    shares: Ints,
    streets: gpd.GeoDataFrame,
    grids: pd.DataFrame,
    prefix: str,
    rng: np.random.Generator,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """The land use and building tables."""
    names = _block_names(blocks, grids, rng)
    landuse = gpd.GeoDataFrame(
        {"name": names, "kind": [LANDUSE[u] for u in blocks.use]}, geometry=_multi(blocks.polygons), crs=CRS
    )
    landuse["source_id"] = [f"{prefix}-landuse-{i}" for i in range(1, len(landuse) + 1)]
    return landuse, _buildings(blocks, footprints, shares, names, streets, prefix, rng)


def _multi(polygons: np.ndarray) -> np.ndarray:
    return shapely.multipolygons(to_lonlat(polygons), indices=np.arange(len(polygons)))


def _block_names(blocks: Blocks, grids: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    village = np.array([name.split("第")[0] for name in grids["name"]], dtype=object)[blocks.grid]
    old = np.isin(blocks.zone.astype(str), (OLD, INNER))
    rows = zip(blocks.use, blocks.zone, old, village, strict=True)
    return np.array([_block_name(use, zone, o, home, rng) for use, zone, o, home in rows], dtype=object)


def _block_name(use: str, zone: str, old: bool, home: str, rng: np.random.Generator) -> str:
    if use in NAMELESS:
        return ""
    if zone == "core":
        return home
    return place_name("industrial" if use == "rural_works" else use, old, rng)


def _buildings(
    blocks: Blocks,
    footprints: Footprints,
    shares: Ints,
    names: np.ndarray,
    streets: gpd.GeoDataFrame,
    prefix: str,
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    block = footprints.block
    floors, units = households.floors_and_units(shares, footprints)
    use = np.array([FORMS[u].use for u in blocks.use[block]], dtype=object)
    use[(shares > 0) & (footprints.dwelling_area == 0)] = "mixed"
    number = np.arange(len(block)) - np.searchsorted(block, block) + 1
    numbers = [f"{n}幢" for n in number]
    doors = _doors(blocks, streets)[block]
    return gpd.GeoDataFrame(
        {
            "source_id": [f"{prefix}-building-{i}" for i in range(1, len(block) + 1)],
            "name": names[block],
            "building_no": numbers,
            "address_text": [f"{d}{n}{b}" for d, n, b in zip(doors, names[block], numbers, strict=True)],
            "use": use,
            "floors": floors,
            "units": units,
            "households": shares,
            "residents": households.residents(shares, rng),
        },
        geometry=_multi(footprints.polygons),
        crs=CRS,
    )


def _doors(blocks: Blocks, streets: gpd.GeoDataFrame) -> np.ndarray:
    """Street and house number of each block: the nearest named border street."""
    named = streets[(streets["name"] != "") & ~streets["road_class"].isin(["railway", "expressway"])]
    lines = to_metres(named.geometry.to_numpy())
    pieces, index = segments(lines)
    points = shapely.point_on_surface(blocks.polygons)
    nearest = index[shapely.STRtree(pieces).query_nearest(points, all_matches=False)[1]]
    along = (shapely.line_locate_point(shapely.line_merge(lines)[nearest], points) / 12.0).astype(int) + 1
    names = named["name"].to_numpy()[nearest]
    return np.array([f"{n}{a}号" for n, a in zip(names, along, strict=True)], dtype=object)
