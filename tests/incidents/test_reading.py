"""Prove that lists filter, page and stay in scope, and that sensitive texts are for those who work with them."""

import json

import pytest

from tests.incidents.conftest import EAST, URL, body, person
from tests.shapes import place

pytestmark = pytest.mark.django_db


def test_the_list_filters_pages_and_stays_in_scope(api, clients, client_of):
    numbers = [
        api.post(URL, body(item=item, lon=place(x, 0.5)[0]), format="json").json()["number"]
        for item, x in (("26", 0.5), ("33", 0.6), ("26", 2.5), ("26", 3.5))
    ]

    def listed(client, query=""):
        return [one["id"] for one in client.get(f"{URL}?{query}").json()["features"]]

    viewer = clients["viewer"]
    assert listed(viewer) == numbers[::-1]
    assert listed(viewer, "item=33") == [numbers[1]]
    assert listed(viewer, f"area={EAST}") == [numbers[3], numbers[2]]
    assert listed(viewer, "bbox={},{},{},{}".format(*place(2, 0), *place(3, 1))) == [numbers[2]]
    assert listed(viewer, "state=reported&light=green&open=true&q=" + numbers[0]) == [numbers[0]]
    assert listed(viewer, "state=closed") == []
    assert listed(viewer, "since=2020-01-01&until=2020-01-02") == []
    page = viewer.get(f"{URL}?limit=3").json()
    rest = viewer.get(page["next"]).json()
    assert [one["id"] for one in page["features"] + rest["features"]] == numbers[::-1]
    assert rest["next"] is None
    east = client_of(person("east", "viewer", EAST))
    assert listed(east) == [numbers[3], numbers[2]]
    assert east.get(f"{URL}{numbers[0]}/").status_code == 404
    assert clients["drawer"].get(f"{URL}{numbers[0]}/").status_code == 404
    for bad in (
        "state=x",
        "light=blue",
        "bbox=1",
        "limit=0",
        "cursor=a",
        "open=1",
        "colour=red",
        "since=x",
        "area=x",
    ):
        assert viewer.get(f"{URL}?{bad}").status_code == 400, bad


def test_sensitive_items_show_their_text_to_those_who_work_with_it(api, clients):
    number = api.post(URL, body(item="03", contact="138", title="某家的事"), format="json").json()["number"]
    for name, reads in (("viewer", False), ("dispatcher", True), ("worker", True), ("auditor", True)):
        said = clients[name].get(f"{URL}{number}/").json()["properties"]
        assert (said["description"] == "路口有垃圾", said["contact"] in ("***", "138")) == (reads, reads), (
            name
        )
        assert (said["timeline"][0]["text"] is not None) == reads
        assert said["title"] == ("某家的事" if reads else "")
    layer = clients["viewer"].get("/api/v1/layers/incidents/").content.decode()
    assert "路口有垃圾" not in layer
    assert "某家的事" not in layer
    assert number in layer


def test_a_draft_is_its_makers_alone_until_reported(api, clients):
    number = api.post(URL, body(draft=True), format="json").json()["number"]
    assert clients["dispatcher"].get(f"{URL}{number}/").status_code == 404
    assert number not in clients["dispatcher"].get("/api/v1/layers/incidents-all/").content.decode()
    done = api.post(f"{URL}{number}/actions/report/", {}, format="json").json()["properties"]
    assert (done["state"], [s["action"] for s in done["timeline"]]) == ("reported", ["save", "report"])
    assert done["due_at"] is not None
    assert clients["dispatcher"].get(f"{URL}{number}/").status_code == 200


def test_the_catalogue_is_listed(api):
    items = api.get("/api/v1/incident-items/").json()
    assert len(items) == 44
    assert {"code", "name", "department", "limit_hours", "limit_unit", "self_close"} <= set(items[0])
    assert json.loads(api.get("/api/v1/incident-loop/").content)["states"][0]["state"] == "draft"
    assert len(api.get("/api/v1/departments/").json()) == 17
