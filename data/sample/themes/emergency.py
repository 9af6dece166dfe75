"""Emergency resources: hydrants along streets, shelters in parks and schools, AEDs, teams, stations, warehouses."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.sample.areas import CRS
from data.sample.frame import canonical, to_metres
from data.sample.themes.places import telephones
from data.sample.themes.setting import Setting

HYDRANTS_PER_GRID = 6.0
M2_PER_PERSON = 2.0
STATES = ("available", "occupied", "damaged", "expired")
# Material, unit, least, most.
STOCK = (
    ("帐篷", "顶", 20, 300),
    ("棉被", "床", 100, 1200),
    ("编织袋", "条", 2000, 20000),
    ("排水泵", "台", 2, 20),
    ("应急照明灯", "盏", 10, 120),
    ("灭火器", "具", 50, 400),
    ("救生衣", "件", 30, 300),
    ("发电机", "台", 1, 8),
    ("瓶装水", "箱", 100, 900),
    ("急救包", "个", 20, 200),
)
TODAY = pd.Timestamp("2026-11-01")


def resources(setting: Setting, tables: dict[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """All kinds in one table."""
    rng = setting.rng(5)
    parts = [
        _hydrants(setting, rng),
        _shelters(setting, tables["schools"], rng),
        _aeds(tables, rng),
        _by_town(setting, "team", "应急救援队", (12, 60), rng),
        _by_town(setting, "fire_station", "消防救援站", (15, 45), rng),
    ]
    table = pd.concat(parts, ignore_index=True)
    count = len(table)
    days = pd.to_timedelta(rng.integers(-200, 1200, count), unit="D")
    expires = (TODAY + days).date.astype(object)
    expires[table["kind"] != "aed"] = None
    past = np.array([day is not None and day < TODAY.date() for day in expires])
    state = rng.choice(STATES, count, p=(0.95, 0.02, 0.03, 0.0)).astype(object)
    state[past] = "expired"
    checked = (TODAY - pd.to_timedelta(rng.integers(1, 200, count), unit="D")).date
    columns = {"state": state, "expires_on": expires, "checked_on": checked, "phone": telephones(count, rng)}
    table["source_id"] = [f"{setting.prefix}-emergency-{number}" for number in range(1, count + 1)]
    return gpd.GeoDataFrame(table.assign(**columns), geometry="geometry", crs=CRS)


def _part(kind: str, points: np.ndarray, **columns: object) -> pd.DataFrame:
    """One kind's rows; `capacity` is None where there is none."""
    rows = {"capacity": None, **columns}
    return pd.DataFrame(
        {"kind": kind, **rows, "geometry": shapely.points(canonical(points))}, index=range(len(points))
    )


def _hydrants(setting: Setting, rng: np.random.Generator) -> pd.DataFrame:
    built = len(np.unique(setting.grid_of))
    points, road = setting.along_streets(round(built * HYDRANTS_PER_GRID), 4.5, rng)
    street = setting.roads["name"].to_numpy()[road]
    names = [f"{name or '村道'}{number}号消火栓" for number, name in enumerate(street, start=1)]
    return _part("hydrant", points, name=names, address_text=street)


def _shelters(setting: Setting, schools: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    parks = setting.landuse[setting.landuse["kind"] == "park"]
    area = shapely.area(to_metres(parks.geometry.to_numpy()))
    parks, area = parks[area > 3000], area[area > 3000]
    some = schools.iloc[np.flatnonzero(rng.random(len(schools)) < 0.4)]
    places = np.concatenate([shapely.point_on_surface(parks.geometry.to_numpy()), some.geometry.to_numpy()])
    names = [f"{name or '街心公园'}应急避难场所" for name in [*parks["name"], *some["name"]]]
    capacity = [*(area / M2_PER_PERSON).astype(int), *(some["students"] * 2)]
    return _part(
        "shelter",
        shapely.get_coordinates(places),
        name=names,
        address_text=["" for _park in parks["name"]] + some["address_text"].tolist(),
        capacity=capacity,
    )


def _aeds(tables: dict[str, gpd.GeoDataFrame], rng: np.random.Generator) -> pd.DataFrame:
    """In public buildings, schools and larger hospitals; by the door, 4 m from the institution's own mark."""
    hosts = pd.concat(
        [tables["public_buildings"], tables["schools"], tables["hospitals"].query("kind != 'clinic'")]
    )
    hosts = hosts.iloc[np.flatnonzero(rng.random(len(hosts)) < 0.3)]
    points = shapely.get_coordinates(hosts.geometry.to_numpy()) + np.array([4e-5, 0])
    return _part(
        "aed",
        points,
        name=[f"{n}AED" for n in hosts["name"]],
        address_text=hosts["address_text"].tolist(),
    )


def _by_town(
    setting: Setting, kind: str, title: str, members: tuple[int, int], rng: np.random.Generator
) -> pd.DataFrame:
    """One in each town, in some building."""
    rows = setting.one_in_each(setting.towns, rng)
    names = [f"{setting.area_names[setting.towns[grid]]}{title}" for grid in setting.grid_of[rows]]
    return _part(
        kind,
        setting.middles[rows],
        name=names,
        address_text=setting.buildings["address_text"].to_numpy()[rows],
        capacity=rng.integers(*members, len(rows)).tolist(),
    )


def warehouses(setting: Setting) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """One in each town, and what is in it."""
    rng = setting.rng(6)
    rows = setting.one_in_each(setting.towns, rng)
    table = setting.table(
        "warehouse",
        setting.middles[rows],
        name=[f"{setting.area_names[setting.towns[grid]]}应急物资储备库" for grid in setting.grid_of[rows]],
        address_text=setting.buildings["address_text"].to_numpy()[rows],
        state=rng.choice(STATES[:3], len(rows), p=(0.92, 0.05, 0.03)),
        phone=telephones(len(rows), rng),
    )
    lines = [
        (warehouse, material, int(rng.integers(least, most)), unit)
        for warehouse in table["source_id"]
        for material, unit, least, most in STOCK
        if rng.random() < 0.7
    ]
    return table, pd.DataFrame(lines, columns=["warehouse", "material", "quantity", "unit"])
