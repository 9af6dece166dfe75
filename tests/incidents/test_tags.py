"""Prove that the database gives every incident its number, grids, border, clocks and first step, whoever writes it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from gis_core.models import Area
from incidents.models import Incident, Step
from tests.incidents.conftest import EAST, WEST, lay_out, raw_incident
from tests.shapes import place

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")


def test_a_row_of_psql_is_whole(town):
    row = Incident.objects.get(pk=raw_incident(0.5, 0.5, reported_at="2026-11-24 09:00+08"))
    assert row.number == f"{WEST}2026112400001"
    assert (row.grid_code, row.area_code, row.grid_code_at_report) == (f"{WEST}001",) * 3
    assert (row.state, row.light, row.scope_code, row.limit_unit) == (
        "reported",
        "green",
        f"{WEST}001",
        "working",
    )
    assert row.due_at == datetime(
        2026, 11, 24, 14, 30, tzinfo=CHINA
    )  # 4 working hours: 3 before noon, 1 from 13:30
    assert row.original_due_at == row.due_at
    assert row.step_due_at == datetime(2026, 11, 24, 10, tzinfo=CHINA)
    assert row.border_m == pytest.approx(456, abs=2)
    assert [(s.action, s.to_state, s.who) for s in row.steps.all()] == [("report", "reported", "wangge")]


def test_numbers_count_in_each_village_and_day(town):
    moments = ("2026-11-24 09:00+08", "2026-11-24 23:59+08", "2026-11-25 00:00+08")
    ids = [raw_incident(0.5, 0.5, reported_at=moment) for moment in moments]
    ids.append(raw_incident(2.5, 0.5, reported_at=moments[0]))
    numbers = [Incident.objects.get(pk=pk).number for pk in ids]
    assert [n[-5:] for n in numbers] == ["00001", "00002", "00001", "00001"]
    assert numbers[3].startswith(EAST)


def test_on_a_border_one_grid_and_the_others(town):
    row = Incident.objects.get(pk=raw_incident(1, 1))
    assert (row.grid_code, row.border_m) == (f"{WEST}001", 0)
    assert row.border_grids == [f"{WEST}002", f"{WEST}003", f"{WEST}004"]
    near = Incident.objects.get(pk=raw_incident(0.99, 0.5, accuracy_m=30))
    assert near.border_m == pytest.approx(9.1, abs=0.2)
    assert near.border_grids == [f"{WEST}002"]  # 9 m away, exact to 30 m
    assert Incident.objects.get(pk=raw_incident(0.99, 0.5, accuracy_m=5)).border_grids == []


def test_outside_the_district_is_kept_and_marked(town):
    row = Incident.objects.get(pk=raw_incident(-0.1, 0.5))
    assert (row.area_code, row.grid_code, row.grid_code_at_report) == (None, None, None)
    assert row.nearest_grid == f"{WEST}001"
    assert row.nearest_m == pytest.approx(91.5, abs=1)
    assert row.scope_code == f"{WEST}001"
    assert row.number.startswith(WEST)


def test_the_grid_at_the_time_follows_history_and_is_never_overwritten(town):
    then = Area.objects.get(code=f"{WEST}001").valid_from - timedelta(days=30)
    old = Incident.objects.get(pk=raw_incident(0.5, 0.5, reported_at=then))
    assert old.grid_code_at_report == f"{WEST}001"  # older than the map: the first map counts
    for column in ("number", "grid_code_at_report", "area_code_at_report"):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            Incident.objects.filter(pk=old.pk).update(**{column: "x"})
    Incident.objects.filter(pk=old.pk).update(grid_code="1", area_code="2")
    old.refresh_from_db()
    assert (old.grid_code, old.area_code) == (f"{WEST}001",) * 2


@pytest.mark.django_db(transaction=True)
def test_today_follows_the_areas_the_past_does_not():
    lay_out()
    pk = raw_incident(0.5, 0.5)
    with transaction.atomic():
        Area.objects.live().filter(code=f"{WEST}001").update(code=f"{WEST}009")
    row = Incident.objects.get(pk=pk)
    assert (row.grid_code, row.scope_code, row.grid_code_at_report) == (
        f"{WEST}009",
        f"{WEST}009",
        f"{WEST}001",
    )


def test_the_timeline_refuses_to_be_changed(town):
    raw_incident(0.5, 0.5)
    for statement in (
        "UPDATE incidents_step SET who = 'x'",
        "DELETE FROM incidents_step",
        "DELETE FROM incidents_incident",
    ):
        refused = pytest.raises(ProgrammingError, match="only ever added to")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_nor_may_the_role_of_the_server_change_it(session):
    lay_out()
    raw_incident(0.5, 0.5)
    raw = session()
    raw.execute("SET ROLE wangge_app")
    for statement in (
        "UPDATE incidents_step SET who = 'x'",
        "DELETE FROM incidents_step",
        "TRUNCATE incidents_step",
        "ALTER TABLE incidents_step DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "DELETE FROM incidents_incident",
        "UPDATE incidents_counter SET last = 0",
        "DELETE FROM incidents_loopmove",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute(statement)
        raw.rollback()
        raw.execute("SET ROLE wangge_app")


def test_a_change_behind_the_triggers_back_shows(town):
    pk = raw_incident(0.5, 0.5)
    Incident.objects.filter(pk=pk).update(state="triaged")
    broken = "SELECT incident_timeline_broken(%s)"
    with connection.cursor() as cursor:
        cursor.execute(broken, [pk])
        assert cursor.fetchone() == (None,)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE incidents_step DISABLE TRIGGER step_refuse_row")
        cursor.execute("UPDATE incidents_step SET who = 'somebody else' WHERE to_state = 'reported'")
        cursor.execute("ALTER TABLE incidents_step ENABLE ALWAYS TRIGGER step_refuse_row")
        cursor.execute(broken, [pk])
        assert cursor.fetchone() == (Step.objects.get(incident_id=pk, to_state="reported").pk,)


def test_only_declared_moves_and_each_leaves_a_step(town):
    pk = raw_incident(0.5, 0.5)
    with pytest.raises(IntegrityError, match="no action leads from reported to closed"), transaction.atomic():
        Incident.objects.filter(pk=pk).update(state="closed")
    Incident.objects.filter(pk=pk).update(state="triaged")
    steps = Step.objects.filter(incident_id=pk)
    assert [(s.action, s.from_state, s.to_state) for s in steps][1:] == [("by_hand", "reported", "triaged")]


def test_there_is_no_incident_of_an_unknown_item(town):
    with pytest.raises(IntegrityError, match="no item 999"), transaction.atomic():
        raw_incident(0.5, 0.5, item="999")


def test_every_writer_is_heard(town):
    from gis_core.events.models import Event

    pk = raw_incident(0.5, 0.5)
    Incident.objects.filter(pk=pk).update(state="triaged")
    Incident.objects.filter(pk=pk).update(name="x")
    told = list(Event.objects.filter(kind="incident").order_by("id"))
    assert [(e.data["change"], e.data["state"]) for e in told] == [
        ("reported", "reported"),
        ("changed", "triaged"),
    ]
    assert {(e.code, e.permission) for e in told} == {(f"{WEST}001", "view_incident")}
    assert (told[0].data["lon"], told[0].data["lat"]) == place(0.5, 0.5)
