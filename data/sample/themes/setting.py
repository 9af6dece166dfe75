"""Where the thematic layers are set: the city's grids, buildings and streets, made ready for drawing lots."""

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.sample.areas import CRS
from data.sample.frame import Floats, Ints, canonical, segments, to_degrees, to_lonlat, to_metres

STREETS = ("arterial", "secondary", "local", "lane")


@dataclass(frozen=True)
class Setting:
    """The finished city. `grid_of`: each building's grid (a row of `grids`); `block_of`: its block, ascending."""

    prefix: str
    seed: int
    grids: pd.DataFrame
    area_names: dict[str, str]
    buildings: gpd.GeoDataFrame
    grid_of: Ints
    block_of: Ints
    landuse: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame

    def rng(self, topic: int) -> np.random.Generator:
        """Random numbers of a topic's own."""
        return np.random.default_rng([self.seed, 100 + topic])

    @cached_property
    def middles(self) -> Floats:
        """(n, 2) lon/lat of a point inside each building."""
        return shapely.get_coordinates(shapely.point_on_surface(self.buildings.geometry.to_numpy()))

    @cached_property
    def codes(self) -> np.ndarray:
        """Each grid's code."""
        return self.grids["code"].to_numpy(dtype=object)

    @cached_property
    def villages(self) -> np.ndarray:
        """Each grid's village: its code."""
        return self.grids["parent_code"].to_numpy(dtype=object)

    @cached_property
    def towns(self) -> np.ndarray:
        """Each grid's town: its code."""
        return np.array([code[:9] for code in self.codes], dtype=object)

    def first_of_blocks(self, use: str) -> Ints:
        """The first building of every block of a use: where the institution that fills the block is put."""
        rows = np.unique(self.block_of, return_index=True)[1]
        return rows[self.buildings["use"].to_numpy()[rows] == use]

    def one_in_each(self, groups: np.ndarray, rng: np.random.Generator) -> Ints:
        """A random building in each group of grids (`groups`: one label for each grid), in the order of labels."""
        order = rng.permutation(len(self.grid_of))
        labels = groups[self.grid_of[order]]
        return order[np.unique(labels, return_index=True)[1]]

    @cached_property
    def street_segments(self) -> tuple[Floats, Ints]:
        """(n, 4) ends in metres of the streets' single segments, and the row of `roads` each belongs to."""
        rows = np.flatnonzero(self.roads["road_class"].isin(STREETS))
        pieces, index = segments(to_metres(self.roads.geometry.to_numpy()[rows]))
        return shapely.get_coordinates(pieces).reshape(-1, 4), rows[index]

    def along_streets(self, count: int, aside: float, rng: np.random.Generator) -> tuple[Floats, Ints]:
        """`count` places evenly along all streets, `aside` metres from the middle: lon/lat, and the street's row."""
        ends, road = self.street_segments
        way = ends[:, 2:] - ends[:, :2]
        length = np.hypot(way[:, 0], way[:, 1])
        total = np.cumsum(length)
        at = (np.arange(count) + rng.uniform(0.2, 0.8, count)) * total[-1] / count
        piece = np.minimum(np.searchsorted(total, at), len(total) - 1)
        share = 1 - (total[piece] - at) / np.maximum(length[piece], 1e-9)
        across = np.column_stack([-way[piece, 1], way[piece, 0]]) / np.maximum(length[piece], 1e-9)[:, None]
        side = rng.choice((-aside, aside), count)[:, None]
        return to_degrees(ends[piece, :2] + way[piece] * share[:, None] + across * side), road[piece]

    @cached_property
    def crossings(self) -> tuple[Floats, Ints]:
        """Where streets meet, in metres, the busiest first, and how many segments meet there."""
        ends = np.round(self.street_segments[0].reshape(-1, 2), 1)
        where, count = np.unique(ends, axis=0, return_counts=True)
        order = np.argsort(-count, kind="stable")
        order = order[count[order] >= 3]
        return where[order], count[order]

    def table(self, key: str, points: Floats, **columns: object) -> gpd.GeoDataFrame:
        """A layer's table with source ids, at lon/lat points."""
        ids = [f"{self.prefix}-{key}-{number}" for number in range(1, len(points) + 1)]
        return gpd.GeoDataFrame(
            {"source_id": ids, **columns}, geometry=shapely.points(canonical(points)), crs=CRS
        )

    def beside_streets(self, rows: Ints) -> Floats:
        """Lon/lat of the street side of buildings: towards the nearest street, at most 15 m from the middle."""
        ends, _road = self.street_segments
        tree = shapely.STRtree(shapely.linestrings(ends.reshape(-1, 2, 2)))
        middle = to_metres(shapely.points(self.middles[rows]))
        _own, piece = tree.query_nearest(middle, all_matches=False)
        near = shapely.shortest_line(middle, tree.geometries[piece])
        step = np.minimum(shapely.length(near) * 0.6, 15.0)
        return shapely.get_coordinates(to_lonlat(shapely.line_interpolate_point(near, step)))
