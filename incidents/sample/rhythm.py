"""When things happen, and what: hours of the day, days of the week, items, and a storm."""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

HOURS = np.array(
    [2, 1, 1, 1, 1, 2, 5, 10, 16, 18, 17, 14, 10, 10, 13, 15, 15, 14, 13, 12, 10, 8, 5, 3], dtype=float
)
"""Reports by the hour of the day: people walk their rounds in the morning and the afternoon."""
WEEKDAYS = np.array([1.1, 1.05, 1.0, 1.0, 1.05, 0.8, 0.7])
PER_1000_A_DAY = 0.62
"""Incidents per 1,000 residents and day: Zhejiang 0.50, Beijing 0.56, Kunming 0.78 (domain.md section 6)."""
STORM_FACTOR = 5.0
STORM_ITEMS = {"10": 8, "14": 10, "32": 6, "33": 3, "34": 6, "31": 4, "43": 10, "27": 2}
"""How much likelier each item is while a storm lasts."""
COMMON = {
    "24": 10, "26": 12, "33": 5, "34": 6, "02": 5, "01": 4, "11": 6, "35": 6, "30": 7, "43": 5, "09": 4, "25": 2,
    "28": 3, "27": 2, "37": 4, "36": 3, "40": 4, "44": 4, "39": 2, "15": 3, "18": 2, "08": 4, "07": 3, "29": 1.5,
    "32": 2,
}  # fmt: skip
OTHERWISE = 0.8
AT_SHOPS = {"15", "16", "18", "19", "22", "23", "24", "26"}
ON_ROADS = {"24", "27", "32", "33", "34"}


def weights(codes: list[str], storm: bool = False) -> NDArray[np.float64]:
    """How likely each item is; they add up to 1."""
    found = np.array(
        [COMMON.get(code, OTHERWISE) * (STORM_ITEMS.get(code, 0.6) if storm else 1) for code in codes]
    )
    return found / found.sum()


def pace(moment: datetime, storm: bool = False) -> float:
    """Reports at this hour as a multiple of the day's mean; a storm goes from 14 to 20 o'clock."""
    usual = float(HOURS[moment.hour] / HOURS.mean() * WEEKDAYS[moment.weekday()])
    return usual * STORM_FACTOR if storm and 14 <= moment.hour < 20 else usual


def minutes(
    rng: np.random.Generator, days: int, count: int, weekday: int, storm_day: int | None
) -> NDArray[np.int64]:
    """`count` moments as minutes since the first midnight; `weekday` is that of the first day (Monday 0)."""
    hourly = np.tile(HOURS, days) * np.repeat(WEEKDAYS[(weekday + np.arange(days)) % 7], 24)
    if storm_day is not None:
        hourly[storm_day * 24 + 14 : storm_day * 24 + 20] *= STORM_FACTOR
    hours = rng.choice(days * 24, size=count, p=hourly / hourly.sum())
    return np.sort(hours * 60 + rng.integers(0, 60, count))
