"""The thematic layers of the sample city: who and what is in its buildings and along its streets.

Each topic draws from random numbers of its own, so that a change in one leaves the others, and the city itself,
as they are. Every name, number and code is invented; codes keep their check characters.
"""

import geopandas as gpd
import pandas as pd

from data.sample.themes import emergency, enterprises, places, watching
from data.sample.themes.setting import Setting

Themes = dict[str, gpd.GeoDataFrame]


def themes(setting: Setting) -> tuple[Themes, pd.DataFrame]:
    """Tables by layer key, and the warehouses' stock lines (warehouse: the warehouse's source_id)."""
    tables: Themes = {}
    tables["hospitals"] = places.hospitals(setting)
    tables["schools"] = places.schools(setting)
    tables["public_buildings"] = places.public_buildings(setting)
    tables["enterprises"] = enterprises.enterprises(setting)
    tables["emergency"] = emergency.resources(setting, tables)
    tables["warehouses"], stock = emergency.warehouses(setting)
    tables["cameras"] = watching.cameras(setting)
    tables["staff"] = watching.staff(setting)
    tables["sensors"] = watching.sensors(setting)
    return tables, stock
