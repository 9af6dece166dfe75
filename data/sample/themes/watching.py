"""Cameras at crossings, the staff of every grid at a duty point inside it, and sensors."""

import geopandas as gpd
import numpy as np
import pandas as pd

from data.sample.frame import Floats, Ints, to_degrees
from data.sample.themes.places import telephones
from data.sample.themes.setting import Setting

CAMERAS_PER_GRID = 7.4
SENSORS_PER_GRID = 1.5
# Posts of one grid: one lead, one guide for a village, the rest about 2.75 in all.
POSTS = ("grid_lead", "full_time", "part_time", "volunteer")
CHANCES = (1.0, 0.75, 0.4, 0.25)
TODAY = pd.Timestamp("2026-11-01")
SURNAMES = tuple("王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹")
GIVEN = tuple("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华建国文辉玲志红")
# Kind -> unit, usual value, spread, from which value on it is a notice, a warning, an alarm.
SENSORS = {
    "air": ("µg/m³", 45.0, 25.0, (75, 115, 150)),
    "smoke": ("%", 0.5, 0.4, (3, 5, 8)),
    "water_level": ("m", 0.4, 0.2, (0.8, 1.0, 1.3)),
    "noise": ("dB", 55.0, 6.0, (65, 70, 75)),
    "temperature": ("℃", 12.0, 3.0, (35, 38, 40)),
    "manhole": ("°", 0.5, 0.4, (5, 10, 20)),
}
LEVELS = np.array(["normal", "notice", "warning", "alarm"], dtype=object)


def cameras(setting: Setting) -> gpd.GeoDataFrame:
    """The busiest crossings first, several to one; what is left stands along streets."""
    rng = setting.rng(7)
    wanted = round(len(np.unique(setting.grid_of)) * CAMERAS_PER_GRID)
    where, meeting = setting.crossings
    crossing = np.repeat(np.arange(len(where)), np.clip(meeting - 2, 1, 4))[: round(wanted * 0.8)]
    azimuth = rng.integers(0, 360, wanted)
    turned = np.radians(azimuth[: len(crossing)])
    at_crossing = to_degrees(where[crossing] + 7.0 * np.column_stack([np.sin(turned), np.cos(turned)]))
    along, road = setting.along_streets(wanted - len(crossing), 5.0, rng)
    street = setting.roads["name"].to_numpy()[road]
    names = [f"路口{number + 1}" for number in crossing] + [f"{name or '道路'}" for name in street]
    kind = rng.choice(("bullet", "dome", "checkpoint", "panoramic"), wanted, p=(0.55, 0.33, 0.09, 0.03))
    fixed = pd.array(azimuth, dtype="Int64")
    fixed[np.isin(kind, ("dome", "panoramic"))] = pd.NA
    return setting.table(
        "camera",
        np.concatenate([at_crossing, along]),
        name=[f"{name}监控{number}" for number, name in enumerate(names, start=1)],
        gb_code=[f"{setting.codes[0][:6]}0000131{number:07d}" for number in range(1, wanted + 1)],
        kind=kind,
        state=rng.choice(("online", "offline", "fault", "maintenance"), wanted, p=(0.94, 0.03, 0.02, 0.01)),
        owner=rng.choice(("公安", "城管", "交通", "社区"), wanted, p=(0.55, 0.15, 0.15, 0.15)),
        azimuth=fixed,
        view_angle=np.where(kind == "panoramic", 360, rng.integers(35, 110, wanted)),
        height=np.round(rng.uniform(3.5, 7.0, wanted), 1),
    )


def staff(setting: Setting) -> gpd.GeoDataFrame:
    """Everybody's duty point is at a building of the grid."""
    rng = setting.rng(8)
    grid, post = _posts(setting, rng)
    points = _duty_points(setting, grid, rng)
    count = len(grid)
    village = setting.grids["name"].str.split("第").str[0].to_numpy(dtype=object)
    first, second = rng.choice(SURNAMES, count), rng.choice(GIVEN, (count, 2))
    one = rng.random(count) < 0.3
    return setting.table(
        "staff",
        points,
        name=[f"{a}{b if short else b + c}" for a, (b, c), short in zip(first, second, one, strict=True)],
        post=post,
        phone=telephones(count, rng),
        employer=village[grid],
        since=(TODAY - pd.to_timedelta(rng.integers(20, 3000, count), unit="D")).date.tolist(),
    )


def _posts(setting: Setting, rng: np.random.Generator) -> tuple[Ints, np.ndarray]:
    """Who is posted where: a grid and a post for each."""
    grids = np.unique(setting.grid_of)
    guides = grids[np.unique(setting.villages[grids], return_index=True)[1]]
    parts = [(guides, "guide")]
    for post, chance in zip(POSTS, CHANCES, strict=True):
        parts.append((grids[rng.random(len(grids)) < chance], post))
    grid = np.concatenate([part for part, _post in parts])
    posts = np.concatenate([np.full(len(part), post, dtype=object) for part, post in parts])
    order = np.lexsort((posts.astype(str), grid))
    return grid[order], posts[order]


def _duty_points(setting: Setting, grid: Ints, rng: np.random.Generator) -> Floats:
    order = np.argsort(setting.grid_of, kind="stable")
    first = np.searchsorted(setting.grid_of[order], grid)
    count = np.searchsorted(setting.grid_of[order], grid, side="right") - first
    return setting.middles[order[first + (rng.random(len(grid)) * count).astype(int)]]


def sensors(setting: Setting) -> gpd.GeoDataFrame:
    """At buildings, with one reading each."""
    rng = setting.rng(9)
    count = round(len(np.unique(setting.grid_of)) * SENSORS_PER_GRID)
    rows = np.sort(rng.choice(len(setting.grid_of), count, replace=False))
    kind = rng.choice(list(SENSORS), count, p=(0.2, 0.3, 0.1, 0.1, 0.1, 0.2))
    usual, spread = (np.array([SENSORS[k][part] for k in kind]) for part in (1, 2))
    value = np.round(np.abs(rng.normal(usual, spread)) * np.where(rng.random(count) < 0.02, 6, 1), 2)
    limits = np.array([SENSORS[k][3] for k in kind])
    minutes = pd.to_timedelta(rng.integers(0, 120, count), unit="min")
    return setting.table(
        "sensor",
        setting.middles[rows],
        name=[f"{k}-{number}" for number, k in enumerate(kind, start=1)],
        device_code=[f"KF{number:08d}" for number in range(1, count + 1)],
        kind=kind,
        unit=[SENSORS[k][0] for k in kind],
        value=value,
        measured_at=(TODAY.tz_localize("Asia/Shanghai") - minutes).to_pydatetime().tolist(),
        alarm_level=LEVELS[(value[:, None] >= limits).sum(axis=1)],
    )
