"""Ways along the street network: a graph of a neighbourhood, kept until a road in it changes.

Roads are cut where they cross one another, so that data without common vertices is a network too; a bridge thus counts
as a crossing. A road that ends a hair before another meets it: rounding the ends of roads to the 8th decimal of a
degree moves them by up to a millimetre off the line that they end on. A neighbourhood is a square of `CELL` degrees
with `REACH_M` metres around it.
"""

import math
from functools import lru_cache

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon
from django.db.models import Count, Max, Sum
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from layers.models import Road

Floats = NDArray[np.float64]

CELL = 0.01
REACH_M = 2500.0
OFF_STREET_M = 250.0
"""Who is further from the nearest street than this is not measured along it."""
HAIR_M = 0.05
"""Vertices and lines nearer to one another than about this meet."""
DEGREE_M = 111_195.0
KEPT = 24


class Streets:
    """The graph of one neighbourhood, in metres on a plane that touches at its middle."""

    def __init__(self, lines: list[shapely.Geometry], lon: float, lat: float) -> None:
        self.origin = np.array([lon, lat])
        self.scale = np.array([DEGREE_M * math.cos(math.radians(lat)), DEGREE_M])
        parts = shapely.get_parts(shapely.union_all(self._plane(lines), grid_size=HAIR_M))
        self.edges = parts[shapely.length(parts) > 0]
        self.tree = shapely.STRtree(self.edges)
        self.graph, self.ends = _graph(self.edges)

    def _plane(self, lines: list[shapely.Geometry]) -> list[shapely.Geometry]:
        return list(shapely.transform(np.array(lines, dtype=object), self.to_plane))

    def to_plane(self, points: Floats) -> Floats:
        return np.asarray((points - self.origin) * self.scale)

    def ways(self, start: Floats, spots: Floats) -> Floats:
        """Metres from `start` to each of (n, 2) `spots`, in degrees; inf where there is no way."""
        points = shapely.points(self.to_plane(np.vstack([start, spots])))
        edge = self.tree.nearest(points)
        off = shapely.distance(points, self.edges[edge])
        along = shapely.line_locate_point(self.edges[edge], points)
        rest = shapely.length(self.edges[edge]) - along
        far = dijkstra(self.graph, directed=False, indices=self.ends[edge[0]])
        from_start = np.minimum(along[0] + far[0], rest[0] + far[1])
        ends = self.ends[edge[1:]]
        found = np.minimum(from_start[ends[:, 0]] + along[1:], from_start[ends[:, 1]] + rest[1:])
        same = edge[1:] == edge[0]
        found[same] = np.minimum(found[same], np.abs(along[1:][same] - along[0]))
        found = found + off[0] + off[1:]
        found[(off[1:] > OFF_STREET_M) | (off[0] > OFF_STREET_M)] = np.inf
        return np.asarray(found, dtype=np.float64)


def _graph(edges: NDArray[np.object_]) -> tuple[csr_array, NDArray[np.int64]]:
    """The lengths between nodes, and for each edge its two nodes. Ends within a centimetre are one node."""
    both = [shapely.get_coordinates(shapely.get_point(edges, end)) for end in (0, -1)]
    _nodes, number = np.unique(np.round(np.vstack(both), 2), axis=0, return_inverse=True)
    ends = number.reshape(2, -1).T.astype(np.int64)
    size = int(ends.max()) + 1
    # Of several edges between the same nodes the shortest counts; csr would add them up.
    order = np.argsort(-shapely.length(edges))
    low, high = ends.min(axis=1)[order], ends.max(axis=1)[order]
    shortest = dict(
        zip(zip(low.tolist(), high.tolist(), strict=True), shapely.length(edges)[order], strict=True)
    )
    pairs = np.array(list(shortest), dtype=np.int64)
    return csr_array(
        (np.array(list(shortest.values())), (pairs[:, 0], pairs[:, 1])), shape=(size, size)
    ), ends


def ways(lon: float, lat: float, spots: Floats) -> Floats:
    """Metres by street from a place to each of (n, 2) `spots` (EPSG:4490); inf where roads allow no way."""
    cell = (math.floor(lon / CELL), math.floor(lat / CELL))
    network = _network(cell, _version(cell))
    if network is None:
        return np.full(len(spots), np.inf)
    return network.ways(np.array([lon, lat]), spots)


def _window(cell: tuple[int, int]) -> Polygon:
    lat = (cell[1] + 0.5) * CELL
    north, east = REACH_M / DEGREE_M, REACH_M / DEGREE_M / math.cos(math.radians(lat))
    west, south = cell[0] * CELL - east, cell[1] * CELL - north
    box = Polygon.from_bbox((west, south, west + CELL + 2 * east, south + CELL + 2 * north))
    box.srid = 4490
    return box


def _version(cell: tuple[int, int]) -> str:
    """Changes with any change to a road of the neighbourhood."""
    rows = Road.objects.filter(geom__bboverlaps=_window(cell))
    return str(tuple(rows.aggregate(Count("pk"), Sum("row_version"), Max("updated_at"), Max("pk")).values()))


@lru_cache(maxsize=KEPT)
def _network(cell: tuple[int, int], version: str) -> Streets | None:
    rows = Road.objects.filter(geom__bboverlaps=_window(cell)).exclude(road_class="railway")
    lines = [shapely.from_wkb(bytes(geom.wkb)) for geom in rows.values_list("geom", flat=True)]
    if not lines:
        return None
    return Streets(lines, (cell[0] + 0.5) * CELL, (cell[1] + 0.5) * CELL)
