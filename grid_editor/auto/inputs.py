"""What an automatic draft is made from and how it is asked for: plain data, no database.

Geometry is EPSG:4490, x = lon, y = lat, canonical. `service.py` fills these from the live tables, tests by hand.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from gis_core.errors import WanggeError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Geoms = NDArray[Any]
Stop = Callable[[], bool]
Progress = Callable[[int, int, str], None]


class Stopped(WanggeError):
    """The person asked for it; nothing was changed."""

    code = "stopped"


def never() -> bool:
    """A Stop that nobody presses."""
    return False


def check(stop: Stop) -> None:
    """Raise Stopped when `stop` says so."""
    if stop():
        raise Stopped(_("The automatic draft was stopped; nothing was changed."))


def none() -> Geoms:
    """No geometries."""
    return np.empty(0, dtype=object)


@dataclass(frozen=True)
class Band:
    """How many households a grid should have. The default: the standard's 300 to 500 for towns (domain 1.3)."""

    low: int = 300
    target: int = 400
    high: int = 500

    def __post_init__(self) -> None:
        if not 0 < self.low <= self.target <= self.high:
            raise WanggeError(
                _(
                    "The band must run from low over target to high, all above 0; given: %(low)d, %(target)d, %(high)d."
                )
                % {"low": self.low, "target": self.target, "high": self.high},
                code="band",
            )

    def excess(self, households: float) -> float:
        """Households above the band, or below it; 0 inside."""
        return max(households - self.high, self.low - households, 0.0)

    def counts(self, households: int) -> list[int]:
        """How many grids that many households may make, the best number first; never empty.

        The numbers whose mean lies in the band, nearest to the target first; where there is none (550
        households make neither one grid nor two), the one that misses the band least.
        """
        whole = range(1, max(households // self.low, 1) + 2)
        return sorted(
            whole, key=lambda n: (self.excess(households / n), abs(households / n - self.target), n)
        )


@dataclass(frozen=True)
class Homes:
    """Buildings: outlines (n,) and the households in each (n,)."""

    outlines: Geoms = field(default_factory=none)
    households: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))


@dataclass(frozen=True)
class Ground:
    """One village and what stands on it.

    `village`: its polygon, whose boundary stays. `roads` (n,) lines with `road_classes` (n,) of layers_road;
    `water`, `compounds` polygons. `existing`: code -> polygon of the grids it has now, tiling the village.
    `fixed`: those of them that stay as they are (专属 grids).
    """

    code: str
    village: shapely.Geometry
    roads: Geoms = field(default_factory=none)
    road_classes: tuple[str, ...] = ()
    water: Geoms = field(default_factory=none)
    compounds: Geoms = field(default_factory=none)
    homes: Homes = field(default_factory=Homes)
    existing: dict[str, shapely.Geometry] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Request:
    """`keep`: change the existing grids only where their households are outside the band."""

    band: Band = Band()
    keep: bool = False
    seed: int = 0
