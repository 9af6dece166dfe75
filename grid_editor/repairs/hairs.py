"""Where a border above the grids is so sharp that a repair beside it would close it: it never moves, the grids do.

A repair puts its corners into the borders near it. At a sharp corner of a village one corner may so come into both
sides of it, and the tip is a hair of a unit. There the grids' own corners go to the village's corner instead.
"""

import numpy as np
import shapely

from gis_core.crs import UNIT
from gis_core.importing import chain
from gis_core.importing.noding import upward
from grid_editor.draft import Draft, DraftGrid
from grid_editor.geometry import vertices
from grid_editor.geometry.vertices import Place

NEAR = 1.5 * UNIT
"""Degrees within which a grid's corner is meant to be the village's: a neighbour on the lattice, also aslant."""


def closed(before: Draft, after: Draft) -> np.ndarray:
    """The stretches (n,) in which the sides of a border meet after vertices were put into it."""
    found = []
    for code, area in after.boundaries.items():
        if area.geom is not before.boundaries[code].geom and not area.geom.is_valid:
            ends = chain.segments(np.array([area.geom], dtype=object)).ends
            sides, count = np.unique(upward(ends)[0], axis=0, return_counts=True)
            found += list(shapely.linestrings(sides[count > 1].reshape(-1, 2, 2)))
            found += [] if (count > 1).any() else [area.geom.boundary]
    return np.array(found, dtype=object)


def snapped(draft: Draft, hairs: np.ndarray) -> Draft:
    """The grids' corners beside these hairs on the border's own corners; the draft itself where that is no way."""
    borders = vertices.all_of([area.geom for area in draft.boundaries.values()])
    tips = sorted(vertices.all_of(list(hairs)) & borders)
    if not tips:
        return draft
    near = _beside(draft, tips, borders)
    changed = [_with(grid, near) for grid in draft.grids.values()]
    moved = [grid for grid in changed if grid is not None and grid is not draft.grids[grid.code]]
    sound = None not in changed and all(grid.geom.is_valid for grid in moved)
    return draft.with_grids(moved) if moved and sound else draft


def _beside(draft: Draft, tips: list[Place], borders: set[Place]) -> dict[Place, Place | None]:
    """The grids' vertices that are no border's, each with the tip that it goes to."""
    own = sorted(vertices.all_of([grid.geom for grid in draft.grids.values()]) - borders)
    if not own:
        return {}
    tree = shapely.STRtree(shapely.points(tips))
    at, tip = tree.query_nearest(shapely.points(own), max_distance=NEAR, all_matches=False)
    return {own[i]: tips[t] for i, t in zip(at.tolist(), tip.tolist(), strict=True)}


def _with(grid: DraftGrid, moves: dict[Place, Place | None]) -> DraftGrid | None:
    geom = vertices.moved(grid.geom, moves)
    if geom is None:
        return None
    return grid if geom is grid.geom else grid.with_geom(geom)
