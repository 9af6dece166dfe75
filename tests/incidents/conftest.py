"""A town of two villages with grids, people of every role, and reports through the interface."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from rest_framework.test import APIClient

from gis_core.importing import chain
from gis_core.models import Membership
from tests.shapes import COUNTY, TOWN, insert, place, square

WEST, EAST = f"{TOWN}001", f"{TOWN}002"
URL = "/api/v1/incidents/"
LON, LAT = place(0.5, 0.5)


def body(**more):
    return {"item": "26", "description": "路口有垃圾", "lon": LON, "lat": LAT, "crs": "4490", **more}


def lay_out() -> None:
    """Grids 001..004 in each village, in rows of two unit squares; EAST begins at x = 2."""
    squares = {v: [square(x + dx, y) for y in range(2) for x in range(2)] for v, dx in ((WEST, 0), (EAST, 2))}

    def whole(parts: list[Any]) -> Any:
        return chain.union(np.array(parts, dtype=object))

    with transaction.atomic():
        insert(COUNTY, "county", None, whole(squares[WEST] + squares[EAST]), "龙亭区")
        insert(TOWN, "town", COUNTY, whole(squares[WEST] + squares[EAST]), "大兴街道")
        for code, grids in squares.items():
            insert(code, "village", TOWN, whole(grids), f"社区{code[-1]}")
            for number, grid in enumerate(grids, 1):
                insert(f"{code}{number:03d}", "grid", code, grid, f"第{number}网格")


@pytest.fixture
def town(db: None) -> str:
    lay_out()
    return TOWN


def person(name: str, role: str, prefix: str = COUNTY) -> Any:
    user = get_user_model().objects.create_user(name)
    Membership.objects.create(user=user, role=role, code_prefix=prefix)
    return user


@pytest.fixture
def client_of() -> Callable[[Any], APIClient]:
    def signed_in(user: Any) -> APIClient:
        client = APIClient(HTTP_ACCEPT_LANGUAGE="en")
        client.force_authenticate(user)
        return client

    return signed_in


@pytest.fixture
def people(db: None) -> dict[str, Any]:
    """One of every role, named as it, for the whole county."""
    roles = ("committee", "drawer", "dispatcher", "department", "worker", "viewer", "auditor")
    return {role: person(role, role) for role in roles}


@pytest.fixture
def clients(people, client_of) -> dict[str, APIClient]:
    return {name: client_of(user) for name, user in people.items()}


def raw_incident(x: float, y: float, item: str = "26", **more: Any) -> int:
    """Insert a row as psql would; returns its id."""
    lon, lat = place(x, y)
    columns = {"item_code": item, **more}
    names = ", ".join(columns)
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO incidents_incident ({names}, geom)"
            f" VALUES ({marks}, ST_SetSRID(ST_MakePoint(%s, %s), 4490)) RETURNING id",
            [*columns.values(), lon, lat],
        )
        return cursor.fetchone()[0]


@pytest.fixture
def api(town, people, client_of) -> APIClient:
    return client_of(people["worker"])
