"""Prove that one rule decides who may do what, by role and code prefix, and that every way of signing in works."""

import base64

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from gis_core import access
from gis_core.errors import Refused
from gis_core.models import Membership, Role

pytestmark = pytest.mark.django_db


def someone(role: str, prefix: str, name: str = ""):
    user = get_user_model().objects.create_user(name or role, password=f"sample-{role}")
    Membership.objects.create(user=user, role=role, code_prefix=prefix)
    return user


def test_a_role_holds_below_its_prefix_only():
    drawer = someone("drawer", "410202001")
    assert access.may(drawer, "edit_plan", "410202001")
    assert access.may(drawer, "edit_plan", "410202001005")
    assert not access.may(drawer, "edit_plan", "410202002")
    assert not access.may(drawer, "edit_plan", "410202")


def test_a_drawer_submits_but_does_not_approve():
    drawer, committee = someone("drawer", "4102"), someone("committee", "4102")
    assert access.may(drawer, "submit_plan", "410202")
    assert not access.may(drawer, "approve_plan", "410202")
    assert access.may(committee, "approve_plan", "410202")
    assert access.may(committee, "publish_plan", "410202")


@pytest.mark.parametrize("role", Role.values)
def test_every_role_has_its_row_in_the_rule(role):
    assert role in access.RULES


@pytest.mark.parametrize("role", ["worker", "viewer", "auditor", "dispatcher", "department"])
def test_who_does_not_draw_may_not_edit(role):
    assert not access.may(someone(role, ""), "edit_plan", "410202")


def test_a_superuser_may_everything_and_a_sleeping_account_nothing():
    root = get_user_model().objects.create_superuser("root", password="x")
    assert access.may(root, "publish_plan", "99")
    gone = someone("committee", "")
    gone.is_active = False
    assert not access.may(gone, "publish_plan", "410202")


def test_a_refusal_names_the_roles_that_may():
    with pytest.raises(Refused) as refused:
        access.require(someone("viewer", ""), "approve_plan", "410202")
    assert refused.value.details["roles"] == ["committee"]
    with pytest.raises(access.NotSignedIn):
        access.require(AnonymousUser(), "approve_plan", "410202")


def test_an_unknown_action_is_a_mistake_not_a_permission():
    with pytest.raises(KeyError):
        access.may(someone("committee", ""), "aprove_plan", "410202")


def test_a_filter_by_prefix_selects_what_may_be_done():
    someone("drawer", "410202")
    assert Membership.objects.filter(access.within("code_prefix", ["4102"])).count() == 1
    assert Membership.objects.filter(access.within("code_prefix", [""])).count() == 1
    assert Membership.objects.filter(access.within("code_prefix", [])).count() == 0


def test_session_basic_and_token_all_sign_in():
    someone("drawer", "410202")
    session = Client()
    assert session.get("/api/v1/session/").json()["signed_in"] is False
    given = {"username": "drawer", "password": "sample-drawer"}
    assert session.post("/api/v1/session/", given, "application/json").status_code == 200
    assert session.get("/api/v1/session/").json()["memberships"] == [
        {"role": "drawer", "code_prefix": "410202"}
    ]
    assert session.get("/api/v1/session/").json()["may"] == sorted(access.RULES[Role.DRAWER])
    assert Client().get("/api/v1/session/").json()["may"] == []
    basic = "Basic " + base64.b64encode(b"drawer:sample-drawer").decode()
    assert Client().get("/api/v1/session/", HTTP_AUTHORIZATION=basic).json()["username"] == "drawer"
    token = Client().post("/api/v1/token/", given, "application/json").json()["token"]
    assert (
        Client().get("/api/v1/session/", HTTP_AUTHORIZATION=f"Token {token}").json()["username"] == "drawer"
    )
    assert session.delete("/api/v1/session/").status_code == 204
    assert session.get("/api/v1/session/").json()["signed_in"] is False


def test_a_wrong_password_gets_401_in_the_one_error_shape():
    someone("drawer", "410202")
    answer = Client().post("/api/v1/session/", {"username": "drawer", "password": "no"}, "application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "wrong_password")
    basic = "Basic " + base64.b64encode(b"drawer:no").decode()
    answer = Client().get("/api/v1/session/", HTTP_AUTHORIZATION=basic)
    assert answer.status_code == 401
    assert "Basic" not in answer["WWW-Authenticate"]
