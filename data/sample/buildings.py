"""Building footprints: lattices of sensible shapes on the blocks, turned along the streets.

Rows run along the street direction nearest to east-west, so slabs and courtyards face south. A footprint is
kept when it lies wholly inside its block; all blocks of the city are laid out in one pass.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from data.sample.blocks import Blocks
from data.sample.cutting import extents, turn_back
from data.sample.frame import Floats, Geoms, Ints


@dataclass(frozen=True)
class Form:
    """How a use builds: lengths along and depths across the row, gaps (m), share built, floors, m2 per household."""

    use: str
    shape: str
    length: tuple[float, float]
    depth: tuple[float, float]
    gap: tuple[float, float]
    built: float
    floors: tuple[int, int]
    per_household: float  # m2 of floor; 0 = nobody lives here


FORMS: dict[str, Form] = {
    "courtyard": Form("bungalow", "court", (15, 24), (16, 25), (1.6, 2.6), 0.93, (1, 2), 105.0),
    "oldslab": Form("residential", "bar", (34, 62), (11, 13), (11, 17), 0.93, (4, 6), 95.0),
    "slab": Form("residential", "bar", (40, 66), (13, 15), (16, 30), 0.93, (6, 11), 120.0),
    "tower": Form("residential", "cross", (26, 32), (22, 26), (24, 34), 0.9, (18, 33), 125.0),
    "villa": Form("residential", "ell", (15, 19), (13, 16), (9, 13), 0.92, (2, 3), 260.0),
    "rows": Form("bungalow", "bar", (26, 44), (10, 12), (5, 11), 0.88, (1, 2), 130.0),
    "commercial": Form("commercial", "ell", (48, 95), (38, 70), (20, 24), 0.9, (2, 6), 0.0),
    "office": Form("office", "bar", (32, 52), (26, 34), (26, 34), 0.8, (9, 26), 0.0),
    "public": Form("public", "ell", (38, 66), (28, 44), (24, 26), 0.65, (2, 5), 0.0),
    "school": Form("school", "bar", (48, 74), (13, 16), (14, 30), 0.55, (3, 5), 0.0),
    "hospital": Form("hospital", "ell", (50, 80), (24, 40), (18, 22), 0.75, (5, 16), 0.0),
    "industrial": Form("industrial", "bar", (70, 135), (34, 58), (18, 20), 0.86, (1, 2), 0.0),
    "rural_works": Form("industrial", "bar", (40, 70), (16, 24), (18, 30), 0.4, (1, 1), 0.0),
    "greenhouse": Form("other", "bar", (60, 95), (9, 10), (6, 9), 0.8, (1, 1), 0.0),
    "park": Form("other", "bar", (10, 16), (8, 11), (60, 70), 0.12, (1, 2), 0.0),
}


@dataclass(frozen=True)
class Footprints:
    """Buildings in ground metres: parallel arrays; `block` indexes Blocks, in rows from the north-west."""

    polygons: Geoms
    block: Ints
    floors: Ints
    dwelling_area: Floats  # m2 of floor per household; 0 where nobody lives


def build(blocks: Blocks, rng: np.random.Generator) -> Footprints:
    """All buildings of all blocks."""
    rows = np.flatnonzero(np.isin(blocks.use, list(FORMS)))
    laid = _lattice(blocks, rows, rng)
    block, centre, size = _sites(laid, rng)
    shape = np.array([FORMS[u].shape for u in blocks.use[block]])
    polygons = _outlines(centre, size, blocks.angle[block], shape, rng)
    shapely.prepare(blocks.polygons)
    inside = shapely.contains_properly(blocks.polygons[block], polygons)
    block, polygons = block[inside], polygons[inside]
    low, high = (_per_block(blocks, block, k) for k in (0, 1))
    floors = rng.integers(low, high + 1)
    return Footprints(polygons, block, floors, np.array([FORMS[u].per_household for u in blocks.use[block]]))


def _per_block(blocks: Blocks, block: Ints, side: int) -> Ints:
    return np.array([FORMS[u].floors[side] for u in blocks.use[block]], dtype=int)


@dataclass(frozen=True)
class Lattice:
    """Per block: frame corner, pitch and house size, number of columns and rows."""

    block: Ints
    low: Floats
    high: Floats
    size: Floats
    gap: Floats
    count: Ints  # (n, 2)
    built: Floats


def _lattice(blocks: Blocks, rows: Ints, rng: np.random.Generator) -> Lattice:
    low, high = extents(blocks.polygons[rows], blocks.angle[rows])
    forms = [FORMS[u] for u in blocks.use[rows]]
    size = np.column_stack(
        [
            rng.uniform(*np.array([f.length for f in forms]).T),
            rng.uniform(*np.array([f.depth for f in forms]).T),
        ]
    )
    gap = np.array([f.gap for f in forms]) * rng.uniform(0.92, 1.12, (len(rows), 1))
    size = np.minimum(size, np.maximum(high - low - 1.0, 6.0))
    count = np.maximum(((high - low + gap) / (size + gap)).astype(int), 1)
    return Lattice(rows, low, high, size, gap, count, np.array([f.built for f in forms]))


def _sites(laid: Lattice, rng: np.random.Generator) -> tuple[Ints, Floats, Floats]:
    """Candidates: block, centre in the block's frame, size; rows from the north, columns from the west."""
    total = laid.count.prod(axis=1)
    of = np.repeat(np.arange(len(total)), total)
    number = np.arange(len(of)) - np.repeat(np.cumsum(total) - total, total)
    column, row = number % laid.count[of, 0], laid.count[of, 1] - 1 - number // laid.count[of, 0]
    spread = (laid.high - laid.low)[of] / laid.count[of]
    centre = laid.low[of] + (np.column_stack([column, row]) + 0.5) * spread
    slack = np.maximum(spread - laid.size[of], 0.0)
    centre += rng.uniform(-0.22, 0.22, centre.shape) * np.minimum(slack, 9.0)
    size = laid.size[of] * rng.uniform(0.86, 1.04, centre.shape)
    keep = rng.random(len(of)) < laid.built[of]
    return laid.block[of][keep], centre[keep], size[keep]


def _outlines(
    centre: Floats, size: Floats, angle: Floats, shape: np.ndarray, rng: np.random.Generator
) -> Geoms:
    out = np.empty(len(centre), dtype=object)
    flip = rng.choice((-1.0, 1.0), (len(centre), 2))
    for kind, outline in UNIT_SHAPES.items():
        rows = np.flatnonzero(shape == kind)
        if len(rows):
            out[rows] = shapely.polygons(_placed(outline, centre, size * flip, angle, rows))
    rows = np.flatnonzero(shape == "court")
    if len(rows):
        court = centre + np.array([0.0, -0.04]) * size
        shell = _placed(UNIT_SHAPES["bar"], centre, size, angle, rows)
        yard = shapely.linearrings(_placed(UNIT_SHAPES["bar"], court, size * (0.46, 0.42), angle, rows))
        out[rows] = shapely.polygons(shapely.linearrings(shell), holes=yard[:, None])
    return out


UNIT_SHAPES = {
    "bar": np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) / 2,
    "ell": np.array([(-1, -1), (1, -1), (1, 0.1), (0.05, 0.1), (0.05, 1), (-1, 1)]) / 2,
    "cross": np.array(
        [
            (-1, -0.55),
            (-0.42, -0.55),
            (-0.42, -1),
            (0.42, -1),
            (0.42, -0.55),
            (1, -0.55),
            (1, 0.45),
            (0.4, 0.45),
            (0.4, 1),
            (-0.4, 1),
            (-0.4, 0.45),
            (-1, 0.45),
        ]
    )
    / 2,
}


def _placed(outline: Floats, centre: Floats, size: Floats, angle: Floats, rows: Ints) -> Floats:
    u = centre[rows, :1] + outline[:, 0] * size[rows, :1]
    v = centre[rows, 1:] + outline[:, 1] * size[rows, 1:]
    return turn_back(u, v, angle[rows])
