"""Households where nobody counted them: from footprint, floors and use.

A stated rule, not a census: floor space by FLOOR_SPACE, where floors are unknown those usual for the use.
"""

import numpy as np
import shapely

from gis_core.crs import Plane
from grid_editor.auto.inputs import Geoms, Ints

FLOOR_SPACE = 110.0
"""m2 of outer floor space per household, stairs and walls included (urban China: about 40 m2 a head)."""
FLOORS = {"residential": 6, "mixed": 6, "bungalow": 1}
"""Floors taken for a use where they are not known; other uses have no households."""


def households(outlines: Geoms, uses: list[str], floors: list[int | None]) -> Ints:
    """Estimated households (n,) of outlines (n,) in EPSG:4490."""
    if not len(outlines):
        return np.empty(0, dtype=np.int64)
    _west, south, _east, north = shapely.total_bounds(outlines)
    area = shapely.area(Plane((south + north) / 2).metres(outlines))
    storeys = np.array(
        [(n or FLOORS[use]) if use in FLOORS else 0 for use, n in zip(uses, floors, strict=True)]
    )
    return np.rint(area * storeys / FLOOR_SPACE).astype(np.int64)
