"""Cut the plane along all boundaries at once: every face is covered by the same polygons all over.

From the faces follow the defects (faces that none or several cover) and the repair: give each face to one
polygon, and the polygons tile the ground by construction. Coordinates: EPSG:4490, snap-rounded to the unit of
the 8th decimal, which is what shapely's grid_size=1e-8 gives, bit-equal with `canonical`.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_core.crs import UNIT, canonical
from gis_core.importing import chain

Ints = NDArray[np.int64]
NOBODY = -1


@dataclass(frozen=True)
class Faces:
    """The bounded faces (f,); `covers[i]` are the indices of the polygons over face i; `ground[i]` whether it
    belongs to the ground that they must cover (everywhere, where there is no parent)."""

    geoms: Any
    covers: tuple[tuple[int, ...], ...]
    ground: NDArray[np.bool_]

    def kind(self, index: int) -> str:
        """'own', or 'gap', 'overlap', 'outside'; '' for empty ground that nobody must cover."""
        count = len(self.covers[index])
        if not self.ground[index]:
            return "outside" if count else ""
        return ("gap", "own")[count] if count < 2 else "overlap"


def cut(polygons: Any, parent: shapely.Geometry | None) -> Faces:
    """The faces of the polygons' boundaries, and the parent's. Polygons may be invalid: only rings count."""
    everything = [*polygons] if parent is None else [*polygons, parent]
    outlines = shapely.boundary(np.array(everything, dtype=object))
    noded = canonical(shapely.union_all(outlines, grid_size=UNIT))
    geoms = shapely.get_parts(shapely.polygonize([noded]))
    inside = shapely.point_on_surface(geoms)
    face, polygon = shapely.STRtree(polygons).query(inside, predicate="within")
    covers: list[list[int]] = [[] for _ in geoms]
    for f, p in sorted(zip(face.tolist(), polygon.tolist(), strict=True)):
        covers[f].append(p)
    ground = np.ones(len(geoms), dtype=bool)
    if parent is not None:
        shapely.prepare(parent)
        ground = shapely.contains(parent, inside)
    return Faces(geoms, tuple(tuple(owners) for owners in covers), ground)


def borders(geoms: Any) -> dict[int, dict[int, float]]:
    """For every face its neighbours and the length of the border with each, in degrees."""
    edges = chain.segments(geoms)
    key, _direction = chain.keys(edges.ends)
    order = np.argsort(key, kind="stable")
    same = key[order][:-1] == key[order][1:]
    left, right = order[:-1][same], order[1:][same]
    lengths = np.hypot(*(edges.ends[left, :2] - edges.ends[left, 2:]).T)
    found: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for a, b, length in zip(edges.owner[left].tolist(), edges.owner[right].tolist(), lengths, strict=True):
        found[a][b] += float(length)
        found[b][a] += float(length)
    return found


def assigned(faces: Faces, fill: set[int]) -> Ints:
    """The polygon that gets each face (f,), or NOBODY.

    A face of one polygon stays with it; an overlap goes to the one among its polygons with which it has the
    longest border, a gap of `fill` (indices of faces) to the neighbour with the longest; the rest to nobody.
    """
    owner = np.full(len(faces.geoms), NOBODY)
    waiting = []
    for index, covers in enumerate(faces.covers):
        kind = faces.kind(index)
        if kind == "own":
            owner[index] = covers[0]
        elif kind == "overlap" or index in fill:
            waiting.append(index)
    around = borders(faces.geoms) if waiting else {}
    while waiting:
        chosen = {index: best for index in waiting if (best := _neighbour(faces, owner, around, index)) >= 0}
        if not chosen:
            break
        for index, best in chosen.items():
            owner[index] = best
        waiting = [index for index in waiting if index not in chosen]
    for index in waiting:
        owner[index] = faces.covers[index][0] if faces.covers[index] else NOBODY
    return owner


def _neighbour(faces: Faces, owner: Ints, around: dict[int, dict[int, float]], index: int) -> int:
    """Among the polygons next to a face (for an overlap: its own), the one with the longest border."""
    allowed = faces.covers[index]
    lengths: dict[int, float] = defaultdict(float)
    for other, length in around.get(index, {}).items():
        if owner[other] >= 0 and (not allowed or int(owner[other]) in allowed):
            lengths[int(owner[other])] += length
    return max(lengths, key=lambda one: (lengths[one], -one), default=NOBODY)


def rebuilt(faces: Faces, owner: Ints, count: int) -> Any:
    """The polygons (count,) as unions of their faces: MultiPolygons, empty where one lost every face."""
    return np.array([chain.union(faces.geoms[owner == index]) for index in range(count)], dtype=object)
