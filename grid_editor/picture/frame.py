"""Where the ground falls on the paper: EPSG:4490 to drawing units, true to scale in the frame's middle.

Equidistant cylindrical projection with the frame's middle as its standard parallel: over a district its scale is
off by less than one in a thousand.
"""

from dataclasses import dataclass
from math import cos, radians

import numpy as np
import shapely

METRES_PER_DEGREE = 111_320.0
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Frame:
    """`width` x `height` units; `scale` units per degree of latitude around `centre` (lon, lat)."""

    width: float
    height: float
    centre: tuple[float, float]
    scale: float

    @classmethod
    def around(cls, bounds: Box, width: float, height: float, margin: float = 0) -> "Frame":
        """The frame that just holds `bounds` (west, south, east, north, degrees) within its margin."""
        west, south, east, north = bounds
        middle = ((west + east) / 2, (south + north) / 2)
        across = max((east - west) * cos(radians(middle[1])), 1e-6)
        down = max(north - south, 1e-6)
        return cls(width, height, middle, min((width - 2 * margin) / across, (height - 2 * margin) / down))

    @property
    def metres_per_unit(self) -> float:
        return METRES_PER_DEGREE / self.scale

    @property
    def bounds(self) -> Box:
        """What of the ground is in the picture: west, south, east, north in degrees."""
        half_x = self.width / 2 / (self.scale * cos(radians(self.centre[1])))
        half_y = self.height / 2 / self.scale
        lon, lat = self.centre
        return (lon - half_x, lat - half_y, lon + half_x, lat + half_y)

    @property
    def box(self) -> shapely.Polygon:
        """The paper, in units."""
        return shapely.box(0, 0, self.width, self.height)

    def points(self, coordinates: np.ndarray) -> np.ndarray:
        """(n, 2) lon, lat to (n, 2) x, y with y downward."""
        stretch = self.scale * cos(radians(self.centre[1]))
        x = (coordinates[:, 0] - self.centre[0]) * stretch + self.width / 2
        y = (self.centre[1] - coordinates[:, 1]) * self.scale + self.height / 2
        return np.column_stack([x, y])

    def place(self, geometry: shapely.Geometry, fine: float = 0.15) -> shapely.Geometry:
        """A geometry on the paper, without the vertices that nobody sees (`fine`: units)."""
        moved = shapely.transform(geometry, self.points)
        return shapely.simplify(moved, fine, preserve_topology=False)
