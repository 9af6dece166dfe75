"""What `generate` returns: the sample city as tables, all in EPSG:4490."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd


@dataclass(frozen=True)
class City:
    """The synthetic city. Geometry columns are lon/lat with 8 decimals.

    areas: tier, code, parent_code, name, kind (root first);
    roads: source_id, name, road_class; water: source_id, name, kind; landuse: source_id, name, kind;
    buildings: source_id, name, address_text, building_no, use, floors, units, households, residents, structure,
    year_built, danger_level, property_company, residents_0_14 ... residents_80_up;
    themes: the thematic layers' tables by layer key, columns as in layers.models; stock: what is in the warehouses.
    """

    preset: str
    seed: int
    areas: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    water: gpd.GeoDataFrame
    landuse: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    themes: dict[str, gpd.GeoDataFrame]
    stock: pd.DataFrame
