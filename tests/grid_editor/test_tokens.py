"""Prove that a write that is sent again with its token is applied once, whatever was lost on the way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from grid_editor import services
from grid_editor.commands import Rename
from grid_editor.models import Plan, PlanCommand
from tests.grid_editor.conftest import WEST, person
from tests.shapes import COUNTY, place


@pytest.fixture
def api(town: str, drawer: Any, client_of: Callable[[Any], APIClient]) -> APIClient:
    return client_of(drawer)


@pytest.fixture
def plan(town: str, drawer: Any) -> Plan:
    return services.create_plan(drawer, "改网格", COUNTY)


def send(api: APIClient, plan: Plan, address: str, **body: Any) -> Any:
    return api.post(f"/api/v1/plans/{plan.pk}/{address}/", body, format="json")


def rename(api: APIClient, plan: Plan, name: str, revision: int, token: str) -> Any:
    return send(
        api, plan, "commands", kind="rename", code=f"{WEST}001", name=name, revision=revision, token=token
    )


def test_a_command_sent_twice_is_applied_once_and_answered_alike(api: APIClient, plan: Plan) -> None:
    first = rename(api, plan, "东门", 0, "a1")
    again = rename(api, plan, "东门", 0, "a1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert plan.commands.count() == 1


def test_it_is_answered_after_others_went_on_with_all_that_changed(api: APIClient, plan: Plan) -> None:
    rename(api, plan, "东门", 0, "a1")
    send(api, plan, "commands", kind="rename", code=f"{WEST}002", name="西门", revision=1)
    again = rename(api, plan, "东门", 0, "a1").json()
    assert (again["revision"], again["number"]) == (2, 1)
    assert {f["id"] for f in again["changed"]["features"]} == {f"{WEST}001", f"{WEST}002"}


def test_undo_and_redo_sent_twice_are_done_once(api: APIClient, plan: Plan) -> None:
    rename(api, plan, "东门", 0, "a1")
    rename(api, plan, "南门", 1, "a2")
    for _ in range(2):
        assert send(api, plan, "undo", revision=2, token="u1").status_code == 200
    assert list(plan.commands.filter(undone=True).values_list("number", flat=True)) == [2]
    for _ in range(2):
        assert send(api, plan, "redo", revision=3, token="r1").status_code == 200
    assert plan.commands.filter(undone=True).count() == 0


def test_a_token_counts_within_its_plan_only(api: APIClient, plan: Plan, drawer: Any) -> None:
    other = services.create_plan(drawer, "另一个", COUNTY)
    assert rename(api, plan, "东门", 0, "same").status_code == 200
    assert rename(api, other, "东门", 0, "same").status_code == 200
    assert PlanCommand.objects.count() == 2


def test_a_refused_command_leaves_its_token_free(api: APIClient, plan: Plan) -> None:
    line = {"type": "LineString", "coordinates": [place(0.2, 0.2), place(0.3, 0.3)]}
    body = {"kind": "split", "code": f"{WEST}001", "revision": 0, "token": "a1"}
    assert send(api, plan, "commands", **body, line=line).status_code == 422
    through = {"type": "LineString", "coordinates": [place(0.5, -0.5), place(0.5, 1.5)]}
    assert send(api, plan, "commands", **body, line=through).status_code == 200


def test_what_was_applied_is_told_even_when_the_plan_is_frozen_since(api: APIClient, plan: Plan) -> None:
    rename(api, plan, "东门", 0, "a1")
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.SUBMITTED)
    assert rename(api, plan, "东门", 0, "a1").status_code == 200
    assert rename(api, plan, "南门", 1, "a2").json()["error"]["code"] == "frozen"


def test_a_token_lets_nobody_look_into_a_plan(
    api: APIClient, plan: Plan, client_of: Callable[[Any], APIClient]
) -> None:
    rename(api, plan, "东门", 0, "a1")
    assert rename(client_of(person("viewer", "viewer")), plan, "东门", 0, "a1").status_code == 403
    far = client_of(person("far", "drawer", "990000"))
    assert rename(far, plan, "东门", 0, "a1").status_code == 404


@pytest.mark.parametrize("token", ["x" * 65, "a b", 7, None, "中"])
def test_a_bad_token_is_refused(api: APIClient, plan: Plan, token: Any) -> None:
    answer = rename(api, plan, "东门", 0, token)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    assert plan.commands.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_sent_at_once_are_one(town: str, drawer: Any) -> None:
    plan = services.create_plan(drawer, "改网格", COUNTY)

    def once(_: int) -> int:
        try:
            return services.run(drawer, plan.pk, Rename(f"{WEST}001", "东门"), 0, {}, "same").command.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(once, range(4)))) == 1
    assert PlanCommand.objects.filter(plan=plan).count() == 1
