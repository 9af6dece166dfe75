"""Prove what `/api/v1/plans/` answers, and that two people on one plan do not undo each other's work."""

import pytest
from rest_framework.test import APIClient

from gis_core.events.models import Event
from grid_editor.models import Plan
from layers.models import Building
from tests.grid_editor.conftest import EAST, WEST, person
from tests.shapes import COUNTY, place, square

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(town, drawer, client_of) -> APIClient:
    return client_of(drawer)


@pytest.fixture
def plan(api) -> int:
    answer = api.post("/api/v1/plans/", {"name": "改网格", "scope_code": COUNTY}, format="json")
    assert answer.status_code == 201
    return answer.json()["id"]


def line(*points):
    return {"type": "LineString", "coordinates": [place(*p) for p in points]}


def ring(*points):
    corners = [place(*p) for p in (*points, points[0])]
    return {"type": "Polygon", "coordinates": [corners]}


def send(api, plan, kind, revision, **more):
    return api.post(
        f"/api/v1/plans/{plan}/commands/", {"kind": kind, "revision": revision, **more}, format="json"
    )


def test_a_new_plan_is_a_draft_at_revision_0(api, plan):
    detail = api.get(f"/api/v1/plans/{plan}/").json()
    assert (detail["state"], detail["revision"], detail["created_by"]) == ("draft", 0, "drawer")
    assert (detail["grid_count"], detail["can_undo"], detail["editable"]) == (12, False, True)
    listed = api.get("/api/v1/plans/?state=draft").json()
    assert [(row["id"], row["scope_name"]) for row in listed] == [(plan, "龙亭区")]
    below = api.post("/api/v1/plans/", {"name": "x", "scope_code": WEST}, format="json").json()
    assert below["scope_name"] == "龙亭区 大兴街道 社区1"
    assert api.get("/api/v1/plans/?state=published").json() == []


def test_grids_come_with_what_lives_in_them(api, plan):
    Building.objects.create(geom=_geos(square(0.2, 0.2, 0.1)), households=320, residents=900)
    Building.objects.create(geom=_geos(square(0.5, 0.5, 0.1)), households=80, residents=200)
    answer = api.get(f"/api/v1/plans/{plan}/grids/").json()
    first = answer["features"][0]
    assert first["id"] == f"{WEST}001"
    counted = {key: first["properties"][key] for key in ("households", "residents", "buildings", "load")}
    assert counted == {"households": 400, "residents": 1100, "buildings": 2, "load": "within"}
    assert answer["band"] == {"least": 300, "most": 500}
    split = send(api, plan, "split", 0, code=f"{WEST}001", line=line((0.4, -0.5), (0.4, 1.5))).json()
    loads = {f["id"]: f["properties"]["households"] for f in split["changed"]["features"]}
    assert (loads[f"{WEST}001"], loads[f"{WEST}007"]) == (80, 320)


def _geos(geom):
    from grid_editor.storing import geos

    return geos(geom)


def test_every_command_of_the_palette_answers(api, plan):
    commands = [
        ("split", {"code": f"{WEST}001", "line": line((0.5, -0.5), (0.5, 1.5)), "names": ["东边"]}),
        ("merge", {"codes": [f"{WEST}001", f"{WEST}007"]}),
        ("reshape", {"moves": [{"from": place(1, 1), "to": place(1.1, 1.2)}]}),
        ("reshape", {"code": f"{WEST}002", "line": line((1, 0), (0.8, 0.5), (1.1, 1.2))}),
        (
            "transfer",
            {
                "from": f"{WEST}005",
                "to": f"{WEST}006",
                "polygon": ring((1.8, 1.5), (2.5, 1.5), (2.5, 2.5), (1.8, 2.5)),
            },
        ),
        (
            "create",
            {
                "polygon": ring((0.2, 1.5), (0.5, 1.5), (0.5, 1.8), (0.2, 1.8)),
                "name": "学校",
                "grid_kind": "special",
            },
        ),
        ("absorb", {"code": f"{WEST}801"}),
        ("rename", {"code": f"{WEST}002", "name": "新名"}),
        ("set_kind", {"code": f"{WEST}002", "grid_kind": "special"}),
        ("renumber", {"code": f"{WEST}002"}),
    ]
    for revision, (kind, body) in enumerate(commands):
        answer = send(api, plan, kind, revision, **body)
        assert answer.status_code == 200, (kind, answer.json())
        assert answer.json()["revision"] == revision + 1
        assert answer.json()["changed"]["features"], kind
        assert answer.json()["defects"]["features"] == [], kind
    assert api.get(f"/api/v1/plans/{plan}/defects/").json()["errors"] == 0
    entries = api.get(f"/api/v1/plans/{plan}/log/").json()["entries"]
    assert len(entries) == len(commands) + 1
    for _command in commands:
        assert api.post(f"/api/v1/plans/{plan}/undo/", {}, format="json").status_code == 200
    assert api.post(f"/api/v1/plans/{plan}/undo/", {}, format="json").status_code == 409
    assert api.post(f"/api/v1/plans/{plan}/redo/", {"revision": 20}, format="json").json()["can_redo"] is True


def test_whoever_may_see_the_plan_is_told_of_every_write(api, plan):
    assert send(api, plan, "rename", 0, code=f"{WEST}001", name="新名").status_code == 200
    assert (
        send(api, plan, "split", 1, code=f"{WEST}001", line=line((0.2, 0.2), (0.8, 0.8))).status_code == 422
    )
    told = list(Event.objects.filter(kind="plan").order_by("id"))
    assert [(one.data["action"], one.data["revision"]) for one in told] == [("created", 0), ("command", 1)]
    assert {(one.code, one.permission, one.data["plan"]) for one in told} == {(COUNTY, "view_plan", plan)}


def test_a_loose_replace_reports_the_defects_it_leaves(api, plan):
    polygon = ring((0, 0), (0.5, 0), (0.5, 1), (0, 1))
    answer = send(api, plan, "replace", 0, code=f"{WEST}001", geometry=polygon).json()
    assert {f["properties"]["kind"] for f in answer["defects"]["features"]} >= {"gap"}
    assert api.get(f"/api/v1/plans/{plan}/defects/").json()["count"] >= 1


def test_a_stale_command_on_other_grids_is_applied(api, plan, client_of):
    other = client_of(person("second", "drawer"))
    assert send(api, plan, "rename", 0, code=f"{WEST}001", name="a").status_code == 200
    answer = send(other, plan, "split", 0, code=f"{EAST}002", line=line((4.5, -1), (4.5, 2)))
    assert answer.status_code == 200
    changed = {f["id"]: f["properties"]["name"] for f in answer.json()["changed"]["features"]}
    assert changed[f"{WEST}001"] == "a"
    assert {f"{EAST}002", f"{EAST}007"} <= set(changed)


def test_a_stale_command_on_the_same_grid_gets_409_with_what_changed(api, plan, client_of):
    other = client_of(person("second", "drawer"))
    send(api, plan, "split", 0, code=f"{WEST}001", line=line((0.5, -1), (0.5, 2)))
    answer = send(other, plan, "merge", 0, codes=[f"{WEST}001", f"{WEST}002"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "stale_revision")
    details = answer.json()["error"]["details"]
    assert details["revision"] == 1
    assert {f"{WEST}001", f"{WEST}007"} <= {f["id"] for f in details["changed"]["features"]}
    assert details["log"][0]["user"] == "drawer"
    assert Plan.objects.get(pk=plan).revision == 1


def test_a_neighbour_that_only_got_a_vertex_is_no_conflict(api, plan, client_of):
    other = client_of(person("second", "drawer"))
    send(api, plan, "split", 0, code=f"{WEST}001", line=line((0.5, 0.5), (1.5, 0.6), (1.5, -1)))
    send(api, plan, "split", 0, code=f"{WEST}001", line=line((-1, 0.5), (0.5, 0.6), (1.5, 0.4)))
    assert send(other, plan, "rename", 0, code=f"{WEST}002", name="b").status_code == 200


def test_undo_by_someone_who_has_not_seen_the_last_command_is_409(api, plan):
    send(api, plan, "rename", 0, code=f"{WEST}001", name="a")
    answer = api.post(f"/api/v1/plans/{plan}/undo/", {"revision": 0}, format="json")
    assert answer.status_code == 409


def test_a_refused_command_says_why_and_changes_nothing(api, plan):
    answer = send(api, plan, "split", 0, code=f"{WEST}001", line=line((0.2, 0.2), (0.8, 0.8)))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "does_not_cross")
    assert answer.json()["error"]["details"]["codes"] == [f"{WEST}001"]
    english = api.post(
        f"/api/v1/plans/{plan}/commands/",
        {"kind": "split", "revision": 0, "code": f"{WEST}001", "line": line((0.2, 0.2), (0.8, 0.8))},
        format="json",
        HTTP_ACCEPT_LANGUAGE="en",
    )
    assert english.json()["error"]["message"] == "The line does not cross grid 001 from border to border."
    assert api.get(f"/api/v1/plans/{plan}/").json()["revision"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "explode", "revision": 0},
        {"kind": "split"},
        {"kind": "split", "revision": "x"},
        {"kind": "split", "revision": 0},
        {"kind": "split", "revision": 0, "code": f"{WEST}001"},
        {
            "kind": "split",
            "revision": 0,
            "code": f"{WEST}001",
            "line": {"type": "Point", "coordinates": [1, 2]},
        },
        {
            "kind": "split",
            "revision": 0,
            "code": f"{WEST}001",
            "line": {"type": "LineString", "coordinates": [[1, "a"], None]},
        },
        {
            "kind": "split",
            "revision": 0,
            "code": f"{WEST}001",
            "line": {"type": "LineString", "coordinates": [[1e9, 2], [3, 4]]},
        },
        {"kind": "merge", "revision": 0, "codes": "x"},
        {"kind": "merge", "revision": 0, "codes": [f"{WEST}001", 7]},
        {
            "kind": "create",
            "revision": 0,
            "polygon": {"type": "Polygon", "coordinates": [[[1, 1], [2, 2], [1, 2], [2, 1], [1, 1]]]},
        },
        {"kind": "create", "revision": 0, "polygon": {"type": "Polygon", "coordinates": []}},
        {"kind": "reshape", "revision": 0, "moves": [{"from": [1, 2]}]},
        {"kind": "reshape", "revision": 0, "moves": [{"from": [1], "to": None}]},
        {"kind": "rename", "revision": 0, "code": f"{WEST}001", "name": ""},
        {"kind": "rename", "revision": 0, "code": f"{WEST}001", "name": "x", "unread": ["\0"]},
        {
            "kind": "split",
            "revision": 0,
            "code": f"{WEST}001",
            "line": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]},
            "crs": "mars",
        },
        [],
        "x",
    ],
)
def test_a_body_that_is_wrong_is_named_not_a_failure(api, plan, body):
    answer = api.post(f"/api/v1/plans/{plan}/commands/", body, format="json")
    assert answer.status_code == 400, answer.content
    assert answer.json()["error"]["message"]


def test_a_stranger_sees_no_plan_and_nobody_is_asked_to_sign_in(api, plan, client_of):
    assert client_of(person("far", "drawer", "99")).get(f"/api/v1/plans/{plan}/").status_code == 404
    for path in ("", f"{plan}/", f"{plan}/grids/", f"{plan}/defects/", f"{plan}/log/"):
        assert APIClient().get(f"/api/v1/plans/{path}").status_code == 401
    assert (
        APIClient().post("/api/v1/plans/", {"name": "x", "scope_code": COUNTY}, format="json").status_code
        == 401
    )
    assert (
        send(client_of(person("v", "viewer")), plan, "rename", 0, code=f"{WEST}001", name="x").status_code
        == 403
    )


def test_coordinates_of_a_map_service_are_taken_with_their_name(api, plan):
    import numpy as np

    from gis_core import crs

    drawn = crs.wgs84_to_gcj02(np.array([place(0.5, -0.5), place(0.5, 1.5)])).tolist()
    body = {"code": f"{WEST}001", "line": {"type": "LineString", "coordinates": drawn}, "crs": "gcj02"}
    assert send(api, plan, "split", 0, **body).status_code == 200
    halves = api.get(f"/api/v1/plans/{plan}/grids/").json()["features"]
    sizes = [f["properties"]["area_m2"] for f in halves if f["id"] in (f"{WEST}001", f"{WEST}007")]
    assert sizes[0] == pytest.approx(sizes[1], rel=1e-6)
