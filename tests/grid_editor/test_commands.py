"""Prove what each command does on ground that can be held in the head, and in which words it refuses.

A board of 3 x 2 unit squares in one village: 001 002 003 in the south, 004 005 006 in the north.
"""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from django.utils import translation

from gis_core.importing import chain
from grid_editor.commands import (
    Absorb,
    Command,
    Create,
    Merge,
    Redraw,
    Rename,
    Renumber,
    Reshape,
    SetKind,
    Split,
    Transfer,
)
from grid_editor.draft import Boundary, Draft, DraftGrid
from grid_editor.geometry.arrangement import area_m2
from grid_editor.numbering import first_numbers
from tests.shapes import COUNTY, TOWN, VILLAGE, board, grid_code, place, square

ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN = (grid_code(n) for n in range(1, 8))


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def draft() -> Draft:
    geoms = board(3, 2)
    whole = chain.union(np.array(geoms, dtype=object))
    grids = {
        grid_code(n): DraftGrid(grid_code(n), f"g{n}", "general", VILLAGE, g, {}, n)
        for n, g in enumerate(geoms, 1)
    }
    above = [Boundary(VILLAGE, "village", TOWN, whole), Boundary(TOWN, "town", COUNTY, whole)]
    codes = frozenset(grids)
    return Draft(grids, {b.code: b for b in above}, frozenset([VILLAGE]), codes, codes)


def line(*points):
    return shapely.MultiLineString([[place(*p) for p in points]])


def ring(*points):
    return shapely.Polygon([place(*p) for p in points])


def after(command: Command, before: Draft | None = None) -> Draft:
    changed, _inverse = command.apply(before or draft())
    assert changed.is_clean(VILLAGE)
    return changed


def share(changed: Draft, code: str) -> float:
    """The grid's ground in unit squares."""
    return round(changed.grids[code].geom.area / square(0, 0).area, 3)


def has(changed: Draft, code: str, *point: float) -> bool:
    return place(*point) in set(map(tuple, shapely.get_coordinates(changed.grids[code].geom).tolist()))


def reason(command: Command, before: Draft | None = None) -> tuple[str, str]:
    refused = command.refusal(before or draft())
    assert refused is not None
    return refused.code, refused.message


# ---- split --------------------------------------------------------------------------------------------------


def test_a_split_keeps_the_code_on_the_larger_part_and_gives_the_next_free_number():
    changed = after(Split(ONE, line((0.3, -0.2), (0.3, 1.2))))
    assert (share(changed, ONE), share(changed, SEVEN)) == (0.7, 0.3)
    assert changed.grids[SEVEN].parent_code == VILLAGE


@pytest.mark.parametrize(
    ("keep", "size"), [("largest", 0.7), ("smallest", 0.3), ("west", 0.3), ("east", 0.7)]
)
def test_the_part_that_keeps_the_code_can_be_chosen(keep, size):
    assert share(after(Split(ONE, line((0.3, -0.2), (0.3, 1.2)), keep)), ONE) == size


def test_a_split_nodes_the_neighbour_and_everything_above_but_not_what_the_line_overshoots():
    changed = after(Split(ONE, line((0.4, -0.5), (0.6, 1.9))))
    assert len(shapely.get_coordinates(changed.grids[FOUR].geom)) == 6
    assert len(shapely.get_coordinates(changed.grids[TWO].geom)) == 5
    assert (
        len(shapely.get_coordinates(changed.boundaries[TOWN].geom))
        == len(shapely.get_coordinates(draft().boundaries[TOWN].geom)) + 1
    )


def test_several_cuts_make_several_grids():
    lines = shapely.MultiLineString([*line((0.3, -1), (0.3, 2)).geoms, *line((0.6, -1), (0.6, 2)).geoms])
    changed = after(Split(ONE, lines, names=("west", "middle")))
    assert sorted(share(changed, c) for c in (ONE, SEVEN, grid_code(8))) == [0.3, 0.3, 0.4]
    assert {changed.grids[SEVEN].name, changed.grids[grid_code(8)].name} == {"west", "middle"}


def test_a_line_that_ends_just_short_of_the_border_still_means_it():
    nearly = 0.999999
    assert len(after(Split(ONE, line((0.5, 1 - nearly), (0.5, nearly)))).grids) == 7


@pytest.mark.parametrize(
    "drawn", [line((0.2, 0.2), (0.8, 0.8)), line((0.5, -0.5), (0.5, 0.5)), line((1.5, -1), (1.5, 3))]
)
def test_a_line_that_does_not_cross_is_refused_in_words(drawn):
    assert reason(Split(ONE, drawn)) == (
        "does_not_cross",
        "The line does not cross grid 001 from border to border.",
    )


# ---- merge and absorb ---------------------------------------------------------------------------------------


def test_a_merge_keeps_the_chosen_code():
    changed = after(Merge((ONE, TWO, FIVE), keep=FIVE, name="new"))
    assert set(changed.grids) == {THREE, FOUR, FIVE, SIX}
    assert (share(changed, FIVE), changed.grids[FIVE].name) == (3, "new")


def test_grids_that_meet_in_a_corner_only_are_not_merged():
    assert reason(Merge((ONE, FIVE)))[0] == "falls_apart"
    assert reason(Merge((ONE, TWO), keep=SIX))[0] == "keep_not_among"
    assert reason(Merge((ONE, "410202001001999")))[0] == "no_such_grid"


def test_grids_of_two_villages_are_not_merged():
    other = replace(draft().grids[TWO], parent_code=f"{TOWN}002", code=f"{TOWN}002001", id=99)
    both = draft().with_grids([other], removed=[TWO])
    assert reason(Merge((ONE, other.code)), both)[0] == "two_villages"


def test_absorbed_ground_goes_to_the_longest_border_or_where_it_is_told():
    wide = after(Split(ONE, line((-1, 0.9), (2, 0.9))))
    assert share(after(Absorb(SEVEN), wide), FOUR) in (1.0, 1.1)
    assert share(after(Absorb(TWO, FIVE)), FIVE) == 2
    assert reason(Absorb(ONE, SIX))[0] == "falls_apart"


# ---- reshape ------------------------------------------------------------------------------------------------


def test_a_shared_vertex_moves_in_every_grid_that_has_it():
    changed = after(Reshape(((place(1, 1), place(1.2, 1.1)),)))
    assert all(
        has(changed, code, 1.2, 1.1) and not has(changed, code, 1, 1) for code in (ONE, TWO, FOUR, FIVE)
    )


def test_a_place_on_a_border_becomes_a_vertex_and_can_be_taken_out_again():
    changed = after(Reshape(((place(1, 0.5), place(1.3, 0.5)),)))
    assert (share(changed, ONE), share(changed, TWO)) == (1.15, 0.85)
    assert share(after(Reshape(((place(1.3, 0.5), None),)), changed), ONE) == 1


def test_what_a_move_may_not_touch_is_refused():
    assert reason(Reshape(((place(0, 0), place(0.1, 0.1)),)))[0] == "village_border"
    assert reason(Reshape(((place(1, 1), None),)))[0] == "junction"
    assert reason(Reshape(((place(0.5, 0.5), place(0.6, 0.6)),)))[0] == "no_vertex"
    assert reason(Reshape(((place(1, 1), place(2.5, 1.5)),)))[0] == "not_exact"


def test_a_redrawn_stretch_moves_both_sides():
    changed = after(Redraw(ONE, line((1, 0), (1.3, 0.5), (1, 1))))
    assert (share(changed, ONE), share(changed, TWO)) == (1.15, 0.85)
    back = after(Redraw(TWO, line((1, 0), (1, 1))), changed)
    assert (share(back, ONE), share(back, TWO)) == (1, 1)


def test_a_line_to_and_fro_across_the_border_gives_and_takes():
    changed = after(Redraw(ONE, line((1, 0), (1.2, 0.25), (0.8, 0.75), (1, 1))))
    assert (share(changed, ONE), share(changed, TWO)) == (1, 1)


def test_t_junctions_follow_a_redrawn_border_outward_and_inward():
    joined = after(Merge((ONE, TWO)))
    big = ONE if ONE in joined.grids else TWO
    changed = after(Redraw(big, line((0.2, 1), (0.4, 1.5), (1.6, 1.5), (1.8, 1))), joined)
    assert share(changed, big) == 2 + 0.7
    assert has(changed, FOUR, 1, 1.5)
    assert has(changed, FIVE, 1, 1.5)
    inward = after(Redraw(big, line((0.2, 1), (0.4, 0.5), (1.6, 0.5), (1.8, 1))), joined)
    assert share(inward, big) == 2 - 0.7
    assert (share(inward, FOUR), share(inward, FIVE)) == (1.35, 1.35)


def test_a_redraw_never_moves_the_village_border():
    assert reason(Redraw(ONE, line((0, 0.2), (-0.3, 0.5), (0, 0.8))))[0] == "village_border"
    assert reason(Redraw(ONE, line((0, 0.2), (0.3, 0.5), (0, 0.8))))[0] == "village_border"
    assert reason(Redraw(ONE, line((0.3, 0.3), (0.6, 0.6))))[0] == "not_on_border"


# ---- transfer and create ------------------------------------------------------------------------------------


def test_a_drawn_piece_changes_hands_and_only_what_the_giver_has():
    changed = after(Transfer(ONE, TWO, ring((0.7, 0.2), (1.5, 0.2), (1.5, 0.8), (0.7, 0.8))))
    assert (share(changed, ONE), share(changed, TWO)) == (0.82, 1.18)


def test_a_transfer_that_cannot_be_is_refused():
    piece = ring((0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.4))
    assert reason(Transfer(ONE, TWO, piece))[0] == "falls_apart"
    assert reason(Transfer(TWO, ONE, piece))[0] == "nothing_of_it"
    assert reason(Transfer(ONE, TWO, ring((-1, -1), (1, -1), (1, 2), (-1, 2))))[0] == "all_of_it"


def test_a_drawn_polygon_is_carved_out_of_all_it_lies_on():
    changed = after(Create(ring((0.5, 0.5), (1.5, 0.5), (1.5, 1.5), (0.5, 1.5)), "school", "special"))
    new = f"{VILLAGE}801"
    assert (share(changed, new), changed.grids[new].kind, changed.grids[new].name) == (1, "special", "school")
    assert all(share(changed, code) == 0.75 for code in (ONE, TWO, FOUR, FIVE))


def test_a_polygon_inside_one_grid_leaves_a_hole_in_it():
    changed = after(Create(ring((0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.4))))
    assert len(changed.grids[ONE].geom.geoms[0].interiors) == 1


def test_what_sticks_out_of_the_village_a_little_is_cut_off_and_much_is_refused():
    little = ring((0.2, -0.01), (0.8, -0.01), (0.8, 0.5), (0.2, 0.5))
    assert share(after(Create(little)), SEVEN) == 0.3
    assert reason(Create(ring((0.2, -0.5), (0.8, -0.5), (0.8, 0.5), (0.2, 0.5))))[0] == "leaves_village"
    assert reason(Create(ring((9, 9), (9.5, 9), (9.5, 9.5))))[0] == "outside"
    assert reason(Create(ring((0, 0), (1, 0), (1, 1), (0, 1))))[0] == "all_of_it"


# ---- words and numbers --------------------------------------------------------------------------------------


def test_names_kinds_and_numbers():
    assert after(Rename(ONE, "east gate")).grids[ONE].name == "east gate"
    assert after(SetKind(ONE, "special")).grids[ONE].kind == "special"
    assert SEVEN in after(Renumber(ONE)).grids
    moved = after(Renumber(ONE, grid_code(12)))
    assert after(Renumber(grid_code(12), ONE), moved).grids[ONE].id == 1
    assert reason(Renumber(ONE, TWO)) == (
        "code_taken",
        f"Code {TWO} is or was in use; the next free one is {SEVEN}.",
    )
    assert reason(Renumber(ONE, "410202001002009"))[0] == "bad_code"
    assert reason(Rename(ONE, "g1"))[0] == "nothing_changes"


def test_the_first_numbering_runs_west_to_east_then_north_to_south():
    geoms = board(4, 2)
    assert [code[-3:] for code in first_numbers(VILLAGE, geoms)] == [
        "002",
        "004",
        "006",
        "008",
        "001",
        "003",
        "005",
        "007",
    ]


def test_a_dirty_draft_is_not_refused_for_being_dirty():
    broken = draft().with_grids([draft().grids[SIX].with_geom(square(2.2, 1.2, 0.5))])
    changed, _ = Split(ONE, line((0.5, -1), (0.5, 2))).apply(broken)
    assert not changed.is_clean(VILLAGE)
    assert area_m2(changed.grids[SEVEN].geom) > 0
