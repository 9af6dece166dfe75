"""Shortcuts through a plan's life, and the state of the whole live coverage, for tests of publishing."""

from typing import Any

import shapely
from django.db import connection

from grid_editor import services
from grid_editor.commands import Command, Split
from grid_editor.lifecycle import services as life
from grid_editor.models import Plan
from tests.shapes import place


def line(*points: tuple[float, float]) -> shapely.MultiLineString:
    return shapely.MultiLineString([[place(*p) for p in points]])


def approved(drawer: Any, chief: Any, scope: str, *commands: Command) -> Plan:
    """A plan of these commands, handed in by the drawer and approved by the chief."""
    plan = services.create_plan(drawer, "x", scope)
    for command in commands:
        services.run(drawer, plan.pk, command)
    life.submit(drawer, plan.pk)
    return life.approve(chief, plan.pk)


def split(code: str, *points: tuple[float, float]) -> Split:
    return Split(code, line(*points))


def everything() -> list[tuple[Any, ...]]:
    """Every version of every area, bit for bit."""
    return _rows(
        "SELECT id, code, valid_from, valid_to, plan_id, name, geom::bytea FROM gis_core_area ORDER BY id"
    )


def defects() -> list[tuple[Any, ...]]:
    """What the database finds wrong with the live coverage."""
    return _rows("SELECT parent_code, kind, codes FROM coverage_audit()")


def live(prefix: str) -> dict[str, shapely.Geometry]:
    """The live areas whose code begins so."""
    found = _rows(
        "SELECT code, ST_AsBinary(geom) FROM gis_core_area WHERE valid_to IS NULL AND starts_with(code, %s)",
        [prefix],
    )
    return {code: shapely.from_wkb(bytes(wkb)) for code, wkb in found}


def _rows(query: str, given: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchall()
