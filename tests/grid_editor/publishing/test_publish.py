"""Prove that publishing makes a plan live as a whole or not at all, and what it leaves behind."""

from datetime import timedelta

import psycopg
import pytest
import shapely
from django.db import transaction

from gis_core.events.models import Event
from gis_core.models import Area
from gis_core.selectors import code_at
from grid_editor import services
from grid_editor.commands import Absorb, Insert, Merge, Rename, Renumber, Reshape, SetKind
from grid_editor.lifecycle import services as life
from grid_editor.models import Lineage, PlanGrid
from grid_editor.publishing import service, writing
from grid_editor.reasons import Refusal
from layers.models import Building
from tests.grid_editor.conftest import EAST, WEST
from tests.grid_editor.publishing.approving import approved, defects, everything, live, split
from tests.shapes import COUNTY, TOWN, insert, place, square

pytestmark = pytest.mark.django_db(transaction=True)


def vertices(geom):
    return set(map(tuple, shapely.get_coordinates(geom).tolist()))


def test_a_split_is_live_noded_on_every_tier_and_the_past_stays(town, drawer, chief):
    crossing = split(f"{WEST}003", (1.9, 0.33333333), (3.1, 0.51111111))
    plan = approved(drawer, chief, WEST, crossing)
    assert live(WEST).keys() == {WEST, *(f"{WEST}00{n}" for n in range(1, 7))}
    done = service.publish(chief, plan.pk)
    now = live(COUNTY)
    assert f"{WEST}007" in now
    new = vertices(now[f"{WEST}003"]) & vertices(now[f"{WEST}007"])
    on_border = {p for p in new if p in vertices(now[WEST])}
    assert len(on_border) == 1
    for code in (EAST, f"{EAST}001"):  # outside the plan, on the other side of the line
        assert on_border <= vertices(now[code])
    assert defects() == []
    assert all(
        row.plan_id == plan.pk for row in Area.objects.live().filter(code__in=[f"{WEST}003", f"{WEST}007"])
    )
    assert Area.objects.live().get(code=f"{WEST}003").valid_from == done.published_at
    inside = place(2.5, 0.2), place(2.5, 0.8)
    before = done.published_at - timedelta(microseconds=1)
    assert {code_at(*p, "grid", before) for p in inside} == {f"{WEST}003"}
    assert {code_at(*p, "grid") for p in inside} == {f"{WEST}003", f"{WEST}007"}
    untouched = [f"{WEST}001", f"{EAST}001", EAST, TOWN]
    assert (
        not Area.objects.filter(code__in=untouched).exclude(valid_to=None).exists()
    )  # noding makes no version


def test_listeners_are_told_of_what_happened_and_of_nothing_else(town, drawer, chief):
    plan = approved(drawer, chief, WEST, split(f"{WEST}003", (2.4, -1), (2.4, 2)))
    heard = Event.objects.order_by("pk").values_list("kind", "data", "permission")
    assert [data["action"] for kind, data, _p in heard if kind == "plan"] == [
        "created",
        "command",
        "submitted",
        "approved",
    ]
    assert {permission for kind, _data, permission in heard if kind == "plan"} == {"view_plan"}
    assert "areas" not in {kind for kind, _data, _p in heard}
    service.publish(chief, plan.pk)
    (told,) = (data for kind, data, permission in heard.all() if kind == "areas" and permission == "")
    assert (told["plan"], told["codes"], told["retired"]) == (plan.pk, [f"{WEST}003", f"{WEST}007"], [])
    assert told["bbox"] == pytest.approx([*place(2, 0), *place(3, 1)])


def test_what_is_located_is_tagged_with_its_new_grid(town, drawer, chief):
    shops = [Building.objects.create(geom=writing.geos(square(x, 0.5, 0.1))) for x in (0.2, 0.7)]
    plan = approved(drawer, chief, WEST, split(f"{WEST}001", (0.4, -1), (0.4, 2)))
    service.publish(chief, plan.pk)
    tags = [Building.objects.get(pk=shop.pk).grid_code for shop in shops]
    assert tags == [f"{WEST}007", f"{WEST}001"]


def test_lineage_says_what_ground_went_where(town, drawer, chief):
    plan = approved(
        drawer, chief, WEST, split(f"{WEST}001", (0.4, -1), (0.4, 2)), Merge((f"{WEST}002", f"{WEST}003"))
    )
    service.publish(chief, plan.pk)
    rows = {(r.from_code[-3:], r.to_code[-3:]): r.area_m2 for r in Lineage.objects.all()}
    kept = "002" if ("003", "002") in rows else "003"
    gone = {"002": "003", "003": "002"}[kept]
    assert rows.keys() == {("001", "007"), (gone, kept)}
    past = Area.objects.get(code=f"{WEST}{gone}")
    assert past.valid_to is not None
    assert rows[gone, kept] == pytest.approx(past.area_m2, rel=1e-9)
    assert rows["001", "007"] == pytest.approx(Area.objects.live().get(code=f"{WEST}007").area_m2, rel=1e-9)


def test_words_alone_are_published_too(town, drawer, chief):
    plan = approved(drawer, chief, WEST, Rename(f"{WEST}001", "龙亭北"), SetKind(f"{WEST}002", "special"))
    service.publish(chief, plan.pk)
    assert Area.objects.live().get(code=f"{WEST}001").name == "龙亭北"
    assert Area.objects.live().get(code=f"{WEST}002").kind == "special"
    assert Area.objects.filter(code=f"{WEST}001").count() == 2
    assert not Lineage.objects.exists()


def test_an_undivided_village_gets_its_first_grids(town, drawer, chief):
    with transaction.atomic():
        Area.objects.live().filter(tier="grid", parent_code=EAST).delete()
    plan = services.create_plan(drawer, "x", EAST)
    assert not plan.grids.exists()
    ground = live(EAST)[EAST]
    services.run(drawer, plan.pk, Insert(ground))
    services.run(drawer, plan.pk, split(plan.grids.get().code, (4.5, -1), (4.5, 3)))
    life.submit(drawer, plan.pk)
    life.approve(chief, plan.pk)
    service.publish(chief, plan.pk)
    assert {code[-3:] for code in live(EAST)} - {"002"} == {"007", "008"}  # 001..006 are retired
    assert set(Lineage.objects.values_list("from_code", flat=True)) == {EAST}
    assert defects() == []


# ---- codes --------------------------------------------------------------------------------------------------


def test_a_retired_code_comes_back_by_no_command_and_no_sql(town, drawer, chief, session):
    plan = approved(drawer, chief, WEST, Absorb(f"{WEST}006", f"{WEST}005"))
    service.publish(chief, plan.pk)
    retired = f"{WEST}006"
    later = services.create_plan(drawer, "y", WEST)
    with pytest.raises(Refusal):
        services.run(drawer, later.pk, Renumber(f"{WEST}001", retired))
    outcome = services.run(drawer, later.pk, split(f"{WEST}001", (0.5, -1), (0.5, 2)))
    assert outcome.command.codes == [f"{WEST}001", f"{WEST}007"]
    raw = session()
    with pytest.raises(psycopg.errors.CheckViolation, match="retired"):
        raw.execute(
            "UPDATE gis_core_area SET code = %s WHERE code = %s AND valid_to IS NULL", [retired, f"{WEST}001"]
        )
    raw.rollback()
    # Even a plan that is given the code by raw SQL cannot be submitted, nor, damaged after its approval, published.
    row = PlanGrid.objects.filter(plan=later, attributes={}, code__in=[f"{WEST}007", retired])
    row.update(code=retired)
    with pytest.raises(life.HasDefects):
        life.submit(drawer, later.pk)
    row.update(code=f"{WEST}007")
    life.submit(drawer, later.pk)
    life.approve(chief, later.pk)
    row.update(code=retired)
    before = everything()
    with pytest.raises(writing.CoverageRefused, match="retired"):
        service.publish(chief, later.pk)
    assert everything() == before


def test_a_renumbered_grid_retires_its_code_and_says_where_the_ground_went(town, drawer, chief):
    plan = approved(drawer, chief, WEST, Renumber(f"{WEST}002"))
    service.publish(chief, plan.pk)
    assert {c[-3:] for c in live(WEST) if c != WEST} == {"001", "003", "004", "005", "006", "007"}
    (row,) = Lineage.objects.all()
    assert (row.from_code, row.to_code) == (f"{WEST}002", f"{WEST}007")


# ---- what lies below, what is refused -----------------------------------------------------------------------


def test_microgrids_stay_under_an_unmoved_grid_and_end_with_a_moved_one(town, drawer, chief):
    with transaction.atomic():
        for grid, x in ((f"{WEST}001", 0), (f"{WEST}003", 2)):
            insert(f"{grid}01", "microgrid", grid, square(x, 0))
    bent = Reshape.read({"moves": [{"from": list(place(1, 1)), "to": list(place(1.1, 1.1))}]})
    plan = approved(drawer, chief, WEST, Rename(f"{WEST}003", "new name"), bent)
    service.publish(chief, plan.pk)
    assert f"{WEST}00301" in live(WEST)
    assert f"{WEST}00101" not in live(WEST)
    assert defects() == []


def test_what_the_guard_refuses_leaves_nothing(town, drawer, chief):
    plan = approved(drawer, chief, WEST, split(f"{WEST}001", (0.4, -1), (0.4, 2)))
    before = everything()
    PlanGrid.objects.filter(plan=plan, code=f"{WEST}007").delete()  # damaged after its approval
    with pytest.raises(writing.CoverageRefused, match="gap"):
        service.publish(chief, plan.pk)
    assert everything() == before
    plan.refresh_from_db()
    assert plan.state == "approved"
    assert not Lineage.objects.exists()


def test_the_next_plan_stands_on_what_was_published(town, drawer, chief):
    for y in (0.3, 0.6):
        plan = approved(drawer, chief, COUNTY, split(f"{WEST}003", (1.9, y), (3.1, y)))
        service.publish(chief, plan.pk)
    assert defects() == []
    assert {c[-3:] for c in live(WEST) if c != WEST} >= {"003", "007", "008"}
