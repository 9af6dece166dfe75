"""The boundary-chain rule in numpy: do these polygons tile that one, exactly?

The same rule as SQL's chain_residue (docs/coverage.md), bit for bit on canonical ordinates, so that a file is
judged before the database is touched. Knows nothing of codes, files or tolerances.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Segments:
    """Directed boundary segments: `ends` (n, 4) = x1 y1 x2 y2, `owner` (n,) index of the polygon."""

    ends: Floats
    owner: Ints

    def __len__(self) -> int:
        return len(self.ends)


def segments(polygons: Any) -> Segments:
    """Every boundary segment, shells counter-clockwise, holes clockwise; zero-length ones left out."""
    parts, owner = shapely.get_parts(shapely.orient_polygons(np.asarray(polygons)), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    ends = np.hstack([points[:-1], points[1:]]) if len(points) else np.empty((0, 4))
    real = (ring[:-1] == ring[1:]) & (ends[:, :2] != ends[:, 2:]).any(axis=1)
    owners = owner[part[ring[:-1]]] if len(ring) else np.empty(0, dtype=np.int64)
    return Segments(ends[real] + 0.0, owners[real])


def keys(ends: Floats) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """One comparable key per undirected segment, and +1 or -1 for its direction."""
    _, vertex = np.unique(_as_complex(ends.reshape(-1, 2)), return_inverse=True)
    a, b = vertex.reshape(-1, 2).T.astype(np.int64)
    count = np.int64(len(vertex) + 1)
    return np.minimum(a, b) * count + np.maximum(a, b), np.where(a < b, 1, -1)


def _as_complex(points: Floats) -> NDArray[np.complex128]:
    return np.ascontiguousarray(points).view(np.complex128).ravel()


def unbalanced(polygons: Any, parent: shapely.Geometry | None = None) -> Segments:
    """The segments that do not cancel, each as often as some polygon has it (owner -1: the parent)."""
    own = segments(polygons)
    above = (
        segments([parent]) if parent is not None else Segments(np.empty((0, 4)), np.empty(0, dtype=np.int64))
    )
    ends = np.vstack([own.ends, above.ends])
    owner = np.concatenate([own.owner, np.full(len(above), -1)])
    sign = np.concatenate([np.ones(len(own)), -np.ones(len(above))])
    if not len(ends):
        return Segments(ends, owner)
    key, direction = keys(ends)
    _, group = np.unique(key, return_inverse=True)
    total = np.bincount(group, weights=sign * direction)
    left = total[group] != 0
    return Segments(ends[left], owner[left])


def tiles(polygons: Any, parent: shapely.Geometry) -> bool:
    """True when the polygons cover the parent exactly without overlapping: every one valid, nothing left."""
    return bool(shapely.is_valid(polygons).all()) and not len(unbalanced(polygons, parent))


def union(polygons: Any) -> shapely.MultiPolygon:
    """The ground of an edge-matched coverage, with all its vertices, as a MultiPolygon.

    Of what is no coverage comes an empty or a wrong geometry: `tiles` tells.
    """
    try:
        return as_multi(shapely.coverage_union_all(polygons))
    except shapely.errors.GEOSException:
        return shapely.MultiPolygon([])


def as_multi(geometry: shapely.Geometry) -> shapely.MultiPolygon:
    """The polygons of a geometry, in one MultiPolygon (empty when it has none)."""
    parts = [part for part in shapely.get_parts(shapely.get_parts(geometry)) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon([part for part in parts if not part.is_empty])
