"""Hospitals, schools and public buildings: on the blocks of that use, and a clinic in every village."""

import geopandas as gpd
import numpy as np

from data.sample.frame import Ints
from data.sample.themes.setting import Setting

HOSPITAL_KINDS = {
    "人民医院": "general",
    "中医院": "tcm",
    "社区卫生服务中心": "community",
    "妇幼保健院": "maternal",
}
LEVELS = {
    "general": ("3A", "3B", "2A"),
    "tcm": ("2A", "3B", "2B"),
    "maternal": ("2A", "2B"),
    "community": ("1",),
    "clinic": ("none",),
}
BEDS = {
    "general": (300, 1500),
    "tcm": (120, 600),
    "maternal": (80, 400),
    "community": (10, 60),
    "clinic": (0, 4),
}
STAGES = {
    "幼儿园": "kindergarten",
    "实验小学": "primary",
    "小学": "primary",
    "高级中学": "senior",
    "第二中学": "junior",
    "外国语学校": "middle",
    "中学": "middle",
}
PUPILS = {
    "kindergarten": (120, 360),
    "primary": (500, 2200),
    "junior": (600, 1800),
    "senior": (900, 3000),
    "middle": (800, 2600),
}
PUBLIC_KINDS = {
    "文化中心": "culture",
    "图书馆": "culture",
    "博物馆": "culture",
    "体育馆": "sports",
    "政务服务中心": "government",
    "派出所": "police",
    "购物中心": "mall",
    "商贸城": "mall",
    "百货": "mall",
    "建材市场": "mall",
    "万象城": "mall",
    "广场": "mall",
}


def by_suffix(name: str, kinds: dict[str, str], default: str) -> str:
    """The kind that a name's end tells; the longest ending counts."""
    found = [suffix for suffix in kinds if name.endswith(suffix)]
    return kinds[max(found, key=len)] if found else default


def between(bounds: list[tuple[int, int]], rng: np.random.Generator) -> Ints:
    """A whole number within each pair of bounds."""
    low, high = np.array(bounds, dtype=int).reshape(-1, 2).T
    return rng.integers(low, high + 1)


def telephones(count: int, rng: np.random.Generator) -> list[str]:
    """Invented numbers of the region."""
    return [f"0371-2{number:07d}" for number in rng.integers(0, 10**7, count)]


def hospitals(setting: Setting) -> gpd.GeoDataFrame:
    """One on every hospital block, and a village clinic in every village."""
    rng = setting.rng(1)
    large = setting.first_of_blocks("hospital")
    small = setting.one_in_each(setting.villages, rng)
    houses = setting.buildings
    village = setting.grids["name"].str.split("第").str[0].to_numpy(dtype=object)
    clinics = [f"{village[grid]}卫生室" for grid in setting.grid_of[small]]
    names = [*houses["name"].to_numpy()[large], *clinics]
    kinds = [by_suffix(name, HOSPITAL_KINDS, "clinic") for name in names]
    rows = np.concatenate([large, small]).astype(int)
    return setting.table(
        "hospital",
        setting.middles[rows],
        name=names,
        address_text=houses["address_text"].to_numpy()[rows],
        kind=kinds,
        level=[str(rng.choice(LEVELS[kind])) for kind in kinds],
        beds=between([BEDS[kind] for kind in kinds], rng),
        has_emergency_room=[kind in ("general", "tcm") for kind in kinds],
        has_fever_clinic=[kind == "general" for kind in kinds],
        phone=telephones(len(rows), rng),
    )


def schools(setting: Setting) -> gpd.GeoDataFrame:
    """One on every school block."""
    rng = setting.rng(2)
    rows = setting.first_of_blocks("school")
    names = setting.buildings["name"].to_numpy()[rows]
    stages = [by_suffix(name, STAGES, "primary") for name in names]
    pupils = between([PUPILS[stage] for stage in stages], rng)
    return setting.table(
        "school",
        setting.middles[rows],
        name=names,
        address_text=setting.buildings["address_text"].to_numpy()[rows],
        school_code=[f"41{number:08d}" for number in range(1, len(rows) + 1)],
        stage=stages,
        students=pupils,
        staff=(pupils / rng.uniform(10, 16, len(rows))).astype(int) + 3,
        phone=telephones(len(rows), rng),
    )


def public_buildings(setting: Setting) -> gpd.GeoDataFrame:
    """One on every block of public buildings, and on every block of shops that is a mall or a market."""
    rng = setting.rng(3)
    rows = np.concatenate([setting.first_of_blocks("public"), setting.first_of_blocks("commercial")])
    names = setting.buildings["name"].to_numpy()[rows]
    kinds = np.array([by_suffix(name, PUBLIC_KINDS, "other") for name in names], dtype=object)
    floors = setting.buildings["floors"].to_numpy()[rows]
    risk = np.where(kinds == "mall", rng.choice(("2", "3"), len(rows)), rng.choice(("3", "4"), len(rows)))
    return setting.table(
        "public",
        setting.middles[rows],
        name=names,
        address_text=setting.buildings["address_text"].to_numpy()[rows],
        kind=kinds,
        capacity=(floors * rng.uniform(60, 400, len(rows))).astype(int),
        risk_level=risk,
        fire_exits=floors + rng.integers(1, 5, len(rows)),
        phone=telephones(len(rows), rng),
    )
