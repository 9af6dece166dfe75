"""Random damage to a clean city, as programs and hands do it; and a judge of what is wrong, which knows no chains."""

import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import shapely

from gis_core.crs import UNIT
from grid_editor.draft import Draft, DraftGrid
from tests.gis_core.oracle import exact_area

Geom = shapely.Geometry


def canonical(value: float) -> float:
    return round(value * 1e8) / 1e8


def ring_of(grid: DraftGrid) -> list[tuple[float, float]]:
    return [tuple(p) for p in shapely.get_coordinates(grid.geom.geoms[0].exterior).tolist()[:-1]]


def with_ring(draft: Draft, grid: DraftGrid, ring: list[tuple[float, float]]) -> Draft:
    return draft.with_grids([replace(grid, geom=shapely.MultiPolygon([shapely.Polygon(ring)]))])


def moved_vertex(draft: Draft, grid: DraftGrid, chance: random.Random) -> Draft:
    """One side's vertex lies elsewhere: by a unit, by metres, by a hundred."""
    ring = ring_of(grid)
    at, far = chance.randrange(len(ring)), chance.choice([1e-8, 3e-8, 1e-6, 1e-5, 1e-3])
    x, y = ring[at]
    ring[at] = (canonical(x + far * chance.choice([-1, 1])), canonical(y + far * chance.choice([-1, 0, 1])))
    return with_ring(draft, grid, ring)


def shrunk(draft: Draft, grid: DraftGrid, chance: random.Random) -> Draft:
    """The whole polygon a little smaller, or larger."""
    factor = chance.choice([0.5, 0.9, 0.9999, 1.0001, 1.1])
    x, y = grid.geom.centroid.coords[0]
    ring = [(canonical(x + (a - x) * factor), canonical(y + (b - y) * factor)) for a, b in ring_of(grid)]
    return with_ring(draft, grid, ring)


def removed_vertex(draft: Draft, grid: DraftGrid, chance: random.Random) -> Draft:
    ring = ring_of(grid)
    if len(ring) > 3:
        del ring[chance.randrange(len(ring))]
    return with_ring(draft, grid, ring)


def added_vertex(draft: Draft, grid: DraftGrid, chance: random.Random) -> Draft:
    """A vertex on an edge that nobody else has, as near to it as rounding allows."""
    ring = ring_of(grid)
    at, share = chance.randrange(len(ring)), chance.uniform(0.2, 0.8)
    (x, y), (u, v) = ring[at - 1], ring[at]
    ring.insert(at, (canonical(x + (u - x) * share), canonical(y + (v - y) * share)))
    return with_ring(draft, grid, ring)


def doubled(draft: Draft, grid: DraftGrid, chance: random.Random) -> Draft:
    """The same polygon once more, under a code of its own."""
    return draft.with_grids(
        [replace(grid, code=f"{grid.parent_code}700", id=max(g.id or 0 for g in draft.grids.values()) + 1)]
    )


def crossed(draft: Draft, grid: DraftGrid, chance: random.Random) -> Draft:
    """Two vertices that follow each other change places."""
    ring = ring_of(grid)
    at = chance.randrange(len(ring))
    ring[at - 1], ring[at] = ring[at], ring[at - 1]
    return with_ring(draft, grid, ring)


def deleted(draft: Draft, grid: DraftGrid, chance: random.Random) -> Draft:
    return draft.with_grids([], removed=[grid.code])


def spike(draft: Draft, grid: DraftGrid, chance: random.Random) -> Draft:
    """A far vertex between two: a needle over the neighbours, perhaps over other villages."""
    ring = ring_of(grid)
    at = chance.randrange(len(ring))
    x, y = ring[at]
    ring.insert(at, (canonical(x + chance.uniform(-0.01, 0.01)), canonical(y + chance.uniform(-0.01, 0.01))))
    return with_ring(draft, grid, ring)


DAMAGES: list[Callable[[Draft, DraftGrid, random.Random], Draft]] = [
    moved_vertex, shrunk, removed_vertex, added_vertex, doubled, crossed, deleted, spike,
]  # fmt: skip


def damaged(draft: Draft, seed: int, count: int) -> Draft:
    """So many random damages, one after the other."""
    chance = random.Random(seed)
    for _ in range(count):
        grid = draft.grids[chance.choice(sorted(draft.grids))]
        draft = chance.choice(DAMAGES)(draft, grid, chance)
    return draft


# ---- the judge ----------------------------------------------------------------------------------------------


def wrong(draft: Draft, village: str) -> set[str]:
    """Which kinds of error the village has: by exact predicates and areas, without chains, codes or tolerances."""
    border, grids = draft.boundaries[village].geom, draft.of_village(village)
    found = {"invalid" for grid in grids if not shapely.is_valid(grid.geom)}
    if found:
        return found
    geoms = np.array([grid.geom for grid in grids], dtype=object)
    if any(shapely.get_num_geometries(geom) > 1 for geom in geoms):
        found.add("multipart")
    if any(shapely.relate_pattern(a, b, "T********") for i, a in enumerate(geoms) for b in geoms[:i]):
        found.add("overlap")
    if any(shapely.relate_pattern(geom, border, "**T******") for geom in geoms):
        found.add("outside")
    if not found & {"overlap", "outside"} and sum(map(exact_area, geoms)) != exact_area(border):
        found.add("gap")
    return found | ({"unmatched"} if not found and not _noded(geoms, border) else set())


def hairs(draft: Draft, village: str) -> set[str]:
    """The kinds of which no ground is as wide as a unit of the 8th decimal: such a place counts as unmatched."""
    border = draft.boundaries[village].geom
    geoms = np.array([grid.geom for grid in draft.of_village(village)], dtype=object)
    whole = shapely.union_all(geoms)
    grounds = {
        "overlap": [shapely.intersection(a, b) for i, a in enumerate(geoms) for b in geoms[:i]],
        "outside": [shapely.difference(whole, border)],
        "gap": [shapely.difference(border, whole)],
    }
    return {kind for kind, own in grounds.items() if all(shapely.buffer(g, -UNIT).is_empty for g in own)}


def _noded(geoms: np.ndarray, border: Geom) -> bool:
    """Whether every vertex that lies on another's border is a vertex there too."""
    for one in [*geoms, border]:
        for other in [*geoms, border]:
            if one is not other and one.intersects(other):
                places = {tuple(p) for p in shapely.get_coordinates(one).tolist()}
                own = {tuple(p) for p in shapely.get_coordinates(other).tolist()}
                edge = other.boundary
                if any(p not in own and edge.intersects(shapely.Point(p)) for p in places):
                    return False
    return True
