"""Prove, by any steps of any people, that a plan keeps to its states and two people stand behind what is live."""

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from gis_core.errors import WanggeError
from grid_editor import services
from grid_editor.commands import Rename
from grid_editor.lifecycle import services as life
from grid_editor.lifecycle import states
from grid_editor.models import Plan
from grid_editor.publishing import service
from tests.grid_editor.conftest import WEST, person

pytestmark = pytest.mark.django_db

PEOPLE = {"drawer": "drawer", "chief": "committee", "deputy": "committee", "viewer": "viewer"}
EDIT = "edit"
ACTIONS = (*(action for action in states.STEPS if action != "unschedule"), EDIT)

EXPECTED = {  # state -> action -> state after it, written out a second time on purpose
    "draft": {"submit": "submitted", "withdraw": "withdrawn", EDIT: "draft"},
    "returned": {"submit": "submitted", "withdraw": "withdrawn", EDIT: "returned"},
    "submitted": {"approve": "approved", "return": "returned", "withdraw": "withdrawn"},
    "approved": {"return": "returned", "withdraw": "withdrawn", "publish": "published"},
    "withdrawn": {"reopen": "draft"},
    "published": {},
}
DRAWERS = {"submit", "withdraw", "reopen", EDIT}


def take(action, user, plan_id, number):
    if action == EDIT:
        return services.run(user, plan_id, Rename(f"{WEST}001", f"name {number}"))
    if action == "publish":
        return service.publish(user, plan_id)
    if action == "return":
        return life.send_back(user, plan_id, "why")
    return getattr(life, action)(user, plan_id)


def refusal(action, user, plan_id, number):
    try:
        with transaction.atomic():
            take(action, user, plan_id, number)
    except WanggeError as refused:
        return refused
    return None


def may(role, action):
    return role == "committee" or (role == "drawer" and action in DRAWERS)


@pytest.fixture
def people(town):
    return {name: person(name, role) for name, role in PEOPLE.items()}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(sorted(PEOPLE)), st.sampled_from(ACTIONS)), min_size=6, max_size=14
    )
)
def test_any_sequence_of_steps_keeps_the_rules(people, steps):
    with transaction.atomic():
        plan = services.create_plan(people["drawer"], "x", WEST)
        state, submitter, approver = "draft", None, None
        for number, (name, action) in enumerate(steps):
            wanted = EXPECTED[state].get(action)
            if not may(PEOPLE[name], action) or (action == "approve" and name == submitter):
                wanted = None
            refused = refusal(action, people[name], plan.pk, number)
            assert (refused is None) == (wanted is not None), (name, action, state, refused)
            assert refused is None or refused.status in (403, 409)
            state = wanted or state
            if wanted and action == "submit":
                submitter, approver = name, None
            if wanted and action == "approve":
                approver = name
            row = Plan.objects.get(pk=plan.pk)
            assert row.state == state
            assert row.editable == (EDIT in EXPECTED[state])
            if state in ("approved", "published"):
                assert approver is not None
                assert submitter != approver
                assert (row.submitted_by, row.approved_by) == (people[submitter], people[approver])
        transaction.set_rollback(True)


def test_publishing_is_reached_and_only_by_two(people):
    """The walk above would also hold if nobody ever got there."""
    plan = services.create_plan(people["drawer"], "x", WEST)
    for name, action in (("chief", "submit"), ("deputy", "approve"), ("chief", "publish")):
        take(action, people[name], plan.pk, 0)
    assert Plan.objects.get(pk=plan.pk).state == "published"
