"""Prove that a rebase takes over what others published, keeps or gives way as chosen, and is undone at one stroke."""

import pytest

from gis_core.errors import WanggeError
from grid_editor import services, validations
from grid_editor.commands import Absorb, Merge, Rename
from grid_editor.lifecycle import rebasing
from grid_editor.lifecycle import services as life
from grid_editor.models import Plan
from grid_editor.publishing import conflicts, service
from tests.grid_editor.conftest import EAST, WEST
from tests.grid_editor.publishing.approving import approved, live, split
from tests.grid_editor.publishing.approving import defects as live_defects
from tests.grid_editor.test_plans import state
from tests.shapes import TOWN

pytestmark = pytest.mark.django_db(transaction=True)


def published(drawer, chief, *commands):
    return service.publish(chief, approved(drawer, chief, TOWN, *commands).pk)


def codes(plan, village=WEST):
    return {c[-3:] for c in plan.grids.filter(parent_code=village).values_list("code", flat=True)}


def test_what_the_plan_left_alone_is_taken_over_and_the_plan_can_be_published(town, drawer, chief):
    plan = services.create_plan(drawer, "x", TOWN)
    services.run(drawer, plan.pk, split(f"{WEST}004", (0.4, 0), (0.4, 3)))  # 004 and 007
    published(drawer, chief, split(f"{WEST}003", (1.9, 0.3), (3.1, 0.4)), Rename(f"{WEST}002", "theirs"))
    life.submit(drawer, plan.pk)
    life.approve(chief, plan.pk)
    with pytest.raises(service.LiveChanged):
        service.publish(chief, plan.pk)
    with pytest.raises(services.Frozen):
        rebasing.rebase(drawer, plan.pk)
    life.send_back(chief, plan.pk, "rebase")
    was = state(plan)
    plan, _outcome, found = rebasing.rebase(drawer, plan.pk)
    assert {one.code[-3:] for one in found} == {"002", "003", "007"}
    assert codes(plan) == {f"{n:03d}" for n in range(1, 9)}  # their 007 is theirs, ours became 008
    assert plan.grids.get(code=f"{WEST}002").name == "theirs"
    assert validations.errors(plan) == []
    assert conflicts.found(plan) == []
    services.undo(drawer, plan.pk)
    assert state(plan) == was
    assert len(conflicts.found(Plan.objects.get(pk=plan.pk))) == 3  # it stands on the old versions again
    services.redo(drawer, plan.pk)
    assert conflicts.found(Plan.objects.get(pk=plan.pk)) == []
    life.submit(drawer, plan.pk)
    life.approve(chief, plan.pk)
    service.publish(chief, plan.pk)
    assert len([c for c in live(WEST) if c != WEST]) == 8
    assert live_defects() == []


@pytest.mark.parametrize("choice", [None, "mine", "theirs"])
def test_where_both_changed_a_grid_the_choice_decides(town, drawer, chief, choice):
    plan = services.create_plan(drawer, "x", TOWN)
    services.run(drawer, plan.pk, Rename(f"{WEST}001", "mine"))
    services.run(drawer, plan.pk, Merge((f"{WEST}002", f"{WEST}003")))
    published(drawer, chief, Rename(f"{WEST}001", "theirs"))
    code = f"{WEST}001"
    plan, _outcome, found = rebasing.rebase(drawer, plan.pk, 2, {code: choice} if choice else {})
    assert [(one.code, one.both) for one in found] == [(code, True)]
    assert plan.grids.get(code=code).name == ("theirs" if choice == "theirs" else "mine")
    assert conflicts.found(plan) == [] or choice != "theirs"
    assert not any(one.blocking for one in conflicts.found(plan))


def test_a_grid_that_ended_live_and_was_changed_here_goes_on_under_a_new_code(town, drawer, chief):
    plan = services.create_plan(drawer, "x", TOWN)
    services.run(drawer, plan.pk, Rename(f"{WEST}006", "mine"))
    published(drawer, chief, Absorb(f"{WEST}006", f"{WEST}005"))
    plan, _outcome, _found = rebasing.rebase(drawer, plan.pk)
    assert codes(plan) == {"001", "002", "003", "004", "005", "007"}
    assert plan.grids.get(code=f"{WEST}007").name == "mine"
    assert {one.kind for one in validations.errors(plan)} == {"overlap"}  # to be settled by hand
    services.undo(drawer, plan.pk)
    plan, _outcome, _found = rebasing.rebase(drawer, plan.pk, None, {f"{WEST}006": "theirs"})
    assert codes(plan) == {"001", "002", "003", "004", "005"}
    assert validations.errors(plan) == []


def test_choices_are_read_strictly_and_nothing_changed_is_no_command(town, drawer, chief, client_of):
    plan = services.create_plan(drawer, "x", TOWN)
    with pytest.raises(WanggeError):
        rebasing.rebase(drawer, plan.pk, None, {f"{WEST}001": "mine"})
    api = client_of(drawer)
    answer = api.post(f"/api/v1/plans/{plan.pk}/rebase/", {"revision": 0}, format="json").json()
    assert (answer["revision"], answer["conflicts"]) == (0, [])
    published(drawer, chief, Rename(f"{EAST}001", "theirs"))
    bad = api.post(f"/api/v1/plans/{plan.pk}/rebase/", {"revision": 0, "choices": ["x"]}, format="json")
    assert bad.status_code == 400
    seen = api.get(f"/api/v1/plans/{plan.pk}/conflicts/").json()
    assert (seen["count"], seen["blocking"]) == (1, 0)
    assert seen["conflicts"][0]["live"]["properties"]["name"] == "theirs"
    answer = api.post(f"/api/v1/plans/{plan.pk}/rebase/", {"revision": 0}, format="json").json()
    assert (answer["revision"], answer["codes"]) == (1, [f"{EAST}001"])
