"""The street layer: borders' streets and the lanes inside grids, with classes and names."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.sample.areas import CRS
from data.sample.coverage import Network, edge_streets
from data.sample.division import Streets
from data.sample.frame import Geoms, Ground
from data.sample.names import street_name


def border_roads(
    network: Network, streets: Streets, ground: Ground, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """One row per street that borders follow: name, road_class, MultiLineString in lon/lat."""
    edge, street = edge_streets(network, streets)
    order = np.argsort(street, kind="stable")
    placed = ground.place(network.edges)[edge[order]]
    used, starts = np.unique(street[order], return_index=True)
    lines = [_merged(part) for part in np.split(placed, starts[1:])]
    classes = [streets.classes[i] for i in used]
    names = [streets.names[i] or street_name(c, rng) for i, c in zip(used, classes, strict=True)]
    roads = gpd.GeoDataFrame({"name": names, "road_class": classes}, geometry=lines, crs=CRS)
    return roads[roads["road_class"] != ""].reset_index(drop=True)


def _merged(lines: Geoms) -> shapely.MultiLineString:
    return shapely.multilinestrings(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines))))


def with_lanes(roads: gpd.GeoDataFrame, lanes: gpd.GeoDataFrame, prefix: str) -> gpd.GeoDataFrame:
    """All streets with their source ids."""
    both = gpd.GeoDataFrame(pd.concat([roads, lanes], ignore_index=True), crs=CRS)
    both["source_id"] = [f"{prefix}-road-{i}" for i in range(1, len(both) + 1)]
    return both
