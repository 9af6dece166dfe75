"""How many households live in each building, so that the grids' sums come out right."""

import numpy as np
import shapely

from data.sample.buildings import Footprints
from data.sample.frame import Floats, Ints

URBAN_BAND = (300, 500)
PER_UNIT_FLOOR = 2  # households on one floor of one stair
RESIDENTS_PER_HOUSEHOLD = (2.4, 0.5)


def house(footprints: Footprints, group: Ints, target: Ints) -> Ints:
    """Households per building: each group's target shared by floor space, whole numbers, exact sums.

    `group` is each building's grid (or village), `target` the households of each group. Where a group has no
    homes, its largest building is lived in above the shops.
    """
    space = shapely.area(footprints.polygons) * footprints.floors
    weight = np.where(footprints.dwelling_area > 0, space / np.maximum(footprints.dwelling_area, 1.0), 0.0)
    weight = _someone_lives(weight, space, group, target)
    total = np.bincount(group, weight, minlength=len(target))
    exact = weight * (target / np.maximum(total, 1e-9))[group]
    share = np.floor(exact).astype(int)
    missing = target - np.bincount(group, share, minlength=len(target))
    missing[total == 0] = 0
    order = np.lexsort((share - exact, group))
    place = np.arange(len(order)) - np.searchsorted(group[order], group[order])
    share[order[place < missing[group[order]]]] += 1
    return share


def _someone_lives(weight: Floats, space: Floats, group: Ints, target: Ints) -> Floats:
    total = np.bincount(group, weight, minlength=len(target))
    order = np.lexsort((space, group))
    last = order[np.r_[group[order][1:] != group[order][:-1], True]]
    empty = last[(total[group[last]] == 0) & (target[group[last]] > 0)]
    weight = weight.copy()
    weight[empty] = 1.0
    return weight


def urban_target(count: int, rng: np.random.Generator) -> Ints:
    """Households of town grids, inside the band of 300 to 500."""
    low, high = URBAN_BAND
    return np.clip(rng.normal(356, 40, count), low + 2, high - 2).astype(int)


def floors_and_units(share: Ints, footprints: Footprints) -> tuple[Ints, Ints]:
    """Floors and stair units that fit the households of each building."""
    floors = footprints.floors.copy()
    units = np.maximum(np.round(np.sqrt(shapely.area(footprints.polygons)) / 11.0), 1).astype(int)
    lived = (share > 0) & (floors > 2)
    needed = np.ceil(share / (units * PER_UNIT_FLOOR)).astype(int)
    floors[lived] = np.clip(needed[lived], 3, 34)
    units = np.maximum(units, np.ceil(share / (floors * PER_UNIT_FLOOR)).astype(int))
    return floors, np.where(share > 0, units, 0)


def residents(share: Ints, rng: np.random.Generator) -> Ints:
    """People in the households, about 2.4 each."""
    mean, spread = RESIDENTS_PER_HOUSEHOLD
    return np.maximum(
        np.round(share * rng.normal(mean, spread / np.sqrt(np.maximum(share, 1)))), share
    ).astype(int)
