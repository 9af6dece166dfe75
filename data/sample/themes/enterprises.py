"""Enterprises in offices, works and malls, and shops on the street side of houses."""

import geopandas as gpd
import numpy as np
import pandas as pd

from data.sample.frame import Ints
from data.sample.names import FIRST
from data.sample.themes.places import telephones
from data.sample.themes.setting import Setting

PER_GRID = 10.33
"""60,000 in 5,811 grids."""
WEIGHTS = {
    "office": 12.0,
    "commercial": 9.0,
    "industrial": 4.0,
    "mixed": 2.0,
    "residential": 0.25,
    "bungalow": 0.12,
}
CHARACTERS = np.array(list("0123456789ABCDEFGHJKLMNPQRTUWXY"))
FACTORS = np.array([3**place % 31 for place in range(17)])
TODAY = pd.Timestamp("2026-11-01")
# Kind -> the first two characters of its credit code (GB 32100-2015), GB/T 4754 sections, endings of names, staff.
KINDS = {
    "enterprise": (
        "91",
        "CEGIKLM",
        ("科技有限公司", "商贸有限公司", "建筑工程有限公司", "物流有限公司"),
        (5, 260),
    ),
    "individual": ("92", "FHO", ("超市", "烩面馆", "理发店", "五金店", "药房", "小笼包店"), (1, 9)),
    "small_place": ("92", "HR", ("旅馆", "网吧", "棋牌室", "足浴店"), (2, 25)),
    "social": ("52", "PQS", ("志愿服务中心", "商会", "养老服务中心"), (2, 30)),
    "institution": ("12", "MNPS", ("街道事务中心", "水务所", "文化馆", "环卫所"), (8, 120)),
}
SHARES = {
    "office": (0.86, 0.04, 0.02, 0.05, 0.03),
    "commercial": (0.25, 0.6, 0.12, 0.02, 0.01),
    "industrial": (0.97, 0.03, 0.0, 0.0, 0.0),
    "mixed": (0.05, 0.8, 0.13, 0.01, 0.01),
    "residential": (0.12, 0.75, 0.1, 0.02, 0.01),
    "bungalow": (0.06, 0.84, 0.08, 0.01, 0.01),
}


def enterprises(setting: Setting) -> gpd.GeoDataFrame:
    """As many as such a city has, more where offices, works and shops are."""
    rng = setting.rng(4)
    rows = _chosen(setting, rng)
    use = setting.buildings["use"].to_numpy(dtype=object)[rows]
    kinds = _kinds(use, rng)
    count = len(rows)
    danger = np.where(
        (use == "industrial") & (rng.random(count) < 0.08), rng.choice(("chemical", "dust"), count), ""
    )
    crowded = np.where((use == "commercial") & (rng.random(count) < 0.1), "crowded", "general")
    staff = np.array([KINDS[kind][3] for kind in kinds]).T
    return setting.table(
        "enterprise",
        setting.beside_streets(rows),
        name=_names(setting, rows, kinds, rng),
        address_text=setting.buildings["address_text"].to_numpy()[rows],
        uscc=credit_codes(kinds, setting.codes[setting.grid_of[rows]]),
        kind=kinds,
        industry=_picked([KINDS[kind][1] for kind in kinds], rng),
        state=rng.choice(("active", "suspended", "closed"), count, p=(0.94, 0.03, 0.03)),
        employees=(staff[0] * (staff[1] / staff[0]) ** (rng.random(count) ** 1.6)).astype(int),
        safety_class=np.where(danger != "", danger, crowded),
        fire_key_unit=(use != "residential") & (rng.random(count) < 0.04),
        licence_expiry=_days(rng.integers(-60, 1500, count)),
        last_inspection=_days(-rng.integers(1, 400, count)),
        phone=telephones(count, rng),
    )


def _chosen(setting: Setting, rng: np.random.Generator) -> Ints:
    """Buildings, with repetition: several firms share one."""
    weights = setting.buildings["use"].map(WEIGHTS).fillna(0).to_numpy()
    if not weights.any():
        return np.array([], dtype=int)
    built = len(np.unique(setting.grid_of))
    return np.sort(rng.choice(len(weights), round(built * PER_GRID), p=weights / weights.sum()))


def _kinds(use: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    draw = rng.random(len(use))
    limits = np.cumsum(np.array([SHARES[u] for u in use]).reshape(-1, len(KINDS)), axis=1)
    position = np.minimum((draw[:, None] > limits).sum(axis=1), len(KINDS) - 1)
    return np.array(list(KINDS), dtype=object)[position]


def _picked(choices: list[str] | list[tuple[str, ...]], rng: np.random.Generator) -> np.ndarray:
    draw = rng.random(len(choices))
    return np.array(
        [words[int(d * len(words))] for words, d in zip(choices, draw, strict=True)], dtype=object
    )


def _names(setting: Setting, rows: Ints, kinds: np.ndarray, rng: np.random.Generator) -> list[str]:
    first = rng.choice(FIRST, len(rows))
    second = rng.choice(list("鑫盛达源泰丰顺安康美佳乐"), len(rows))
    ends = _picked([KINDS[kind][2] for kind in kinds], rng)
    return [f"{a}{b}{end}" for a, b, end in zip(first, second, ends, strict=True)]


def credit_codes(kinds: np.ndarray, grids: np.ndarray) -> np.ndarray:
    """A social credit code for each, none twice, with its check character (GB 32100-2015)."""
    number = np.arange(len(kinds))
    firsts = [
        f"{KINDS[kind][0]}{grid[:6]}MA9{n:06d}" for kind, grid, n in zip(kinds, grids, number, strict=True)
    ]
    if not firsts:
        return np.array([], dtype=object)
    characters = np.array([list(first) for first in firsts])
    values = np.searchsorted(CHARACTERS, characters)
    check = CHARACTERS[-(values @ FACTORS) % 31]
    return np.array([first + last for first, last in zip(firsts, check, strict=True)], dtype=object)


def _days(offset: Ints) -> list[object]:
    return (TODAY + pd.to_timedelta(offset, unit="D")).date.tolist()
