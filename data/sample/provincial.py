"""Preset L: a province of 15 cities, each with Kaifeng's make-up, under invented codes beginning with 99."""

import numpy as np
import shapely

from data.sample import codes
from data.sample.codes import Named
from data.sample.counties import County, county
from data.sample.cutting import divide
from data.sample.frame import array_of, street_angle
from data.sample.skeleton import blob

PROVINCE = "99"  # GB/T 2260 gives no province this code
CITIES = 15
RADIUS = 172.0  # km


def counties() -> tuple[list[County], list[list[Named]]]:
    """The counties of all cities, and the named areas from towns up to the province."""
    cities = [Named("city", f"{PROVINCE}{i:02d}", f"示例{i:02d}市", PROVINCE) for i in range(1, CITIES + 1)]
    grounds = _parts(blob(RADIUS, 0.0, RADIUS, RADIUS * 0.9, 0.2, 5), np.ones(CITIES), 1)
    made: list[County] = []
    county_names: list[Named] = []
    town_names: list[Named] = []
    for city, ground in zip(cities, grounds, strict=True):
        for named, part in _counties_of(city, ground):
            towns, villages = _children(named, "town"), _children(named, "village")
            middle = part.representative_point()
            made.append(county(part, (middle.x, middle.y), towns, villages, int(named.code), []))
            county_names.append(named)
            town_names += towns
    return made, [town_names, county_names, cities, [Named("province", PROVINCE, "示例省", "")]]


def _parts(ground: shapely.Polygon, loads: np.ndarray, key: int) -> list[shapely.Polygon]:
    return list(
        divide(array_of([ground]), [loads], street_angle, np.random.default_rng([key, 13]), 0.1).polygons
    )


def _counties_of(city: Named, ground: shapely.Polygon) -> list[tuple[Named, shapely.Polygon]]:
    real = codes.under("4102", "county")
    loads = np.array([len(codes.under(row.code, "village")) for row in real], dtype=float)
    named = [
        Named("county", city.code + row.code[4:], f"{city.name}{row.code[4:]}区县", city.code) for row in real
    ]
    return list(zip(named, _parts(ground, loads, int(city.code)), strict=True))


def _children(county_: Named, tier: str) -> list[Named]:
    """The towns or villages of a county of Kaifeng, renumbered under this one and with made-up names."""
    word = {"town": "示例镇", "village": "示例村"}[tier]
    cut = {"town": 6, "village": 9}[tier]
    rows = codes.under("4102" + county_.code[4:], tier)
    renumbered = [county_.code + row.code[6:] for row in rows]
    return [Named(tier, code, f"{word}{code[cut:]}", code[:cut]) for code in renumbered]
