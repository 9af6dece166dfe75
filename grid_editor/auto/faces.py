"""Cut a village along its streets, banks and kept borders into faces: the smallest pieces a draft can use.

Every line is noded once, rounded once; a face's border is bit-equal with its neighbour's, so whatever is put
together from faces is an exact coverage. Dead ends bound nothing and fall away.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from gis_core.crs import UNIT, Plane, canonical
from gis_core.importing import chain, noding
from grid_editor.auto.inputs import Bools, Geoms, Ground, Ints, none

COST = {
    "railway": 0.55,
    "expressway": 0.55,
    "arterial": 0.6,
    "secondary": 0.7,
    "local": 0.85,
    "lane": 1.0,
    "path": 1.1,
}
"""What a metre of border along a road counts for: people know their main roads, so borders are drawn to them."""
WATER_COST, KEPT_COST, OTHER_COST = 0.7, 0.8, 1.25
MAIN = 0.7
"""Up to this cost a line divides also what a compound's outline joins: a main road runs through no compound."""
ON_LINE = 5e-8
"""Degrees: a border's middle this near to a road's line lies on it (rounding moves it by one unit at most)."""
HAIR = 1e-12
"""Square degrees, 0.01 m2: smaller faces come from lines within a millimetre of each other."""
NOBODY = -1


@dataclass(frozen=True)
class Side:
    """The border of two faces: metres, and metres weighted by COST; `main` where most of it is a main road."""

    length: float
    cost: float
    main: bool


@dataclass(frozen=True)
class Faces:
    """`geoms` (n,) polygons; `own` (n,) index of the existing grid around each, or NOBODY; `area` m2 and
    `outline` weighted metres of each; `sides[i][j]` the border of i and j."""

    geoms: Geoms
    own: Ints
    area: np.ndarray
    outline: np.ndarray
    sides: list[dict[int, Side]]
    plane: Plane

    def __len__(self) -> int:
        return len(self.geoms)


def cut(ground: Ground, kept: list[str], extra: Geoms | None = None) -> Faces:
    """The faces of the village. `kept`: codes of existing grids whose borders are cut along too;
    `extra`: more lines (the cuts through big blocks)."""
    grids = _array([ground.existing[code] for code in kept])
    extra = none() if extra is None else extra
    lines = np.concatenate(
        [
            shapely.boundary([ground.village]),
            shapely.boundary(grids),
            ground.roads,
            shapely.boundary(ground.water),
            extra,
        ]
    )
    noded = canonical(shapely.union_all(lines, grid_size=UNIT))
    geoms = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = shapely.point_on_surface(geoms)
    here = _within(ground.village, geoms, inside)
    geoms, inside = geoms[here], inside[here]
    order = np.lexsort((shapely.get_y(inside), shapely.get_x(inside)))
    return _measured(ground, geoms[order], _owners(grids, inside[order]), grids)


def _within(village: shapely.Geometry, geoms: Geoms, inside: Geoms) -> Bools:
    """Which faces (n,) lie in the village; of the thinnest, where rounding hides it, the boundary chain tells."""
    shapely.prepare(village)
    here = np.asarray(shapely.contains(village, inside))
    left = _left(village, geoms[here])
    for face in np.flatnonzero(shapely.area(geoms) < HAIR).tolist() if left else []:
        here[face] = not here[face]
        now = _left(village, geoms[here])
        if now < left:
            left = now
        else:
            here[face] = not here[face]
    return here


def _left(village: shapely.Geometry, geoms: Geoms) -> int:
    table = noding.missing(geoms, noding.WITHIN * UNIT, village)
    return len(chain.unbalanced(geoms, noding.spliced(np.array([village]), table)[0]))


def _owners(grids: Geoms, inside: Geoms) -> Ints:
    own = np.full(len(inside), NOBODY)
    if len(grids):
        point, grid = shapely.STRtree(grids).query(inside, predicate="within")
        own[point] = grid
    return own


def _measured(ground: Ground, geoms: Geoms, own: Ints, grids: Geoms) -> Faces:
    plane = Plane(float(shapely.get_y(shapely.centroid(ground.village))))
    edges = chain.segments(geoms)
    metres = shapely.length(plane.metres(shapely.linestrings(edges.ends.reshape(-1, 2, 2))))
    rate = _rates(edges.ends, ground, grids)
    area = shapely.area(plane.metres(geoms))
    outline = np.bincount(edges.owner, metres * rate, minlength=len(geoms))
    return Faces(geoms, own, area, outline, _sides(edges, metres, rate, len(geoms)), plane)


def _rates(ends: np.ndarray, ground: Ground, grids: Geoms) -> np.ndarray:
    """COST of each segment (n,): of the best line that it lies on."""
    lines = np.concatenate([ground.roads, shapely.boundary(ground.water), shapely.boundary(grids)])
    costs = np.array(
        [COST.get(one, OTHER_COST) for one in ground.road_classes]
        + [WATER_COST] * len(ground.water)
        + [KEPT_COST] * len(grids)
    )
    rate = np.full(len(ends), OTHER_COST)
    if len(lines):
        middles = shapely.points((ends[:, :2] + ends[:, 2:]) / 2)
        segment, line = shapely.STRtree(lines).query(middles, predicate="dwithin", distance=ON_LINE)
        np.minimum.at(rate, segment, costs[line])
    return rate


def _sides(edges: chain.Segments, metres: np.ndarray, rate: np.ndarray, count: int) -> list[dict[int, Side]]:
    key, _direction = chain.keys(edges.ends) if len(edges) else (np.empty(0), np.empty(0))
    order = np.argsort(key, kind="stable")
    same = key[order][:-1] == key[order][1:]
    left, right = order[:-1][same], order[1:][same]
    sums: dict[tuple[int, int], list[float]] = {}
    pairs = zip(edges.owner[left].tolist(), edges.owner[right].tolist(), strict=True)
    for (a, b), length, cost in zip(pairs, metres[left].tolist(), rate[left].tolist(), strict=True):
        entry = sums.setdefault((min(a, b), max(a, b)), [0.0, 0.0, 0.0])
        entry[0] += length
        entry[1] += length * cost
        entry[2] += length if cost <= MAIN else 0.0
    sides: list[dict[int, Side]] = [{} for _ in range(count)]
    for (a, b), (length, cost, main) in sorted(sums.items()):
        if a != b:
            sides[a][b] = sides[b][a] = Side(length, cost, main > length / 2)
    return sides


def _array(geoms: list[shapely.Geometry]) -> Geoms:
    out = none() if not geoms else np.empty(len(geoms), dtype=object)
    out[:] = geoms
    return out
