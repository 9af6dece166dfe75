"""Prove what an editor is given to show and count around the grids: borders above, buildings, what changed since."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from grid_editor import services
from grid_editor.models import Plan
from grid_editor.storing import geos
from layers.models import Building, Road, Water
from tests.grid_editor.conftest import WEST
from tests.shapes import COUNTY, place, square


@pytest.fixture
def api(town: str, drawer: Any, client_of: Callable[[Any], APIClient]) -> APIClient:
    return client_of(drawer)


@pytest.fixture
def plan(town: str, drawer: Any) -> Plan:
    return services.create_plan(drawer, "改网格", COUNTY)


def box(west: float, south: float, east: float, north: float) -> str:
    return ",".join(map(str, [*place(west, south), *place(east, north)]))


def test_borders_above_the_grids_come_by_tier_with_the_plan_s_own_vertices(
    api: APIClient, plan: Plan
) -> None:
    villages = api.get(f"/api/v1/plans/{plan.pk}/boundaries/?tier=village").json()["features"]
    assert [(v["id"], v["properties"]["name"]) for v in villages] == [
        (WEST, "社区1"),
        (f"{WEST[:-1]}2", "社区2"),
    ]
    every = api.get(f"/api/v1/plans/{plan.pk}/boundaries/").json()["features"]
    assert [v["properties"]["tier"] for v in every] == ["county", "town", "village", "village"]


def test_sums_of_buildings_by_their_inner_points_are_the_counts_of_the_grids(
    api: APIClient, plan: Plan
) -> None:
    for x in range(6):
        Building.objects.create(geom=geos(square(0.1 + x / 2, 0.3, 0.1)), households=10 + x, residents=30)
    Building.objects.create(geom=geos(square(0.1, 0.7, 0.1)))
    address = f"/api/v1/plans/{plan.pk}/buildings/"
    numbers = api.get(address, {"bbox": box(0, 0, 3, 1)}).json()["buildings"]
    rows = [numbers[i : i + 4] for i in range(0, len(numbers), 4)]
    assert (len(rows), sum(r[2] for r in rows), sum(r[3] for r in rows)) == (7, 75, 180)
    halves = [
        api.get(address, {"bbox": box(*b)}).json()["buildings"] for b in ((0, 0, 1.15, 1), (1.15, 0, 3, 1))
    ]
    assert len(halves[0]) + len(halves[1]) == len(numbers), (
        "each building lies in one of two boxes side by side"
    )
    west = next(
        f for f in api.get(f"/api/v1/plans/{plan.pk}/grids/").json()["features"] if f["id"] == f"{WEST}001"
    )
    inside = [r for r in rows if r[0] < place(1, 0)[0]]
    assert west["properties"]["households"] == sum(r[2] for r in inside)


def test_grids_since_a_revision_are_those_that_changed_and_the_codes_that_went(
    api: APIClient, plan: Plan
) -> None:
    body = {"kind": "merge", "codes": [f"{WEST}001", f"{WEST}002"], "keep": f"{WEST}001", "revision": 0}
    api.post(f"/api/v1/plans/{plan.pk}/commands/", body, format="json")
    answer = api.get(f"/api/v1/plans/{plan.pk}/grids/?since=0").json()
    assert ([f["id"] for f in answer["features"]], answer["removed"]) == ([f"{WEST}001"], [f"{WEST}002"])
    assert api.get(f"/api/v1/plans/{plan.pk}/grids/?since=1").json()["features"] == []
    assert api.get(f"/api/v1/plans/{plan.pk}/grids/?since=x").status_code == 400


def test_buildings_are_for_those_who_may_see_the_plan(plan: Plan, api: APIClient) -> None:
    address = f"/api/v1/plans/{plan.pk}/buildings/"
    assert APIClient().get(address, {"bbox": box(0, 0, 1, 1)}).status_code == 401
    for wrong in ("", "1,2,3", "0,0,1,1", "2,1,1,2"):
        assert api.get(address, {"bbox": wrong}).json()["error"]["code"] == "invalid_parameter"


def test_snap_lines_are_streets_and_shores_in_their_stored_coordinates(api: APIClient, town: str) -> None:
    ends = [*place(0.123, 0.5), *place(2.7, 0.61)]
    wkt = f"SRID=4490;MULTILINESTRING(({ends[0]} {ends[1]}, {ends[2]} {ends[3]}))"
    Road.objects.create(name="中山路", road_class="arterial", geom=wkt)
    Water.objects.create(name="包公湖", kind="lake", geom=geos(square(1.5, 1.2, 0.3)))
    answer = APIClient().get("/api/v1/snap/", {"bbox": box(0, 0, 3, 2)}).json()
    found = {name: (answer["classes"][kind], points) for _id, kind, name, points in answer["lines"]}
    assert found["中山路"] == ("arterial", ends)
    kind, shore = found["包公湖"]
    assert (kind, len(shore), shore[:2]) == ("lake", 10, shore[-2:])
    assert APIClient().get("/api/v1/snap/", {"bbox": "110,30,111,31"}).status_code == 400
