"""A plan on the town of squares, and one hand to break it: rows are written as they are, past every command."""

from collections.abc import Callable
from typing import Any

import pytest
import shapely
from rest_framework.test import APIClient

from grid_editor import loading, services, storing, validations
from grid_editor.models import Plan
from grid_editor.validations import Finding, Look, of_draft
from tests.shapes import COUNTY


@pytest.fixture
def plan(town: str, drawer: Any) -> Plan:
    return services.create_plan(drawer, "改网格", COUNTY)


@pytest.fixture
def api(drawer: Any, client_of: Callable[[Any], APIClient]) -> APIClient:
    return client_of(drawer)


def put(plan: Plan, code: str, geom: shapely.Geometry, **words: Any) -> None:
    """Another polygon for a grid, whatever it does to the coverage."""
    whole = geom if geom.geom_type == "MultiPolygon" else shapely.MultiPolygon([geom])
    assert plan.grids.filter(code=code).update(geom=storing.geos(whole), households=None, **words) == 1


def found(plan: Plan, kind: str | None = None) -> list[Finding]:
    """What the checks find; of one rule, or of all."""
    if kind is None:
        return validations.findings(plan)
    draft = loading.whole(plan)
    look = Look(plan, draft, draft.villages)
    return of_draft(look, [rule for rule in validations.RULES if rule.kind == kind])


def kinds(plan: Plan) -> set[str]:
    """The kinds of errors."""
    return {one.kind for one in validations.errors(plan)}
