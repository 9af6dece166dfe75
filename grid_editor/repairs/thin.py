"""Ground thinner than the rounding: there is nothing to give, so both its sides become one line.

A defect is drawn on the lattice, and so is every border near it. A gap that is less than a unit wide all along may
fall on one line by that, while a border beside it passes just too far from the line's corners to be led through
them (geometry/rounding.py). It would stay for ever. Here that border gets these corners all the same.
"""

import numpy as np
import shapely

from gis_core.crs import UNIT
from gis_core.importing import chain, noding
from gis_core.importing.chain import Floats
from gis_core.importing.noding import upward
from grid_editor.draft import Draft, DraftGrid
from grid_editor.geometry.arrangement import joined
from grid_editor.geometry.rings import valid_form
from grid_editor.repairs import hairs

WITHIN = 1.5 * UNIT
"""Degrees: the thin ground's own corners are rounded, and the line that they fall on once more."""


def closed_up(draft: Draft, near: Floats, lines: list[Floats]) -> Draft:
    """The draft with the corners of these lines (k, 2) in the borders `near` (n, 4) that run beside them; itself
    where that would close a border above the grids."""
    after = draft.spliced(noding.found(near, np.unique(np.vstack(lines), axis=0), WITHIN))
    if len(hairs.closed(draft, after)):
        return draft
    broken = [g for code, g in after.grids.items() if g is not draft.grids[code] and not g.geom.is_valid]
    return after.with_grids(_without_needles(grid) for grid in broken)


def _without_needles(grid: DraftGrid) -> DraftGrid:
    """The grid without stretches that its border goes there and back; itself where that is not all."""
    sides = np.unique(upward(chain.segments(np.array([grid.geom], dtype=object)).ends)[0], axis=0)
    faces = shapely.get_parts(shapely.polygonize(shapely.linestrings(sides.reshape(-1, 2, 2))))
    own = shapely.intersects(valid_form(grid.geom), shapely.point_on_surface(faces))
    geom = joined(list(faces[own])) if own.any() else shapely.MultiPolygon()
    return grid if geom.is_empty else grid.with_geom(geom)
