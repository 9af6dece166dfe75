"""Where things happen: at buildings by how many live there, at shops, on roads."""

from dataclasses import dataclass

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from gis_core.errors import WanggeError
from incidents.sample.rhythm import AT_SHOPS, ON_ROADS

BUILDINGS = """
SELECT ST_X(p), ST_Y(p), coalesce(residents, 0), use IN ('commercial', 'mixed', 'office'), address_text
FROM (SELECT ST_PointOnSurface(geom) AS p, residents, use, address_text FROM layers_building WHERE area_code IS NOT NULL
      ORDER BY id) b
"""
ROADS = """
SELECT ST_X(p), ST_Y(p), 0, false, name
FROM (SELECT ST_LineInterpolatePoint(ST_GeometryN(geom, 1), f) AS p, name
      FROM layers_road, unnest(ARRAY[0.2, 0.5, 0.8]) f WHERE area_code IS NOT NULL ORDER BY id) r
"""


@dataclass(frozen=True)
class Places:
    """Places of one kind: lon and lat, how likely each is, and its address."""

    lonlat: NDArray[np.float64]
    weight: NDArray[np.float64]
    address: NDArray[np.object_]

    def draw(self, rng: np.random.Generator, count: int) -> tuple[NDArray[np.float64], list[str]]:
        """Some places, scattered by a few metres about their building."""
        chosen = rng.choice(len(self.weight), size=count, p=self.weight)
        scattered = self.lonlat[chosen] + rng.normal(0, 0.00008, (count, 2))
        return np.round(scattered, 8), [str(text) for text in self.address[chosen]]


@dataclass(frozen=True)
class Town:
    """All the places, and how many live there."""

    homes: Places
    shops: Places
    roads: Places
    residents: int

    def kind_for(self, item: str) -> str:
        return "roads" if item in ON_ROADS else "shops" if item in AT_SHOPS else "homes"

    def draw(self, rng: np.random.Generator, items: list[str]) -> tuple[NDArray[np.float64], list[str]]:
        """A place for each of these items; one in 300 lies a little outside wherever it began."""
        lonlat, address = np.zeros((len(items), 2)), np.full(len(items), "", dtype=object)
        kinds = np.array([self.kind_for(item) for item in items])
        for kind in ("homes", "shops", "roads"):
            own = np.flatnonzero(kinds == kind)
            if len(own):
                lonlat[own], address[own] = getattr(self, kind).draw(rng, len(own))
        stray = rng.random(len(items)) < 1 / 300
        lonlat[stray] = np.round(lonlat[stray] + rng.normal(0, 0.05, (stray.sum(), 2)), 8)
        return lonlat, list(address)


def read() -> Town:
    """The places of the loaded city. Raises WanggeError on a database without buildings."""
    buildings, roads = _rows(BUILDINGS), _rows(ROADS)
    if not buildings:
        raise WanggeError("There are no buildings; load the sample city first.", code="empty")
    homes = _places(buildings, lambda row: row[2] + 0.01)
    shops = _places(buildings, lambda row: 30.0 if row[3] else 0.02)
    return Town(
        homes, shops, _places(roads or buildings, lambda _row: 1.0), int(sum(row[2] for row in buildings))
    )


def _rows(query: str) -> list[tuple[float, float, int, bool, str]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def _places(rows, weigh) -> Places:  # type: ignore[no-untyped-def]
    weight = np.array([weigh(row) for row in rows], dtype=float)
    address = np.array([row[4] for row in rows], dtype=object)
    return Places(np.array([row[:2] for row in rows], dtype=float), weight / weight.sum(), address)
