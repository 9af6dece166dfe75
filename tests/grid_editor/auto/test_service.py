"""Prove that an automatic draft becomes a plan's grids by one command: clean on both sides of every border, undone
at one stroke, refused when others were faster.

The villages of the `town` fixture: WEST three by two unit squares, EAST likewise, with streets and homes.
"""

import json
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.core.management import call_command

from gis_core.errors import Conflict, Refused, WanggeError
from gis_core.importing import chain
from grid_editor import loading, services
from grid_editor.auto import service
from grid_editor.auto.inputs import Band, Request, Stopped
from grid_editor.commands import Merge
from grid_editor.models import Plan
from grid_editor.services import Stale
from layers.models import Building, Road
from tests.grid_editor.auto.towns import house, street
from tests.grid_editor.conftest import EAST, WEST, person
from tests.shapes import COUNTY

FRESH = Request(Band())


def geos(geom: Any, multi: Any) -> GEOSGeometry:
    return GEOSGeometry(memoryview(shapely.to_wkb(multi([geom]))), srid=4490)


@pytest.fixture
def plan(town: str, drawer: Any) -> Plan:
    """Streets every half unit and 36 homes of 50 households in each village; the streets end at odd places."""
    lines = [street((x / 2, -0.1), (x / 2, 2.1)) for x in range(1, 12) if x != 6]
    lines += [street((-0.1, y), (3.05, y)) for y in (0.4, 1.1, 1.7)]
    lines += [street((2.95, y), (6.1, y)) for y in (0.3, 0.9, 1.6)]
    Road.objects.bulk_create(
        Road(geom=geos(line, shapely.MultiLineString), road_class="local") for line in lines
    )
    Building.objects.bulk_create(
        Building(
            geom=geos(house(x / 3 + 0.15, y / 3 + 0.15), shapely.MultiPolygon),
            use="residential",
            households=50,
        )
        for x in range(18)
        for y in range(6)
    )
    return services.create_plan(drawer, "自动", town, Plan.Origin.AUTO)


def assert_clean(plan: Plan) -> None:
    draft = loading.whole(plan)
    assert all(draft.is_clean(village) for village in (WEST, EAST))
    (town_boundary,) = [area for area in draft.boundaries.values() if area.tier == "town"]
    villages = [draft.boundaries[code].geom for code in (WEST, EAST)]
    assert chain.tiles(villages, town_boundary.geom)


def test_two_neighbouring_villages_are_drawn_and_fit_together_exactly(plan, drawer):
    outcome, report = service.draw(drawer, plan.pk, FRESH)
    assert outcome is not None
    assert_clean(plan)
    assert report.after.households == 108 * 50
    assert report.after.share_in_band == 1.0
    assert report.after.contiguous == report.after.grids
    counted = sorted(plan.grids.values_list("households", flat=True))
    assert (counted[0], counted[-1]) == (report.after.least, report.after.most)


def test_one_village_drawn_puts_its_junctions_on_the_neighbour(plan, drawer):
    before = shapely.get_num_coordinates(loading.whole(plan).boundaries[EAST].geom)
    service.draw(drawer, plan.pk, FRESH, [WEST])
    assert_clean(plan)
    assert shapely.get_num_coordinates(loading.whole(plan).boundaries[EAST].geom) >= before


def test_undo_brings_back_every_coordinate(plan, drawer):
    before = loading.whole(plan)
    service.draw(drawer, plan.pk, FRESH)
    services.undo(drawer, plan.pk)
    after = loading.whole(plan)
    assert after.grids.keys() == before.grids.keys()
    assert all(shapely.equals_identical(after.grids[c].geom, g.geom) for c, g in before.grids.items())
    assert all(
        shapely.equals_identical(after.boundaries[c].geom, b.geom) for c, b in before.boundaries.items()
    )


def test_new_grids_take_numbers_never_used(plan, drawer):
    service.draw(drawer, plan.pk, Request(Band(100, 150, 200)))
    codes = set(plan.grids.filter(parent_code=WEST).values_list("code", flat=True))
    assert len(codes) > 6
    assert f"{WEST}007" in codes


def test_the_command_is_in_the_log_with_band_mode_and_seed(plan, drawer):
    outcome, _report = service.draw(drawer, plan.pk, Request(Band(), seed=7))
    assert outcome.command.kind == "auto"
    assert outcome.command.arguments["seed"] == 7
    assert outcome.command.arguments["band"] == [300, 400, 500]


def test_keeping_leaves_a_plan_within_the_band_alone(plan, drawer):
    service.draw(drawer, plan.pk, FRESH)
    outcome, report = service.draw(drawer, plan.pk, Request(keep=True))
    assert outcome is None
    assert report.moved == 0


def test_progress_names_each_village_and_a_stop_changes_nothing(plan, drawer):
    seen: list[str] = []
    with pytest.raises(Stopped):
        service.draw(
            drawer,
            plan.pk,
            FRESH,
            progress=lambda done, total, code: seen.append(code),
            stop=lambda: bool(seen),
        )
    assert seen == [WEST]
    plan.refresh_from_db()
    assert plan.revision == 0


def test_a_plan_changed_meanwhile_is_refused(plan, drawer):
    def meddle(done: int, total: int, code: str) -> None:
        if done == 1:
            services.run(drawer, plan.pk, Merge.read({"codes": [f"{WEST}001", f"{WEST}002"]}))

    with pytest.raises(Stale):
        service.draw(drawer, plan.pk, FRESH, progress=meddle)


def test_a_village_with_a_committee_is_one_grid_by_its_code():
    assert service.is_rural("410202001201")
    assert not service.is_rural(WEST)


def test_a_village_not_in_the_plan_is_named(plan, drawer):
    with pytest.raises(WanggeError, match="410202001009"):
        service.draw(drawer, plan.pk, FRESH, ["410202001009"])


def test_broken_grids_are_repaired_first(plan, drawer):
    plan.grids.filter(code=f"{WEST}001").delete()
    with pytest.raises(Conflict, match=WEST):
        service.draw(drawer, plan.pk, FRESH)


def test_who_may_only_look_may_not_draw(plan):
    viewer = person("viewer", "viewer", COUNTY)
    with pytest.raises(Refused):
        service.draw(viewer, plan.pk, FRESH)


def test_a_band_upside_down_is_refused():
    with pytest.raises(WanggeError, match="low over target to high"):
        Band(500, 400, 300)


def test_over_rest_it_answers_with_the_measures_before_and_after(plan, drawer, client_of):
    asked = {"low": 300, "target": 400, "high": 500, "seed": 1}
    answer = client_of(drawer).post(f"/api/v1/plans/{plan.pk}/auto/", asked, format="json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["revision"] == 1
    assert answer.json()["report"]["after"]["share_in_band"] == 1.0
    again = client_of(drawer).post(f"/api/v1/plans/{plan.pk}/auto/", asked | {"mode": "keep"}, format="json")
    assert again.json()["revision"] is None


def test_the_management_command_makes_a_plan_and_prints_the_report(plan, town, drawer, capsys):
    call_command("auto_draft", town, "--user", "drawer", "--seed", "2")
    told = json.loads(capsys.readouterr().out)
    assert Plan.objects.get(pk=told["plan"]).origin == "auto"
    assert told["after"]["in_band"] == told["after"]["grids"]
