"""What a situation is asked for: an area by its code, or the surroundings of a point."""

import math
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db.models import Q

from layers.registry import Layer

SPHERE_M = 6378137.0
"""The radius on which EPSG:3857 is reckoned."""


@dataclass(frozen=True)
class Place:
    """`lon`, `lat`: EPSG:4490, from where distances count. With a `code` its rows are those of the area;
    without, those within `radius_m` metres. `grid`: the code of the finest area that holds the point."""

    lon: float
    lat: float
    code: str | None = None
    radius_m: float = 300
    grid: str | None = None

    @property
    def on_tiles(self) -> Point:
        """The point in EPSG:3857, in which the layers have an index that finds the nearest."""
        north = math.log(math.tan(math.pi / 4 + math.radians(self.lat) / 2))
        return Point(math.radians(self.lon) * SPHERE_M, north * SPHERE_M, srid=3857)

    @property
    def stretch(self) -> float:
        """How many units of EPSG:3857 a metre has here."""
        return 1 / math.cos(math.radians(self.lat))

    def rows(self, layer: Layer) -> Q:
        """A filter for the rows of a layer that belong to the place."""
        if self.code is not None:
            return Q(area_code__startswith=self.code)
        return Q(**{f"{layer.tile_geom}__dwithin": (self.on_tiles, self.radius_m * self.stretch)})
