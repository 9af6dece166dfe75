"""Prove by chance: after every command the plan is clean, and undoing all restores every coordinate bit for bit.

The judge is tests/gis_core/oracle.py (exact predicates, exact areas). In the long run it looks at the villages
that the command touched; in the short one, at every tier of the town, every time.
"""

from itertools import combinations

import numpy as np
import pytest
import shapely

from gis_core import crs
from grid_editor.commands import Command, Restore
from grid_editor.draft import Draft
from grid_editor.reasons import Refusal
from tests.gis_core.oracle import exact_area, tiles
from tests.grid_editor.chance import Hand
from tests.grid_editor.city import city
from tests.shapes import COUNTY, TOWN


def geoms(draft: Draft) -> dict[str, bytes]:
    every = {**draft.grids, **{f"above {code}": area for code, area in draft.boundaries.items()}}
    return {code: shapely.to_wkb(area.geom) for code, area in every.items()}


def assert_canonical(draft: Draft) -> None:
    for area in (*draft.grids.values(), *draft.boundaries.values()):
        points = shapely.get_coordinates(area.geom)
        assert (crs.canonical(points) == points).all()


def assert_village(draft: Draft, village: str) -> None:
    own = draft.of_village(village)
    assert tiles([grid.geom for grid in own], draft.boundaries[village].geom), village
    assert all(shapely.get_num_geometries(grid.geom) == 1 for grid in own)


def assert_tiers_above(draft: Draft) -> None:
    villages = [draft.boundaries[code].geom for code in sorted(draft.villages)]
    assert tiles(villages, draft.boundaries[TOWN].geom)
    assert tiles([draft.boundaries[TOWN].geom], draft.boundaries[COUNTY].geom)


def assert_noded(draft: Draft) -> None:
    """Every vertex on a neighbour's border, also another village's, is a vertex of the neighbour."""
    every = [grid.geom for grid in draft.grids.values()]
    tree = shapely.STRtree(every)
    for one, other in zip(*tree.query(every, predicate="intersects"), strict=True):
        if one < other:
            shared = shapely.intersection(every[one].boundary, every[other].boundary)
            vertices = {
                tuple(p) for g in (every[one], every[other]) for p in shapely.get_coordinates(g).tolist()
            }
            assert {tuple(p) for p in shapely.get_coordinates(shared).tolist()} <= vertices


def _assert_in_words(refusal: Refusal) -> None:
    assert refusal.reason.message


def run(seed: int, count: int, every_time: bool) -> None:
    draft = first = city(seed)
    hand, inverses = Hand(seed), list[Restore]()
    done = refused = 0
    while done < count:
        command = hand.command(draft)
        try:
            after, inverse = command.apply(draft)
        except Refusal as refusal:
            refused += 1
            _assert_in_words(refusal)
            continue
        done += 1
        _assert_clean(command, draft, after, inverse, every_time)
        draft = after
        inverses.append(inverse)
    assert refused < 3 * done
    for inverse in reversed(inverses):
        draft, _forward = inverse.apply(draft)
    assert geoms(draft) == geoms(first)
    assert draft.grids == first.grids


def _assert_clean(command: Command, before: Draft, after: Draft, inverse: Restore, every_time: bool) -> None:
    assert_canonical(after)
    touched = after.villages if every_time else inverse.delta.villages()
    for village in sorted(touched):
        assert_village(after, village)
    if every_time or inverse.delta.boundaries:
        assert_tiers_above(after)
        assert_noded(after)
    restored, _ = inverse.apply(after)
    assert geoms(restored) == geoms(before), command


def test_200_random_commands_leave_the_plan_clean_and_can_all_be_undone():
    run(seed=7, count=200, every_time=True)


@pytest.mark.long
def test_10_000_random_commands_leave_the_plan_clean_and_can_all_be_undone():
    run(seed=100, count=10_000, every_time=False)


def test_the_judge_is_not_blind():
    draft = city(1)
    village = sorted(draft.villages)[0]
    own = draft.of_village(village)
    moved = shapely.transform(own[0].geom, lambda p: p + np.array([1e-8, 0]))
    shifted = draft.with_grids([own[0].with_geom(moved)])
    with pytest.raises(AssertionError):
        assert_village(shifted, village)
    assert sum(exact_area(g.geom) for g in own) == exact_area(draft.boundaries[village].geom)
    assert not any(shapely.overlaps(a.geom, b.geom) for a, b in combinations(own, 2))
