"""People of every role, protected rows in two villages, and raw sessions of the server's own role."""

from collections.abc import Callable
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import connection

from gis_core.models import Membership
from grid_editor.models import Plan, PlanComment
from grid_editor.services import create_plan
from tests.incidents.conftest import EAST, WEST, lay_out
from tests.shapes import COUNTY, TOWN, place

ROLES = ("committee", "drawer", "dispatcher", "department", "worker", "viewer", "auditor")
PROTECTED = {
    "layers_gridstaff": "view_staff",
    "layers_camera": "view_cameras",
    "layers_warehouse": "view_emergency",
    "incidents_incident": "view_incident",
    "grid_editor_plan": "view_plan",
}
"""Table -> the action that shows its rows."""
CHILDREN = {
    "layers_stockline": "layers_warehouse",
    "incidents_step": "incidents_incident",
    "grid_editor_plancomment": "grid_editor_plan",
}
POINT = "ST_SetSRID(ST_MakePoint(%s, %s), 4490)"
PLACES = {WEST: (0.5, 0.5), EAST: (2.5, 0.5), "": (9.5, 9.5)}
"""A place in each village, and one outside the district."""


@cache
def hashed(password: str) -> str:
    """Made once: to hash one takes a third of a second."""
    return make_password(password)


def person(name: str, role: str = "", prefix: str = COUNTY, **rights: bool) -> Any:
    password = hashed(f"sample-{name}")
    user = get_user_model().objects.create(username=name, password=password, **rights)
    if role:
        Membership.objects.create(user=user, role=role, code_prefix=prefix)
    return user


def run(statement: str, *values: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def fill() -> None:
    """One row of everything protected at each place, and what belongs to it."""
    lay_out()
    planner = get_user_model().objects.create_superuser("planner")
    for code, (x, y) in PLACES.items():
        at = place(x, y)
        for table in ("layers_gridstaff", "layers_camera", "layers_warehouse"):
            run(f"INSERT INTO {table} (name, geom) VALUES (%s, {POINT})", f"{table} {code}", *at)
        run(f"INSERT INTO incidents_incident (item_code, name, geom) VALUES ('26', %s, {POINT})", code, *at)
        plan = create_plan(planner, code, code) if code else _stray_plan()
        PlanComment.objects.create(plan=plan, text=code)
    run(
        "INSERT INTO layers_stockline (warehouse_id, material, quantity, unit)"
        " SELECT id, 'x', 1, 'x' FROM layers_warehouse"
    )


def _stray_plan() -> Plan:
    """One whose area is in nobody's district."""
    return Plan.objects.create(name="stray", scope_code="99", base_at="2026-01-01T00:00:00Z")


@pytest.fixture
def ground(db: None) -> None:
    fill()


@pytest.fixture
def people(db: None) -> dict[str, Any]:
    """One of every role for the western village, `outsider` with no role, `root`."""
    some = {role: person(role, role, WEST) for role in ROLES}
    root = person("root", is_staff=True, is_superuser=True)
    return {**some, "outsider": person("outsider"), "root": root}


@contextmanager
def as_app(user: str | None = None) -> Any:
    """Work in the test's own transaction as the server's role, for a user's number, 'system', or nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE wangge_app")
        cursor.execute("SELECT set_config('wangge.user', %s, false)", [user or ""])
        try:
            yield cursor
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute("SELECT set_config('wangge.user', '', false)")


@pytest.fixture
def app() -> Callable[..., Any]:
    return as_app


__all__ = ["COUNTY", "EAST", "TOWN", "WEST"]
