"""Prove that a village's sharp corner is never closed by a repair: the grids' corners beside it go to its own.

The village is a needle 2 m long, two units of the 8th decimal (2 mm) wide at its root.
"""

import numpy as np
import pytest
import shapely

from grid_editor.draft import Boundary, Draft, DraftGrid
from grid_editor.reasons import Refusal
from grid_editor.repairs import hairs
from grid_editor.repairs.moving import Move, moved
from tests.shapes import TOWN, VILLAGE, grid_code

ROOT = [(0, 1000), (0, -1000), (1000, 0)]
"""Corners before the needle, from which its lower side starts; its upper side ends in BACK."""
BACK = (1000, 2)
TIP, BESIDE_TIP, ON_BOTH_SIDES = (3000, 1), (2999, 1), (2900, 1)


def at(x: int, y: int) -> tuple[float, float]:
    """Units of the 8th decimal from a corner in Kaifeng, as canonical degrees."""
    return (11_430_000_000 + x) / 1e8, (3_480_000_000 + y) / 1e8


def needle(*tip: tuple[int, int]) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([shapely.Polygon([at(*p) for p in [*ROOT, *tip, BACK]])])


def village(*grids: shapely.MultiPolygon, border: shapely.MultiPolygon | None = None) -> Draft:
    codes = [grid_code(number) for number, _geom in enumerate(grids, 1)]
    return Draft(
        {
            code: DraftGrid(code, code, "general", VILLAGE, geom)
            for code, geom in zip(codes, grids, strict=True)
        },
        {VILLAGE: Boundary(VILLAGE, "village", TOWN, needle(TIP) if border is None else border)},
        frozenset({VILLAGE}),
    )


def hair() -> np.ndarray:
    return np.array([shapely.LineString([at(*ON_BOTH_SIDES), at(*TIP)])], dtype=object)


def places(geom: shapely.Geometry) -> set[tuple[float, float]]:
    return set(map(tuple, shapely.get_coordinates(geom).tolist()))


def brings(*points: tuple[int, int]) -> Move:
    """A move that gives no ground: it only brings vertices into the borders that it lies on."""
    return Move(shapely.LineString([at(*p) for p in points]))


def test_the_needle_is_sound_ground():
    assert needle(TIP).is_valid
    assert needle(BESIDE_TIP).is_valid


def test_a_vertex_in_both_sides_of_a_border_closes_the_stretch_up_to_the_tip():
    before = village(needle(BESIDE_TIP))
    after = village(needle(BESIDE_TIP), border=needle(ON_BOTH_SIDES, TIP, ON_BOTH_SIDES))
    found = hairs.closed(before, after)
    assert [line.normalize() for line in found] == [hair()[0].normalize()]


def test_a_vertex_in_one_side_closes_nothing():
    before = village(needle(BESIDE_TIP))
    assert len(hairs.closed(before, village(needle(BESIDE_TIP), border=needle((2000, 1), TIP)))) == 0
    assert len(hairs.closed(before, before)) == 0


def test_sides_that_cross_without_a_common_stretch_count_as_closed_too():
    crossed = needle((2000, 4), TIP)
    assert not crossed.is_valid
    found = hairs.closed(village(needle(TIP)), village(needle(TIP), border=crossed))
    assert [line.equals_exact(crossed.boundary) for line in found] == [True]


def test_a_grids_corner_beside_the_tip_goes_to_the_tip_and_the_border_stays():
    draft = village(needle(BESIDE_TIP))
    after = hairs.snapped(draft, hair())
    assert after.grids[grid_code(1)].geom.equals_exact(needle(TIP), 0)
    assert after.boundaries == draft.boundaries


def test_corners_on_the_tip_or_farther_than_a_neighbour_on_the_lattice_stay():
    for tip in (TIP, (2998, 1)):
        draft = village(needle(tip))
        assert hairs.snapped(draft, hair()) is draft


def test_where_a_grid_would_collapse_nothing_is_moved():
    crumb = shapely.MultiPolygon([shapely.Polygon([at(2999, 1), at(2999, 0), at(3000, 1)])])
    draft = village(needle(BESIDE_TIP), crumb)
    assert hairs.snapped(draft, hair()) is draft


def test_a_repair_that_would_close_the_corner_snaps_the_grids_instead():
    draft = village(needle(BESIDE_TIP))
    after = moved(draft, [brings(ON_BOTH_SIDES, (2900, 50))])
    assert after.boundaries[VILLAGE].geom.equals_exact(needle(TIP), 0)
    assert after.grids[grid_code(1)].geom.equals_exact(needle(TIP), 0)


def test_the_moves_elsewhere_are_made_all_the_same():
    draft = village(needle(BESIDE_TIP))
    after = moved(draft, [brings(ON_BOTH_SIDES, (2900, 50)), brings((0, 0), (-50, 0))])
    assert after.boundaries[VILLAGE].geom.is_valid
    for geom in (after.boundaries[VILLAGE].geom, after.grids[grid_code(1)].geom):
        assert places(geom) == places(needle(TIP)) | {at(0, 0)}


def test_where_there_is_no_way_the_repair_is_refused_and_says_where():
    with pytest.raises(Refusal) as refused:
        moved(village(needle(TIP)), [brings(ON_BOTH_SIDES, (2900, 50))])
    assert refused.value.code == "thin_border"
    assert refused.value.details["place"]
