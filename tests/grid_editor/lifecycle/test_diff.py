"""Prove that the diff gives each piece of moved ground once, exactly, with what stands on it."""

import pytest
import shapely
from django.db import connection

from gis_core.models import Area
from grid_editor import services
from grid_editor.commands import Absorb, Rename, Renumber, Transfer
from grid_editor.lifecycle import diffing
from grid_editor.publishing import service
from grid_editor.storing import geos
from layers.models import Building
from tests.grid_editor.conftest import EAST, WEST
from tests.grid_editor.publishing.approving import approved, split
from tests.shapes import COUNTY, polygon, square

pytestmark = pytest.mark.django_db

COMMANDS = (
    split(f"{WEST}001", (0.4, -1), (0.4, 2)),
    Transfer(f"{WEST}003", f"{WEST}002", polygon((1.9, 0.2), (2.5, 0.2), (2.5, 0.8), (1.9, 0.8))),
    Absorb(f"{EAST}006", f"{EAST}005"),
    Rename(f"{EAST}001", "新名"),
    Renumber(f"{EAST}002"),
)


@pytest.fixture
def built(town):
    for x, y, households in ((0.1, 0.1, 3), (0.7, 0.7, 5), (2.2, 0.4, 7), (2.8, 0.4, 11), (5.5, 1.5, 13)):
        Building.objects.create(
            geom=geos(square(x, y, 0.05)), households=households, residents=households * 2
        )


def draft(drawer):
    plan = services.create_plan(drawer, "x", COUNTY)
    for command in COMMANDS:
        services.run(drawer, plan.pk, command)
    return plan


def test_every_piece_of_ground_that_changes_its_code(built, drawer, client_of):
    plan = draft(drawer)
    answer = client_of(drawer).get(f"/api/v1/plans/{plan.pk}/diff/").json()
    found = {
        (f["properties"]["from_code"][9:], f["properties"]["to_code"][9:]): f["properties"]
        for f in answer["features"]
    }
    assert {pair: row["kind"] for pair, row in found.items()} == {
        ("001001", "001007"): "new",
        ("001003", "001002"): "moved",
        ("002006", "002005"): "retired",
        ("002002", "002007"): "new",
    }
    households = {pair[0]: row["households"] for pair, row in found.items()}
    assert households == {"001001": 3, "001003": 7, "002006": 13, "002002": 0}
    summary = answer["summary"]
    assert summary["grids"] == {"new": 1, "retired": 1, "changed": 4, "renamed": 1, "renumbered": 1}
    assert (summary["households"], summary["residents"], summary["buildings"]) == (23, 46, 3)
    assert summary["layers"]["buildings"] == 3
    lines = {line["code"][9:]: line for line in summary["by_grid"]}
    assert lines["001001"]["before"]["households"] == 8
    assert lines["001001"]["after"]["households"] == 5
    assert lines["002006"]["after"] is None
    assert lines["002007"]["before"]["code"][9:] == "002002"


def test_the_ground_adds_up_and_matches_the_database(built, drawer):
    plan = draft(drawer)
    diff = diffing.of_plan(plan)
    live = {a.code: shapely.from_wkb(bytes(a.geom.wkb)) for a in Area.objects.live().filter(tier="grid")}
    ours = {g.code: shapely.from_wkb(bytes(g.geom.wkb)) for g in plan.grids.all()}
    for one in diff.moved:
        exact = shapely.intersection(live[one.piece.before], ours[one.piece.after])
        assert shapely.symmetric_difference(exact, one.piece.geom).area < 1e-12
        with connection.cursor() as cursor:
            cursor.execute("SELECT ST_Area(ST_GeomFromWKB(%s, 4490)::geography)", [shapely.to_wkb(exact)])
            assert one.piece.m2 == pytest.approx(cursor.fetchone()[0], rel=1e-7)
    stays = sum(shapely.intersection(live[c], ours[c]).area for c in live.keys() & ours.keys())
    assert stays + sum(one.piece.geom.area for one in diff.moved) == pytest.approx(
        sum(geom.area for geom in live.values()), rel=1e-12
    )


@pytest.mark.django_db(transaction=True)
def test_a_published_plan_keeps_its_diff(built, drawer, chief):
    plan = approved(drawer, chief, COUNTY, *COMMANDS)
    before = diffing.as_json(diffing.of_plan(plan), drawer)
    service.publish(chief, plan.pk)
    plan.refresh_from_db()
    later = approved(drawer, chief, WEST, split(f"{WEST}004", (0.4, 0), (0.4, 3)))
    service.publish(chief, later.pk)
    after = diffing.as_json(diffing.of_plan(plan), drawer)
    for key in ("grids", "households", "buildings", "layers"):
        assert after["summary"][key] == before["summary"][key]
    assert after["summary"]["m2"] == pytest.approx(before["summary"]["m2"], rel=1e-12)
    assert len(after["features"]) == 4
    assert set(plan.lineage.values_list("from_code", "to_code")) == {
        (f["properties"]["from_code"], f["properties"]["to_code"]) for f in after["features"]
    }


def test_a_plan_that_changes_nothing_moves_nothing(town, drawer):
    plan = services.create_plan(drawer, "x", COUNTY)
    found = diffing.as_json(diffing.of_plan(plan), drawer)
    assert found["features"] == []
    assert set(found["summary"]["layers"].values()) == {0}
