"""Prove that every error rule finds what breaks it, says where and how large, and finds nothing on a clean plan.

The town has two villages of 3 x 2 unit squares (a unit is about 1 km): see tests/grid_editor/conftest.py.
"""

import pytest
import shapely
from django.test import override_settings
from django.utils import translation

from grid_editor import validations
from grid_editor.models import PlanGrid
from grid_editor.storing import geos
from tests.grid_editor.conftest import EAST, WEST
from tests.grid_editor.validations.conftest import found, kinds, put
from tests.shapes import polygon, square

pytestmark = pytest.mark.django_db
KM2 = 1_015_000
"""A unit square there, in square metres, to a percent or two."""


def test_a_copy_of_the_live_coverage_has_no_error(plan):
    assert validations.errors(plan) == []


def test_a_gap_is_found_with_the_grids_along_it(plan):
    put(plan, f"{WEST}001", square(0, 0, 0.5))
    gap = found(plan, "gap")[0]
    assert gap.codes == (f"{WEST}001", f"{WEST}002", f"{WEST}004")
    assert gap.m2 == pytest.approx(KM2 * 0.75, rel=0.02)
    assert gap.sentence == f"{gap.m2:.0f} m² of 社区1 belong to no grid."
    assert gap.geom.equals(square(0, 0).difference(square(0, 0, 0.5)))


def test_a_village_without_any_grid_is_a_gap_only_if_it_had_some(plan):
    plan.grids.filter(parent_code=WEST).delete()
    assert [(one.kind, one.village) for one in validations.errors(plan)] == [("gap", WEST)]
    plan.base_versions = {c: at for c, at in plan.base_versions.items() if not c.startswith(WEST)}
    plan.save()
    assert validations.errors(plan) == []


def test_an_overlap_names_both_grids(plan):
    put(plan, f"{WEST}001", polygon((0, 0), (1.2, 0), (1.2, 1), (0, 1)))
    overlap = found(plan, "overlap")[0]
    assert overlap.codes == (f"{WEST}001", f"{WEST}002")
    assert overlap.m2 == pytest.approx(KM2 * 0.2, rel=0.02)
    assert "001, 002" in overlap.sentence


def test_ground_beyond_the_village_is_outside_even_over_the_neighbour_village(plan):
    put(plan, f"{WEST}003", polygon((2, 0), (3.2, 0), (3.2, 1), (2, 1)))
    outside = found(plan, "outside")[0]
    assert (outside.village, outside.codes) == (WEST, (f"{WEST}003",))
    assert kinds(plan) == {"outside", "unmatched"}


def test_a_corner_that_one_side_lacks_is_unmatched_and_takes_no_ground(plan):
    put(plan, f"{WEST}001", polygon((0, 0), (1, 0), (1, 0.5), (1, 1), (0, 1)))
    one = found(plan, "unmatched")[0]
    assert (one.m2, one.codes) == (0, (f"{WEST}001", f"{WEST}002"))
    assert one.size.endswith(" m")
    assert kinds(plan) == {"unmatched"}


def test_a_crossed_ring_is_invalid_at_its_crossing(plan):
    put(plan, f"{WEST}001", polygon((0, 0), (1, 1), (1, 0), (0, 1)))
    one = found(plan, "invalid")[0]
    assert shapely.distance(one.geom, square(0.5, 0.5, 0.001)) < 1e-7
    assert kinds(plan) == {"invalid", "gap"}


def test_a_grid_in_pieces_is_multipart_unless_it_is_live_like_that(plan):
    two = shapely.MultiPolygon([*square(0, 0, 0.3).geoms, *square(0.5, 0.5, 0.5).geoms])
    put(plan, f"{WEST}001", two)
    one = found(plan, "multipart")[0]
    assert one.geom.equals(square(0, 0, 0.3))
    assert one.sentence == "Grid 001 lies in 2 separate pieces."
    PlanGrid.objects.filter(plan=plan, code=f"{WEST}001").update(code=f"{WEST}009")
    assert found(plan, "multipart")


def test_pieces_on_islands_of_the_village_are_no_defect(plan):
    islands = shapely.MultiPolygon([*square(0, 0, 3).geoms, *square(5, 5).geoms])
    plan.boundaries.filter(code=WEST).update(geom=geos(islands))
    put(plan, f"{WEST}001", shapely.MultiPolygon([*square(0, 0).geoms, *square(5, 5).geoms]))
    assert found(plan, "multipart") == []
    put(
        plan,
        f"{WEST}001",
        shapely.MultiPolygon([*square(0, 0, 0.3).geoms, *square(0.5, 0.5, 0.3).geoms, *square(5, 5).geoms]),
    )
    assert len(found(plan, "multipart")) == 1


def test_a_grid_in_another_village_has_the_wrong_parent_and_is_not_outside_as_well(plan):
    plan.grids.filter(code=f"{EAST}001").delete()
    PlanGrid.objects.create(plan=plan, code=f"{WEST}050", parent_code=WEST, geom=geos(square(3, 0)))
    one = found(plan, "wrong_parent")[0]
    assert (one.codes, one.facts["place"]) == ((f"{WEST}050",), EAST)
    assert one.sentence == "Grid 050 belongs to 社区1, but lies mostly in 社区2."
    assert kinds(plan) == {"wrong_parent", "gap"}


def test_a_grid_of_a_village_that_the_plan_does_not_have_is_found_wherever_it_lies(plan):
    PlanGrid.objects.create(
        plan=plan, code="410203001001001", parent_code="410203001001", geom=geos(square(40, 40))
    )
    one = found(plan, "wrong_parent")[0]
    assert (one.codes, one.facts["place"]) == (("410203001001001",), None)


@pytest.mark.parametrize(
    ("code", "kind", "why"),
    [
        (f"{WEST}0001", "general", "form"),
        (f"{EAST}099", "general", "form"),
        (f"{WEST}000", "general", "range"),
        (f"{WEST}800", "general", "range"),
        (f"{WEST}799", "special", "range"),
        (f"{WEST}799", "general", None),
        (f"{WEST}801", "special", None),
    ],
)
def test_a_new_code_keeps_the_rules(plan, code, kind, why):
    plan.grids.filter(code=f"{WEST}001").update(code=code, kind=kind)
    assert [one.facts["why"] for one in found(plan, "code")] == ([why] if why else [])


def test_a_live_code_stays_whatever_kind_its_grid_gets(plan):
    plan.grids.filter(code=f"{WEST}001").update(kind="special")
    assert found(plan, "code") == []


def test_a_code_that_was_ever_live_is_taken_for_everyone_but_its_own_grid(plan):
    del plan.base_versions[f"{WEST}001"]
    plan.save()
    assert [one.facts["why"] for one in found(plan, "code")] == ["taken"]


@override_settings(CODE_LENGTHS={"province": 2, "city": 4, "county": 6, "town": 9, "village": 12, "grid": 14})
def test_where_two_digits_number_the_grids_there_is_no_range(plan):
    plan.grids.filter(code=f"{WEST}001").update(code=f"{WEST}07", kind="special")
    assert f"{WEST}07" not in {one.codes[0] for one in found(plan, "code")}


def test_an_id_stays_while_others_edit_elsewhere_and_is_never_given_twice(plan):
    put(plan, f"{WEST}001", square(0, 0, 0.5))
    put(plan, f"{EAST}001", square(3, 0, 0.5))
    before = {one.id: one.village for one in validations.errors(plan)}
    assert set(before.values()) == {WEST, EAST}
    put(plan, f"{EAST}001", square(3.3, 0.3, 0.6))
    after = {one.id: one.village for one in validations.errors(plan)}
    assert before.keys() != after.keys()
    assert {one for one in before if before[one] == WEST} == {one for one in after if after[one] == WEST}


def test_sentences_are_spoken_in_chinese(plan):
    put(plan, f"{WEST}001", square(0, 0, 0.5))
    with translation.override("zh-hans"):
        sentence = found(plan, "gap")[0].sentence
    assert "网格" in sentence
