"""What a draft is worth in numbers: balance, contiguity, compactness, and what no division could have done."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import shapely

from gis_core.crs import Plane
from grid_editor.auto.inputs import Band, Floats, Geoms, Ints


@dataclass(frozen=True)
class Measures:
    """Of some grids. `in_band` counts grids; `deviation` is the mean distance from the target as a share of it;
    `contiguous` counts grids of one piece; `compactness` the mean Polsby-Popper measure, 4 pi area / outline^2."""

    grids: int
    households: int
    in_band: int
    deviation: float
    least: int
    most: int
    contiguous: int
    compactness: float

    @property
    def share_in_band(self) -> float:
        return self.in_band / self.grids if self.grids else 1.0

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "share_in_band": round(self.share_in_band, 4)}


def measured(grids: Geoms, households: Ints, band: Band) -> Measures:
    """Measures of polygons (n,) in EPSG:4490 with their households (n,)."""
    people = np.asarray(households)
    inside = (people >= band.low) & (people <= band.high)
    return Measures(
        len(grids),
        int(people.sum()),
        int(inside.sum()),
        round(float(np.mean(np.abs(people - band.target)) / band.target), 4) if len(people) else 0.0,
        int(people.min(initial=10**9)) if len(people) else 0,
        int(people.max(initial=0)),
        int(sum(shapely.get_num_geometries(grid) == 1 for grid in grids)),
        round(float(polsby_popper(grids).mean()), 4) if len(grids) else 0.0,
    )


def polsby_popper(grids: Geoms) -> Floats:
    """(n,) between 0 and 1, 1 for a circle; in metres about the grids' latitude."""
    if not len(grids):
        return np.empty(0)
    _west, south, _east, north = shapely.total_bounds(grids)
    flat = Plane((south + north) / 2).metres(grids)
    return np.asarray(4 * np.pi * shapely.area(flat) / shapely.length(flat) ** 2)
