"""Prove who may take which step of a plan's life, in which state, and what a refused one says."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from gis_core.errors import Conflict, NotFound, Refused, WanggeError
from gis_core.models import Job
from grid_editor import selectors, services
from grid_editor.commands import Delete, Rename
from grid_editor.lifecycle import services as life
from grid_editor.lifecycle import states
from grid_editor.models import Plan
from grid_editor.publishing import service as publishing
from tests.grid_editor.conftest import EAST, WEST, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(town, drawer):
    made = services.create_plan(drawer, "x", WEST)
    services.run(drawer, made.pk, Rename(f"{WEST}001", "north"))
    return made


def state(plan):
    return Plan.objects.values_list("state", flat=True).get(pk=plan.pk)


def test_a_plan_goes_from_draft_to_published_by_two_people(plan, drawer, chief):
    life.submit(drawer, plan.pk, 1, "please look")
    life.approve(chief, plan.pk)
    done = publishing.publish(chief, plan.pk)
    assert (done.state, done.submitted_by, done.approved_by, done.published_by) == (
        "published",
        drawer,
        chief,
        chief,
    )
    assert [e["action"] for e in selectors.log(plan)][:3] == ["published", "approved", "submitted"]
    assert "please look" in selectors.log(plan)[2]["text"]


def test_who_submitted_cannot_approve_not_even_a_superuser(plan, chief):
    chief.is_superuser = True
    chief.save()
    life.submit(chief, plan.pk)
    with pytest.raises(Refused) as refused:
        life.approve(chief, plan.pk)
    assert refused.value.code == "own_submission"
    assert state(plan) == "submitted"


def test_the_database_too_refuses_one_pair_of_eyes(plan, drawer):
    with pytest.raises(IntegrityError, match="plan_four_eyes"), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(state="approved", submitted_by=drawer, approved_by=drawer)


def test_a_plan_with_defects_is_not_submitted(plan, drawer):
    services.run(drawer, plan.pk, Delete(f"{WEST}002"))
    with pytest.raises(life.HasDefects) as refused:
        life.submit(drawer, plan.pk)
    assert refused.value.details == {"count": 1, "kinds": {"gap": 1}}
    assert state(plan) == "draft"
    services.undo(drawer, plan.pk)
    with pytest.raises(services.Stale):
        life.submit(drawer, plan.pk, 1)  # he saw another plan than this
    life.submit(drawer, plan.pk, 3)


def test_returned_it_may_be_edited_and_needs_a_new_approval(plan, drawer, chief):
    life.submit(drawer, plan.pk)
    with pytest.raises(services.Frozen):
        services.run(drawer, plan.pk, Rename(f"{WEST}001", "x"))
    life.approve(chief, plan.pk)
    with pytest.raises(WanggeError) as refused:
        life.send_back(chief, plan.pk, "  ")
    assert refused.value.code == "comment_required"
    back = life.send_back(chief, plan.pk, "the school belongs to 003")
    assert (back.state, back.approved_by) == ("returned", None)
    assert back.comments.get().text == "the school belongs to 003"
    services.run(drawer, plan.pk, Rename(f"{WEST}001", "x"))
    with pytest.raises(states.WrongState):
        publishing.publish(chief, plan.pk)
    life.submit(drawer, plan.pk)
    with pytest.raises(states.WrongState):
        publishing.publish(chief, plan.pk)


def test_withdrawn_it_rests_until_it_is_reopened(plan, drawer, chief):
    life.submit(drawer, plan.pk)
    life.withdraw(drawer, plan.pk, "no longer wanted")
    for step in (life.submit, life.approve):
        with pytest.raises(states.WrongState):
            step(chief, plan.pk)
    life.reopen(drawer, plan.pk)
    services.run(drawer, plan.pk, Rename(f"{WEST}001", "y"))


def test_roles_and_prefixes_decide(plan, drawer, chief):
    life.submit(drawer, plan.pk)
    for user in (drawer, person("viewer", "viewer"), person("disp", "dispatcher")):
        with pytest.raises(Refused):
            life.approve(user, plan.pk)
    with pytest.raises(NotFound):
        life.approve(person("away", "committee", "99"), plan.pk)
    with pytest.raises(NotFound):
        life.approve(person("east", "committee", EAST), plan.pk)
    life.approve(chief, plan.pk)
    with pytest.raises(Refused):
        publishing.publish(drawer, plan.pk)
    assert state(plan) == "approved"


def test_the_buttons_say_what_may_be_done_and_why_not(plan, drawer, chief, client_of):
    def buttons(user):
        return {b["action"]: b for b in client_of(user).get(f"/api/v1/plans/{plan.pk}/actions/").json()}

    assert [a for a, b in buttons(drawer).items() if b["allowed"]] == ["submit", "withdraw"]
    life.submit(chief, plan.pk)
    seen = buttons(chief)
    assert seen["approve"]["reason"] == "own_submission"
    assert seen["submit"]["reason"] == "wrong_state"
    assert all(b["message"] for b in seen.values() if not b["allowed"])
    detail = client_of(drawer).get(f"/api/v1/plans/{plan.pk}/").json()
    assert {b["action"] for b in detail["actions"]} == set(states.STEPS)


def test_over_rest_each_refusal_has_its_status(plan, drawer, chief, client_of):
    mine, theirs = client_of(drawer), client_of(chief)
    base = f"/api/v1/plans/{plan.pk}"
    assert mine.post(f"{base}/approve/", {}, format="json").status_code == 403
    assert mine.post(f"{base}/submit/", {"revision": 0}, format="json").status_code == 409
    assert mine.post(f"{base}/submit/", {"revision": 1}, format="json").json()["state"] == "submitted"
    assert (
        mine.post(f"{base}/submit/", {"revision": 1}, format="json").json()["error"]["code"] == "wrong_state"
    )
    assert theirs.post(f"{base}/return/", {}, format="json").status_code == 400
    assert theirs.post(f"{base}/approve/", {"comment": "good"}, format="json").json()["state"] == "approved"
    assert theirs.post(f"{base}/publish/", {"at": "tomorrow"}, format="json").status_code == 400
    assert theirs.post(f"{base}/publish/", {"at": "2020-01-01T00:00"}, format="json").status_code == 400
    assert theirs.post(f"{base}/publish/", [], format="json").status_code == 400
    done = theirs.post(f"{base}/publish/", {}, format="json").json()
    assert (done["state"], done["published_by"]) == ("published", "chief")
    assert theirs.post(f"{base}/publish/", {}, format="json").status_code == 409


# ---- at a set time ------------------------------------------------------------------------------------------


def test_a_set_time_is_kept_and_taken_back(plan, drawer, chief):
    life.submit(drawer, plan.pk)
    life.approve(chief, plan.pk)
    with pytest.raises(Conflict):
        life.unschedule(chief, plan.pk)
    at = timezone.now() + timedelta(hours=1)
    first = life.schedule(chief, plan.pk, at)
    assert (first.state, first.publish_at) == ("approved", at)
    second = life.schedule(chief, plan.pk, at + timedelta(hours=1))
    assert Job.objects.get(pk=first.publish_job).state == "cancelled"
    life.unschedule(chief, plan.pk)
    assert Job.objects.get(pk=second.publish_job).state == "cancelled"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        assert cursor.fetchone() == (0,)
    third = life.schedule(chief, plan.pk, at)
    life.send_back(chief, plan.pk, "not yet")
    assert Job.objects.get(pk=third.publish_job).state == "cancelled"
    assert Plan.objects.get(pk=plan.pk).publish_at is None
