"""What `generate` returns: the sample city as tables, all in EPSG:4490."""

from dataclasses import dataclass

import geopandas as gpd


@dataclass(frozen=True)
class City:
    """The synthetic city. Geometry columns are lon/lat with 8 decimals.

    areas: tier, code, parent_code, name, kind (root first);
    roads: source_id, name, road_class; water: source_id, name, kind; landuse: source_id, name, kind;
    buildings: source_id, name, address_text, building_no, use, floors, units, households, residents.
    """

    preset: str
    seed: int
    areas: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    water: gpd.GeoDataFrame
    landuse: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
