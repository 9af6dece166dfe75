"""What fills the grids: blocks of one use each, the lanes between them, fields and village cores.

Works on the ground in metres. Pieces are cut inside each grid, then drawn back from the streets and the water
around them; so whatever stands on a block lies inside one grid.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from data.sample.cutting import Pieces, subdivide
from data.sample.division import INNER, NEW, OLD, RURAL
from data.sample.frame import Floats, Geoms, Ints

CLEARANCE = {"expressway": 34.0, "railway": 26.0, "arterial": 24.0, "secondary": 15.0}
# zone -> (block area in m2, setback from the cut lines in m)
GRAIN = {
    OLD: (6500.0, 3.2),
    INNER: (26000.0, 9.0),
    NEW: (62000.0, 15.0),
    "special": (70000.0, 16.0),
    "core": (6500.0, 3.5),
    "field": (85000.0, 4.0),
}
USES: dict[str, tuple[tuple[str, float], ...]] = {
    OLD: (
        ("courtyard", 0.80),
        ("oldslab", 0.07),
        ("commercial", 0.05),
        ("public", 0.03),
        ("school", 0.03),
        ("park", 0.02),
    ),
    INNER: (
        ("oldslab", 0.52),
        ("slab", 0.15),
        ("tower", 0.05),
        ("commercial", 0.07),
        ("school", 0.06),
        ("office", 0.04),
        ("public", 0.04),
        ("hospital", 0.02),
        ("park", 0.05),
    ),
    NEW: (
        ("slab", 0.34),
        ("tower", 0.22),
        ("villa", 0.06),
        ("commercial", 0.07),
        ("school", 0.06),
        ("office", 0.05),
        ("public", 0.03),
        ("hospital", 0.015),
        ("park", 0.10),
        ("vacant", 0.055),
    ),
    "special": (
        ("industrial", 0.62),
        ("office", 0.16),
        ("commercial", 0.10),
        ("park", 0.06),
        ("school", 0.06),
    ),
    "core": (("rows", 0.95), ("public", 0.02), ("school", 0.02), ("vacant", 0.01)),
    "field": (("farmland", 0.915), ("forest", 0.05), ("greenhouse", 0.02), ("rural_works", 0.015)),
}
HOUSING = ("courtyard", "oldslab", "slab", "tower", "villa", "rows")
AREA_PER_HOUSEHOLD = 400.0  # m2 of village ground


@dataclass(frozen=True)
class Blocks:
    """Blocks in ground metres, parallel arrays: polygon, its grid, use and street angle; and the lanes."""

    polygons: Geoms
    grid: Ints
    use: np.ndarray
    angle: Floats
    zone: np.ndarray
    lanes: Geoms
    lane_class: np.ndarray


@dataclass(frozen=True)
class GridLand:
    """The grids' dry ground in metres, with the angle of their streets, zone, and village core (or None)."""

    polygons: Geoms
    angle: Floats
    zone: np.ndarray  # of str: a division zone, or "special"
    core: Geoms  # the village's built-up outline, None in town

    def first(self, count: int | None) -> "GridLand":
        """Only the first `count` grids."""
        return GridLand(self.polygons[:count], self.angle[:count], self.zone[:count], self.core[:count])


def core_outline(
    middle: Floats, angle: float, households: float, rng: np.random.Generator
) -> shapely.Polygon:
    """A village's outline: a rounded, uneven rectangle large enough for its households."""
    area = households * AREA_PER_HOUSEHOLD
    ratio = rng.uniform(0.65, 1.5)
    rx, ry = np.sqrt(area * ratio) / 1.9, np.sqrt(area / ratio) / 1.9
    t = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    uneven = 1 + sum(rng.uniform(0, 0.09) * np.sin(k * t + rng.uniform(0, 6.3)) for k in (2, 3, 5))
    u = rx * uneven * np.sign(np.cos(t)) * np.abs(np.cos(t)) ** 0.55
    v = ry * uneven * np.sign(np.sin(t)) * np.abs(np.sin(t)) ** 0.55
    c, s = np.cos(angle), np.sin(angle)
    return shapely.Polygon(np.column_stack([u * c - v * s, u * s + v * c]) + middle)


def fill(land: GridLand, obstacles: Geoms, water: Geoms, rng: np.random.Generator) -> Blocks:
    """Cut all grids into blocks and give each a use. `obstacles` are the ground of main streets and of water."""
    rural = np.flatnonzero(land.zone == RURAL)
    town = np.flatnonzero(land.zone != RURAL)
    layers = [_cut(land.polygons[town], town, land.zone[town], land.angle[town], 0.035, rng)]
    if len(rural):
        layers += _rural(land, rural, rng)
    polygons, grid, zone, angle = (np.concatenate([layer[k] for layer in layers]) for k in range(4))
    lanes = np.concatenate([layer[4] for layer in layers])
    lane_class = np.concatenate([layer[5] for layer in layers])
    polygons, grid, zone, angle = _drawn_back(polygons, grid, zone, angle, obstacles)
    use = _uses(polygons, grid, zone, water, rng)
    lanes, lane_class = _dry(lanes, lane_class, water)
    return Blocks(polygons, grid, use, angle, zone, lanes, lane_class)


Layer = tuple[Geoms, Ints, np.ndarray, Floats, Geoms, np.ndarray]


def _cut(
    polygons: Geoms, grid: Ints, zone: np.ndarray, angle: Floats, skew: float, rng: np.random.Generator
) -> Layer:
    target = np.array([GRAIN[z][0] for z in zone])
    pieces = subdivide(polygons, target, angle, rng, skew)
    return (
        pieces.polygons,
        grid[pieces.owner],
        zone[pieces.owner],
        angle[pieces.owner],
        pieces.cuts,
        _lane_classes(pieces, zone),
    )


def _lane_classes(pieces: Pieces, zone: np.ndarray) -> np.ndarray:
    kinds = {OLD: "lane", INNER: "local", NEW: "local", "special": "local", "core": "lane"}
    deep = {INNER: "lane", NEW: "lane", "special": "lane"}
    return np.array(
        [
            (deep.get(zone[o], kinds[zone[o]]) if d > 1 else kinds[zone[o]])
            for o, d in zip(pieces.cut_owner, pieces.cut_depth, strict=True)
        ],
        dtype=object,
    )


def _rural(land: GridLand, rural: Ints, rng: np.random.Generator) -> list[Layer]:
    """Village cores with lanes, and fields with tracks around them."""
    ground, core, angle = land.polygons[rural], land.core[rural], land.angle[rural]
    built, owner = _polygons(shapely.intersection(ground, core), rural)
    turn = dict(zip(rural, angle, strict=True))
    houses = _cut(
        built, owner, np.full(len(built), "core", dtype=object), np.array([turn[o] for o in owner]), 0.02, rng
    )
    turned = angle + rng.normal(0, 0.06, len(rural))
    fields = subdivide(ground, np.full(len(rural), GRAIN["field"][0]), turned, rng, 0.07)
    open_ground = shapely.difference(fields.polygons, shapely.buffer(core, 6.0)[fields.owner])
    parts, index = shapely.get_parts(open_ground, return_index=True)
    of = fields.owner[index]
    tracks = shapely.difference(fields.cuts, core[fields.cut_owner])
    outside = (
        parts,
        rural[of],
        np.full(len(of), "field", dtype=object),
        turned[of],
        tracks,
        np.full(len(tracks), "path", dtype=object),
    )
    ring = shapely.intersection(ground, shapely.boundary(core))
    return [houses, outside, (*_nothing(), ring, np.full(len(ring), "lane", dtype=object))]


def _nothing() -> tuple[Geoms, Ints, np.ndarray, Floats]:
    return np.empty(0, dtype=object), np.empty(0, dtype=int), np.empty(0, dtype=object), np.empty(0)


def _polygons(geoms: Geoms, owner: Ints) -> tuple[Geoms, Ints]:
    parts, index = shapely.get_parts(geoms, return_index=True)
    keep = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > 200.0)
    return parts[keep], owner[index][keep]


def _drawn_back(
    polygons: Geoms, grid: Ints, zone: np.ndarray, angle: Floats, obstacles: Geoms
) -> tuple[Geoms, Ints, np.ndarray, Floats]:
    setback = np.array([GRAIN[z][1] for z in zone])
    inner = shapely.buffer(polygons, -setback, join_style="mitre")
    inner = cleared(inner, obstacles)
    parts, index = shapely.get_parts(inner, return_index=True)
    keep = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > 250.0)
    index = index[keep]
    return parts[keep], grid[index], zone[index], angle[index]


def cleared(polygons: Geoms, obstacles: Geoms) -> Geoms:
    """The polygons without the obstacles on them."""
    block, obstacle = shapely.STRtree(obstacles).query(polygons, predicate="intersects")
    out = polygons.copy()
    starts = np.flatnonzero(np.r_[True, block[1:] != block[:-1]]) if len(block) else np.empty(0, dtype=int)
    groups = np.split(obstacle, starts[1:]) if len(block) else []
    for i, members in zip(block[starts], groups, strict=True):
        out[i] = shapely.difference(out[i], shapely.union_all(obstacles[members]))
    return out


def _uses(
    polygons: Geoms, grid: Ints, zone: np.ndarray, water: Geoms, rng: np.random.Generator
) -> np.ndarray:
    use = np.empty(len(polygons), dtype=object)
    for kind, odds in USES.items():
        rows = np.flatnonzero(zone == kind)
        names, share = [u for u, _ in odds], np.array([p for _, p in odds])
        use[rows] = np.array(names, dtype=object)[rng.choice(len(names), len(rows), p=share / share.sum())]
    _green_shores(polygons, zone, use, water, rng)
    _house_every_grid(polygons, grid, zone, use)
    return use


def _green_shores(
    polygons: Geoms, zone: np.ndarray, use: np.ndarray, water: Geoms, rng: np.random.Generator
) -> None:
    """Half of the town's blocks on a shore are parks."""
    near = np.unique(shapely.STRtree(water).query(polygons, predicate="dwithin", distance=16.0)[0])
    town = near[np.isin(zone[near].astype(str), (OLD, INNER, NEW))]
    use[town[rng.random(len(town)) < 0.5]] = "park"


def _house_every_grid(polygons: Geoms, grid: Ints, zone: np.ndarray, use: np.ndarray) -> None:
    """The largest block of a grid in town is housing, so that every general grid has homes."""
    order = np.lexsort((shapely.area(polygons), grid))
    last = order[np.r_[grid[order][1:] != grid[order][:-1], True]]
    for kind, housing in ((OLD, "courtyard"), (INNER, "oldslab"), (NEW, "slab")):
        rows = last[(zone[last] == kind) & ~np.isin(use[last], HOUSING)]
        use[rows] = housing


def _dry(lanes: Geoms, lane_class: np.ndarray, water: Geoms) -> tuple[Geoms, np.ndarray]:
    """Lanes end at the shore."""
    lanes = cleared(lanes, water)
    parts, index = shapely.get_parts(lanes, return_index=True)
    keep = (shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING) & (shapely.length(parts) > 12.0)
    return parts[keep], lane_class[index[keep]]
