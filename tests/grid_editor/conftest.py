"""A town of two villages, six square grids each, people who may and may not edit it, and a client for each."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely
from django.contrib.auth import get_user_model
from django.db import transaction
from rest_framework.test import APIClient

from gis_core.importing import chain
from gis_core.models import Membership
from tests.shapes import COUNTY, TOWN, insert, square

WEST, EAST = f"{TOWN}001", f"{TOWN}002"


def whole(parts: list[shapely.Geometry]) -> shapely.MultiPolygon:
    return chain.union(np.array(parts, dtype=object))


@pytest.fixture
def town(db: None) -> str:
    """Grids 001..006 in each village, row by row from the south, of unit squares; EAST begins at x = 3."""
    squares = {v: [square(x + dx, y) for y in range(2) for x in range(3)] for v, dx in ((WEST, 0), (EAST, 3))}
    with transaction.atomic():
        insert(COUNTY, "county", None, whole(squares[WEST] + squares[EAST]), "龙亭区")
        insert(TOWN, "town", COUNTY, whole(squares[WEST] + squares[EAST]), "大兴街道")
        for code, grids in squares.items():
            insert(code, "village", TOWN, whole(grids), f"社区{code[-1]}")
            for number, grid in enumerate(grids, 1):
                insert(f"{code}{number:03d}", "grid", code, grid, f"第{number}网格")
    return TOWN


def person(name: str, role: str, prefix: str = COUNTY) -> Any:
    user = get_user_model().objects.create_user(name, password="x")
    Membership.objects.create(user=user, role=role, code_prefix=prefix)
    return user


@pytest.fixture
def drawer(db: None) -> Any:
    return person("drawer", "drawer")


@pytest.fixture
def client_of() -> Callable[[Any], APIClient]:
    def signed_in(user: Any) -> APIClient:
        client = APIClient()
        client.force_authenticate(user)
        return client

    return signed_in
