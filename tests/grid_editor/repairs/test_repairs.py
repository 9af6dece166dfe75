"""Prove what each repair does, which are safe, that looking stores nothing, and that one undo takes all back."""

import pytest
import shapely

from grid_editor import validations
from grid_editor.models import PlanGrid
from grid_editor.storing import geos
from layers.models import Building
from tests.grid_editor.conftest import EAST, WEST, person
from tests.grid_editor.test_plans import state
from tests.grid_editor.validations.conftest import put
from tests.shapes import place, polygon, square

pytestmark = pytest.mark.django_db
METRE = 1 / 1112
"""A metre from south to north, in units."""
ONE, TWO, THREE, FOUR, FIVE = (f"{WEST}00{n}" for n in range(1, 6))


def defects(api, plan, query="?severity=error") -> list[dict]:
    answer = api.get(f"/api/v1/plans/{plan.pk}/defects/{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()["features"]


def of_kind(api, plan, kind) -> dict:
    return next(one for one in defects(api, plan, "") if one["properties"]["kind"] == kind)


def send(api, plan, **body):
    plan.refresh_from_db()
    body.setdefault("revision", plan.revision)
    return api.post(f"/api/v1/plans/{plan.pk}/repairs/", body, format="json")


def repair(api, plan, *kinds) -> dict:
    """Repair one defect of each kind, all at once."""
    answer = send(api, plan, defects=[of_kind(api, plan, kind)["id"] for kind in kinds])
    assert answer.status_code == 200, answer.content
    return answer.json()


def ground(plan, code) -> shapely.Geometry:
    return shapely.from_wkb(bytes(plan.grids.get(code=code).geom.wkb))


def share(plan, code) -> float:
    """In unit squares."""
    return round(ground(plan, code).area / square(0, 0).area, 3)


def test_a_gap_goes_to_the_neighbour_with_the_longest_border(api, plan):
    put(plan, ONE, polygon((0, 0), (0.9, 0), (0.9, 1), (0, 1)))
    put(plan, FOUR, polygon((0, 1), (0.7, 1), (0.7, 2), (0, 2)))
    answer = repair(api, plan, "gap")
    assert validations.errors(plan) == []
    assert answer["left"] == 0
    assert answer["codes"]


def test_everybody_on_the_border_of_a_filled_gap_gets_its_corners(api, plan):
    put(plan, THREE, polygon((2, 0), (2.9, 0), (2.9, 0.5), (3, 0.6), (3, 1), (2, 1)))
    repair(api, plan, "gap")
    assert validations.errors(plan) == []
    corner = place(3, 0.6)
    for geom in (
        ground(plan, f"{EAST}001"),
        *(shapely.from_wkb(bytes(b.geom.wkb)) for b in plan.boundaries.filter(code__in=[WEST, EAST])),
    ):
        assert corner in set(map(tuple, shapely.get_coordinates(geom).tolist()))


def test_an_overlap_stays_with_the_grid_whose_ground_lies_along_it(api, plan):
    put(plan, ONE, polygon((0, 0), (1.2, 0), (1.2, 1), (0, 1)))
    repair(api, plan, "overlap")
    assert validations.errors(plan) == []
    assert {share(plan, ONE), share(plan, TWO)} in ({1}, {1.2, 0.8})


def test_a_grid_drawn_over_others_is_carved_out_of_them(api, plan):
    PlanGrid.objects.create(plan=plan, code=f"{WEST}007", parent_code=WEST, geom=geos(square(0.2, 0.2, 0.5)))
    repair(api, plan, "overlap")
    assert validations.errors(plan) == []
    assert (share(plan, ONE), share(plan, f"{WEST}007")) == (0.75, 0.25)


def test_the_copy_of_a_grid_goes_the_live_one_stays_and_that_is_not_safe(api, plan):
    PlanGrid.objects.create(plan=plan, code=f"{WEST}007", parent_code=WEST, geom=geos(square(0, 0, 1)))
    assert of_kind(api, plan, "overlap")["properties"]["repair"]["safe"] is False
    answer = repair(api, plan, "overlap")
    assert answer["removed"] == [f"{WEST}007"]
    assert validations.errors(plan) == []


def test_what_reaches_out_of_the_village_is_cut_off(api, plan):
    put(plan, THREE, polygon((2, 0), (3.2, 0), (3.2, 1), (2, 1)))
    repair(api, plan, "outside")
    assert validations.errors(plan) == []
    assert ground(plan, THREE).equals(square(2, 0))


def test_missing_corners_are_put_in_and_nothing_moves(api, plan):
    put(plan, ONE, polygon((0, 0), (1, 0), (1, 0.5), (1, 1), (0, 1)))
    answer = repair(api, plan, "unmatched")
    assert answer["codes"] == []
    assert place(1, 0.5) in set(map(tuple, shapely.get_coordinates(ground(plan, TWO)).tolist()))
    assert validations.errors(plan) == []


def test_a_crossed_ring_is_straightened_out_and_what_it_left_free_is_filled(api, plan):
    put(plan, ONE, polygon((0, 0), (1, 0), (0, 1), (1.0, 0.9)))
    repair(api, plan, "invalid")
    assert ground(plan, ONE).is_valid
    for _round in range(10):
        if any(one["properties"]["kind"] == "gap" for one in defects(api, plan)):
            repair(api, plan, "gap")
    assert validations.errors(plan) == []


def test_pieces_go_to_neighbours(api, plan):
    put(plan, ONE, shapely.MultiPolygon([*square(0, 0).geoms, *square(1.4, 0.4, 0.2).geoms]))
    put(plan, TWO, square(1, 0).difference(square(1.4, 0.4, 0.2)))
    assert {one.kind for one in validations.errors(plan)} == {"multipart"}
    repair(api, plan, "multipart")
    assert validations.errors(plan) == []
    assert share(plan, TWO) == 1


def test_a_sliver_is_dissolved_into_its_neighbour_only_on_demand(api, plan):
    put(plan, ONE, polygon((0, 0), (1 - METRE, 0), (1 - METRE, 1), (0, 1)))
    hair = polygon((1 - METRE, 0), (1, 0), (1, 1), (1 - METRE, 1))
    PlanGrid.objects.create(plan=plan, code=f"{WEST}007", parent_code=WEST, geom=geos(hair))
    assert of_kind(api, plan, "sliver")["properties"]["repair"]["safe"] is False
    answer = repair(api, plan, "sliver", "unmatched")
    assert answer["removed"] == [f"{WEST}007"]
    send(api, plan, safe=True)
    assert validations.errors(plan) == []


def test_a_grid_in_another_village_joins_it_under_a_free_code(api, plan):
    plan.grids.filter(code=f"{EAST}001").delete()
    PlanGrid.objects.create(plan=plan, code=f"{WEST}050", parent_code=WEST, geom=geos(square(3, 0)))
    answer = repair(api, plan, "wrong_parent")
    assert answer["codes"] == [f"{WEST}050", f"{EAST}007"]
    assert validations.errors(plan) == []


def test_a_grid_in_no_village_is_taken_out_and_that_is_not_safe(api, plan):
    PlanGrid.objects.create(plan=plan, code=f"{WEST}050", parent_code=WEST, geom=geos(square(-1, 0)))
    offer = of_kind(api, plan, "wrong_parent")["properties"]["repair"]
    assert offer == {"title": "移除：不在任何村（社区）内", "safe": False}
    assert repair(api, plan, "wrong_parent")["removed"] == [f"{WEST}050"]
    assert validations.errors(plan) == []


def test_a_grid_mostly_in_no_village_keeps_what_it_has_in_its_own(api, plan):
    put(plan, ONE, polygon((-2, 0), (1, 0), (1, 1), (-2, 0.9)))
    assert of_kind(api, plan, "wrong_parent")["properties"]["repair"]["title"] == "沿村（社区）边界裁去"
    repair(api, plan, "wrong_parent")
    assert {one.kind for one in validations.errors(plan)} == {"gap"}
    repair(api, plan, "gap")
    assert validations.errors(plan) == []
    assert share(plan, ONE) == 1


def test_a_bad_code_gives_way_to_the_next_free_one(api, plan):
    plan.grids.filter(code=ONE).update(code=f"{WEST}900")
    assert of_kind(api, plan, "code")["properties"]["repair"]["safe"] is True
    repair(api, plan, "code")
    assert plan.grids.filter(code=f"{WEST}007").exists()
    assert validations.errors(plan) == []


def test_a_load_is_for_people_to_judge(api, plan):
    load = of_kind(api, plan, "load")
    assert load["properties"]["repair"] is None
    answer = send(api, plan, defects=[load["id"]])
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "no_repair")


# ---- safe ---------------------------------------------------------------------------------------------------


def small_gap(plan) -> None:
    """10 m2 between 001 and 002."""
    put(
        plan,
        ONE,
        polygon(
            (0, 0),
            (1, 0),
            (1, 0.5),
            (1 - METRE, 0.5),
            (1 - METRE, 0.5 + 10 * METRE),
            (1, 0.5 + 10 * METRE),
            (1, 1),
            (0, 1),
        ),
    )


def test_a_small_gap_is_safe_a_large_one_is_not(api, plan):
    small_gap(plan)
    gap = of_kind(api, plan, "gap")["properties"]
    assert gap["repair"] == {"title": "并入公共边最长的相邻网格", "safe": True}
    assert 5 < gap["m2"] < 15
    put(plan, ONE, square(0, 0, 0.9))
    assert of_kind(api, plan, "gap")["properties"]["repair"]["safe"] is False


def test_a_repair_that_gives_a_building_to_another_grid_is_not_safe(api, plan):
    small_gap(plan)
    Building.objects.create(geom=geos(square(1 - METRE * 0.9, 0.5 + 3 * METRE, METRE * 0.5)), households=1)
    assert of_kind(api, plan, "gap")["properties"]["repair"]["safe"] is False
    Building.objects.all().delete()
    Building.objects.create(geom=geos(square(1 - METRE * 0.1, 0.5 + 3 * METRE, METRE * 3)), households=1)
    assert of_kind(api, plan, "gap")["properties"]["repair"]["safe"] is True


def test_all_safe_ones_are_one_command_and_one_undo(api, plan):
    small_gap(plan)
    put(
        plan,
        f"{EAST}001",
        polygon((3, 0), (4, 0), (4, 0.3), (4 + METRE, 0.3), (4 + METRE, 0.31), (4, 0.31), (4, 1), (3, 1)),
    )
    put(plan, f"{EAST}006", square(5, 1, 0.5))
    before = state(plan)
    answer = send(api, plan, safe=True).json()
    assert {one["properties"]["kind"] for one in defects(api, plan)} == {"gap"}
    assert (answer["kind"], answer["left"], answer["revision"]) == ("repair", 1, 1)
    assert answer["repaired"] >= 2
    assert api.get(f"/api/v1/plans/{plan.pk}/log/").json()["entries"][0]["text"]
    assert api.post(f"/api/v1/plans/{plan.pk}/undo/", {}, format="json").status_code == 200
    assert state(plan) == before
    assert api.post(f"/api/v1/plans/{plan.pk}/redo/", {}, format="json").status_code == 200
    assert len(defects(api, plan)) == 1


def test_a_repair_that_is_sent_again_is_done_once(api, plan):
    small_gap(plan)
    first = send(api, plan, safe=True, revision=0, token="abc").json()
    again = send(api, plan, safe=True, revision=0, token="abc").json()
    assert (again["number"], again["repaired"], again["revision"]) == (first["number"], first["repaired"], 1)


def test_where_nothing_is_safe_nothing_is_stored(api, plan):
    for broken in (False, True):
        if broken:
            put(plan, ONE, square(0, 0).difference(square(0.25, 0.25, 0.5)))
        answer = send(api, plan, safe=True)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "nothing_to_repair")
    plan.refresh_from_db()
    assert plan.revision == 0


# ---- looking, and being asked wrongly -----------------------------------------------------------------------


def test_a_preview_shows_the_change_and_stores_nothing(api, plan):
    put(plan, ONE, polygon((0, 0), (1.2, 0), (1.2, 1), (0, 1)))
    before, overlap = state(plan), of_kind(api, plan, "overlap")
    shown = api.post(f"/api/v1/plans/{plan.pk}/defects/{overlap['id']}/preview/").json()
    assert len(shown["changed"]["features"]) in (1, 2)
    assert (shown["removed"], shown["left"]) == ([], 0)
    assert state(plan) == before
    repair(api, plan, "overlap")
    for feature in shown["changed"]["features"]:
        assert shapely.geometry.shape(feature["geometry"]).equals(ground(plan, feature["id"]))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"defects": []}, 400),
        ({"defects": "gap"}, 400),
        ({"defects": [1]}, 400),
        ({"safe": "yes"}, 400),
        ({"safe": True, "revision": None}, 400),
        ({"safe": True, "revision": -1}, 400),
        ({"defects": ["gap-1-2"]}, 404),
        ({"defects": ["nonsense"]}, 404),
        ({"defects": ["x" * 50]}, 404),
    ],
)
def test_a_body_that_is_wrong_is_named(api, plan, body, status):
    answer = send(api, plan, **body)
    assert answer.status_code == status, answer.content
    assert answer.json()["error"]["message"]


def test_who_may_not_edit_may_look_but_not_repair(api, plan, client_of):
    put(plan, ONE, square(0, 0, 0.9))
    reader = client_of(person("reader", "viewer"))
    gap = of_kind(reader, plan, "gap")["id"]
    assert reader.post(f"/api/v1/plans/{plan.pk}/defects/{gap}/preview/").status_code == 200
    assert send(reader, plan, defects=[gap]).status_code == 403
    stranger = client_of(person("far", "drawer", "99"))
    assert send(stranger, plan, safe=True).status_code == 404
    assert stranger.post(f"/api/v1/plans/{plan.pk}/defects/{gap}/preview/").status_code == 404
    assert api.get(f"/api/v1/plans/{plan.pk}/defects/?severity=bad").status_code == 400


def test_a_frozen_plan_is_not_repaired(api, plan):
    small_gap(plan)
    type(plan).objects.filter(pk=plan.pk).update(state="submitted")
    answer = send(api, plan, safe=True)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "frozen")


def test_a_repair_on_an_old_sight_of_the_same_grids_is_stale(api, plan):
    small_gap(plan)
    gap = of_kind(api, plan, "gap")["id"]
    body = {"kind": "rename", "revision": 0, "code": TWO, "name": "x"}
    for code in (ONE, TWO, FIVE):
        plan.refresh_from_db()
        rename = body | {"code": code, "revision": plan.revision}
        assert api.post(f"/api/v1/plans/{plan.pk}/commands/", rename, format="json").status_code == 200
    answer = send(api, plan, defects=[gap], revision=0)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "stale_revision")
    assert send(api, plan, defects=[gap]).status_code == 200
