"""From grids on the plan to an exact, edge-matched coverage on the ground.

All borders are noded once on the plan; each noded edge is densified once, bent and rounded once, so that the
polygons on its two sides, on every tier, carry the very same vertices. Upper tiers are dissolved from the
grids and keep all of these.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from data.sample.division import Streets
from data.sample.frame import Geoms, Ground, Ints

NODING_GRID = 0.05  # metres; wider than any cut's rounding error, so that every T-junction is noded
VERTEX_EVERY = 45.0  # metres between vertices of a bent street


@dataclass(frozen=True)
class Network:
    """Noded border edges on the plan with their faces."""

    edges: Geoms
    faces: Geoms
    leaf: Ints  # which input polygon each face lies in


def node(polygons: Geoms) -> Network:
    """Node the boundaries of touching polygons and find each face's polygon.

    Raises ValueError when a polygon has no face left: it was thinner than the noding grid.
    """
    noded = shapely.union_all(shapely.boundary(polygons), grid_size=NODING_GRID)
    edges = shapely.segmentize(shapely.get_parts(noded), VERTEX_EVERY)
    faces = shapely.get_parts(shapely.polygonize(edges))
    tree = shapely.STRtree(polygons)
    leaf = np.full(len(faces), -1)
    face, found = tree.query(shapely.point_on_surface(faces), predicate="intersects")
    leaf[face] = found
    faces, leaf = faces[leaf >= 0], leaf[leaf >= 0]
    if len(np.unique(leaf)) != len(polygons):
        lost = np.setdiff1d(np.arange(len(polygons)), leaf)
        raise ValueError(f"polygons {lost[:5].tolist()} vanish when noded at {NODING_GRID} m")
    return Network(edges, faces, leaf)


def dissolve(faces: Geoms, group: Ints, count: int) -> Geoms:
    """MultiPolygons: the union of each group's faces, keeping every vertex on its outline."""
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(count + 1))
    out = np.empty(count, dtype=object)
    for i in range(count):
        members = faces[order[starts[i] : starts[i + 1]]]
        union = shapely.coverage_union_all(members) if len(members) > 1 else members[0]
        out[i] = shapely.multipolygons(shapely.get_parts(union))
    return out


def edge_streets(network: Network, streets: Streets) -> tuple[Ints, Ints]:
    """Pairs (edge, street): which street each edge lies on, the higher class where several meet."""
    middles = shapely.line_interpolate_point(network.edges, 0.5, normalized=True)
    tree = shapely.STRtree(streets.geoms)
    edge, street = tree.query(middles, predicate="dwithin", distance=0.3)
    rank = np.array([RANKS[c] for c in streets.classes])[street]
    order = np.lexsort((street, rank, edge))
    edge, street = edge[order], street[order]
    first = np.r_[True, edge[1:] != edge[:-1]]
    return edge[first], street[first]


RANKS = {
    c: i
    for i, c in enumerate(("expressway", "railway", "arterial", "secondary", "local", "lane", "path", ""))
}


def place_faces(network: Network, ground: Ground) -> Geoms:
    """The faces in canonical lon/lat; raises ValueError if the bend broke one."""
    placed = ground.place(network.faces)
    if not shapely.is_valid(placed).all():
        raise ValueError("the bend of the plan broke a polygon; lower the amplitudes in frame.WAVES")
    return placed
