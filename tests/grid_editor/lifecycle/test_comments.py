"""Prove that remarks are kept with their place, and who may make and resolve them."""

import pytest

from grid_editor import services
from tests.grid_editor.conftest import WEST, person
from tests.shapes import place

pytestmark = pytest.mark.django_db


def test_remarks_are_pinned_listed_and_resolved(town, drawer, chief, client_of):
    plan = services.create_plan(drawer, "x", WEST)
    address = f"/api/v1/plans/{plan.pk}/comments/"
    mine, theirs, viewer = client_of(drawer), client_of(chief), client_of(person("v", "viewer"))

    def say(api, **body):
        return api.post(address, body, format="json")

    spot = {"type": "Point", "coordinates": list(place(0.5, 0.5))}
    first = say(theirs, text=" the school? ", place=spot, grid_code=f"{WEST}001")
    assert first.status_code == 201
    assert first.json()["place"] == spot
    assert say(mine, text="yes").status_code == 201
    assert [row["text"] for row in viewer.get(address).json()] == ["the school?", "yes"]
    resolve = f"{address}{first.json()['id']}/resolve/"
    assert viewer.post(resolve).status_code == 403
    assert mine.post(resolve).json()["resolved_by"] == "drawer"
    assert theirs.post(resolve).json()["resolved_by"] == "drawer"
    assert mine.post(f"{address}999999/resolve/").status_code == 404
    log = mine.get(f"/api/v1/plans/{plan.pk}/log/", HTTP_ACCEPT_LANGUAGE="en").json()["entries"]
    assert [e["text"] for e in log if e["action"] == "commented"] == [
        "commented: yes",
        "commented: the school?",
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"text": "  "}, 400),
        ({"text": 5}, 400),
        ({"text": "x" * 4001}, 400),
        ({"text": "x", "place": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}}, 400),
        ({"text": "x", "place": [1, 2]}, 400),
        ({"text": "x", "grid_code": f"{WEST}099"}, 404),
        ({"text": "x", "grid_code": "abc"}, 400),
    ],
)
def test_a_wrong_remark_is_refused(town, drawer, client_of, body, status):
    plan = services.create_plan(drawer, "x", WEST)
    answer = client_of(drawer).post(f"/api/v1/plans/{plan.pk}/comments/", body, format="json")
    assert answer.status_code == status
    assert not plan.comments.exists()


def test_only_who_may_comment_there_does(town, drawer, client_of):
    plan = services.create_plan(drawer, "x", WEST)
    address = f"/api/v1/plans/{plan.pk}/comments/"
    assert client_of(person("v", "viewer")).post(address, {"text": "x"}, format="json").status_code == 403
    assert (
        client_of(person("f", "drawer", "99")).post(address, {"text": "x"}, format="json").status_code == 404
    )
    from rest_framework.test import APIClient

    assert APIClient().get(address).status_code == 401
