"""Prove that a past day comes back as a plan, without one retired code."""

from datetime import timedelta

import pytest
import shapely
from django.utils import timezone

from gis_core.errors import NotFound, WanggeError
from gis_core.models import Area
from grid_editor import selectors, services, validations
from grid_editor.commands import Merge, Rename
from grid_editor.lifecycle import rollback
from grid_editor.lifecycle import services as life
from grid_editor.models import Lineage
from grid_editor.publishing import service
from tests.grid_editor.conftest import EAST, WEST
from tests.grid_editor.publishing.approving import approved, live, split
from tests.grid_editor.publishing.approving import defects as live_defects
from tests.shapes import TOWN

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_grids_of_a_past_day_come_back_under_codes_that_were_never_retired(
    town, drawer, chief, client_of
):
    then = live(TOWN)
    plan = approved(
        drawer,
        chief,
        TOWN,
        Merge((f"{WEST}002", f"{WEST}003")),
        split(f"{EAST}001", (2.9, 0.3), (4.1, 0.4)),
        Rename(f"{WEST}001", "another"),
    )
    day = timezone.now()
    service.publish(chief, plan.pk)
    gone = ({f"{WEST}002", f"{WEST}003"} - live(WEST).keys()).pop()
    made = client_of(drawer).post(
        "/api/v1/plans/", {"name": "back", "scope_code": TOWN, "from_date": day.isoformat()}, format="json"
    )
    assert made.status_code == 201, made.json()
    back = selectors.plan(drawer, made.json()["id"])
    assert (back.origin, back.state) == ("rollback", "draft")
    assert validations.errors(back) == []
    grids = {g.code: g for g in back.grids.all()}
    (fresh,) = (code for code in grids if code not in then)
    assert fresh not in (gone, f"{EAST}007")
    assert grids[fresh].attributes["restores"] == gone
    assert grids[f"{WEST}001"].name == "第1网格"
    for code, grid in grids.items():
        assert shapely.equals(shapely.from_wkb(bytes(grid.geom.wkb)), then[gone if code == fresh else code])
    life.submit(drawer, back.pk)
    life.approve(chief, back.pk)
    service.publish(chief, back.pk)
    assert live_defects() == []
    assert gone not in live(WEST)
    rows = set(Lineage.objects.filter(plan=back).values_list("from_code", "to_code"))
    assert (gone, fresh) in rows
    assert (f"{EAST}007", f"{EAST}001") in rows
    seen = client_of(drawer).get(f"/api/v1/areas/{gone}/lineage/").json()
    assert seen["valid_to"] is not None
    assert {row["to_code"] for row in seen["went_to"]} >= {fresh}


def test_undoing_the_first_command_gives_today(town, drawer, chief):
    day = timezone.now()
    service.publish(chief, approved(drawer, chief, WEST, split(f"{WEST}001", (0.4, -1), (0.4, 2))).pk)
    back = rollback.create(drawer, "back", WEST, day)
    assert back.grids.count() == 6
    services.undo(drawer, back.pk)
    assert set(back.grids.values_list("code", flat=True)) == set(
        Area.objects.live().filter(parent_code=WEST).values_list("code", flat=True)
    )


def test_a_day_to_come_or_before_all_is_refused_and_leaves_no_plan(town, drawer):
    with pytest.raises(WanggeError):
        rollback.create(drawer, "x", WEST, timezone.now() + timedelta(days=1))
    with pytest.raises(NotFound):
        rollback.create(drawer, "x", WEST, timezone.now() - timedelta(days=365))
    assert not selectors.plans(drawer).exists()
