"""A small random city as a draft in memory: villages of random blocks, edge-matched, canonical."""

import random
from itertools import pairwise

import numpy as np
import shapely

from gis_core import crs
from gis_core.importing import chain
from grid_editor.draft import Boundary, Draft, DraftGrid
from tests.shapes import COUNTY, TOWN, UNIT, place

SIDE = 6


def village_code(number: int) -> str:
    return f"{TOWN}{number:03d}"


def blocks(seed: int) -> list[shapely.Polygon]:
    """SIDE x SIDE crooked quadrilaterals, their edges bent by vertices of their own."""
    chance = random.Random(seed)

    def shaken(x: float, y: float) -> tuple[float, float]:
        return place(x + chance.uniform(-0.25, 0.25), y + chance.uniform(-0.25, 0.25))

    corner = {(x, y): shaken(x, y) for x in range(SIDE + 1) for y in range(SIDE + 1)}
    bends = {}
    for x, y in corner:
        for dx, dy in ((1, 0), (0, 1)):
            count = chance.randrange(3)
            bends[(x, y), (x + dx, y + dy)] = [
                place(
                    x + dx * (i + 1) / (count + 1) + chance.uniform(-0.05, 0.05),
                    y + dy * (i + 1) / (count + 1) + chance.uniform(-0.05, 0.05),
                )
                for i in range(count)
            ]

    def side(a: tuple[int, int], b: tuple[int, int]) -> list[tuple[float, float]]:
        inner = bends[a, b] if (a, b) in bends else bends[b, a][::-1]
        return [corner[a], *inner]

    found = []
    for x in range(SIDE):
        for y in range(SIDE):
            path = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)]
            found.append(shapely.Polygon([p for a, b in pairwise(path) for p in side(a, b)]))
    return found


def city(seed: int = 1) -> Draft:
    """Four villages of nine grids each in one town; ids count from 1."""
    every = blocks(seed)
    grids, boundaries, members = {}, {}, {}
    for index, block in enumerate(every):
        x, y = divmod(index, SIDE)
        members.setdefault((x // 3) * 2 + y // 3 + 1, []).append(block)
    for number, own in members.items():
        village = village_code(number)
        for i, block in enumerate(own, 1):
            code = f"{village}{i:03d}"
            geom = shapely.MultiPolygon([block])
            grids[code] = DraftGrid(code, code[-3:], "general", village, geom, {}, len(grids) + 1)
        boundaries[village] = Boundary(village, "village", TOWN, chain.union(np.array(own, dtype=object)))
    whole = chain.union(np.array(every, dtype=object))
    boundaries[TOWN] = Boundary(TOWN, "town", COUNTY, whole)
    boundaries[COUNTY] = Boundary(COUNTY, "county", None, whole)
    assert all(block.is_valid for block in every)
    assert (crs.canonical(np.array(every, dtype=object)) == np.array(every, dtype=object)).all()
    return Draft(grids, boundaries, frozenset(map(village_code, members)), frozenset(grids), frozenset(grids))


METRE = UNIT / 1000
