"""Prove that a gap which rounding makes a line is closed, where the corners lie too far from a border to bend it.

The grid has a slit, 0.8 units of the 8th decimal wide at its mouth, which the village does not have. The gap comes as
a check reports it: cut at the village's second corner, where rounding has led its far side.
"""

import numpy as np
import shapely

from gis_core.importing import chain
from grid_editor.draft import Boundary, Draft, DraftGrid
from grid_editor.repairs.moving import Move, moved
from grid_editor.repairs.thin import closed_up
from tests.grid_editor.repairs.test_hairs import ON_BOTH_SIDES, TIP, at, needle
from tests.shapes import TOWN, VILLAGE, grid_code

AROUND = [(-1000, 1000), (-1000, -1000), (1000, -1000), (1000, 10_000), (28, 10_000)]
END, MOUTH, ABOVE = (0, 0), (2, 1000), (2, 1003)
"""Of the slit: where it ends inside the grid, and the village's two corners where it opens."""
CODE = grid_code(1)


def polygon(*places: tuple[int, int]) -> shapely.Polygon:
    return shapely.Polygon([at(*place) for place in places])


def slit() -> Draft:
    grid = shapely.MultiPolygon([polygon(*AROUND, END, MOUTH)])
    border = shapely.MultiPolygon([polygon(*AROUND, ABOVE, MOUTH)])
    return draft_of(grid, border)


def draft_of(grid: shapely.MultiPolygon, border: shapely.MultiPolygon) -> Draft:
    grids = {CODE: DraftGrid(CODE, CODE, "general", VILLAGE, grid)}
    return Draft(grids, {VILLAGE: Boundary(VILLAGE, "village", TOWN, border)}, frozenset({VILLAGE}))


def test_the_slit_is_sound_ground_and_a_gap():
    draft = slit()
    assert draft.grids[CODE].geom.is_valid
    assert draft.boundaries[VILLAGE].geom.is_valid
    assert not draft.is_clean(VILLAGE)


def test_a_gap_that_falls_on_one_line_is_closed():
    draft = slit()
    after = moved(draft, [Move(polygon(END, MOUTH, ABOVE), to=CODE)])
    assert after.is_clean(VILLAGE)
    assert after.boundaries == draft.boundaries


def test_it_is_not_closed_at_the_price_of_a_village_s_border():
    draft = draft_of(needle(TIP), needle(TIP))
    near = chain.segments(np.array([needle(TIP)], dtype=object)).ends
    line = np.array([at(*ON_BOTH_SIDES), at(*TIP)])
    assert closed_up(draft, near, [line]) is draft
