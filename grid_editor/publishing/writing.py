"""Put a plan's changes into the live coverage: rows, noding of all around, children, lineage. Runs in the publisher's
transaction; history is the database's own doing (gis_core/sql/060_history.sql), and it judges everything again.
"""

import json
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.db import IntegrityError, connection
from django.utils.translation import gettext as _

from gis_core.crs import UNIT
from gis_core.errors import Conflict
from gis_core.importing import chain, noding, writing
from gis_core.importing.noding import Splices
from gis_core.models import Area
from grid_editor.deltas import GridChange
from grid_editor.draft import DraftGrid
from grid_editor.models import Lineage, Plan
from grid_editor.publishing.comparing import Standing, same_ground, village_of, villages
from grid_editor.publishing.ground import Piece, area_m2
from grid_editor.storing import geos

WITHIN = (noding.WITHIN, 2.0)
"""In units: how far a vertex may lie from the border it goes into. Two plans that put vertices into one stretch
may each be 0.71 from its line, and so up to 1.42 from each other's."""

CHECK_NOW = "SET CONSTRAINTS coverage_check IMMEDIATE; SET CONSTRAINTS coverage_check DEFERRED"
"""Have the guard speak while there is still somebody to hear it; all else that waits for the commit goes on waiting."""


class CoverageRefused(Conflict):
    """The database refuses the outcome; nothing has been written."""

    code = "coverage_refused"


def noded(changed: list[GridChange], at: Standing) -> tuple[list[GridChange], list[Splices]]:
    """The changes with the vertices that what is live has on their borders; and those that it needs of them, as
    tables to be applied one after the other."""
    after = {change.after.code: change.after for change in changed if change.after}
    own = villages(changed)
    around = {g.code: g.geom for g in at.live.values() if g.parent_code in own and g.code in at.ours}
    around = {code: geom for code, geom in around.items() if code not in after}
    borders, tables = _borders(own), []
    for within in WITHIN:
        loose = _loose({**around, **{code: grid.geom for code, grid in after.items()}}, borders)
        if not len(loose):
            break
        table = noding.found(loose, np.unique(loose.reshape(-1, 2), axis=0), within * UNIT)
        tables.append(table)
        after = {code: _spliced(grid, table) for code, grid in after.items()}
        around = {code: noding.spliced([geom], table)[0] for code, geom in around.items()}
        borders = {code: noding.spliced([geom], table)[0] for code, geom in borders.items()}
    return [replace(c, after=after[c.after.code]) if c.after else c for c in changed], tables


def _borders(villages: Iterable[str]) -> dict[str, shapely.Geometry]:
    rows = Area.objects.live().filter(code__in=list(villages)).annotate(wkb=AsWKB("geom"))
    return {code: shapely.from_wkb(bytes(wkb)) for code, wkb in rows.values_list("code", "wkb")}


def _loose(grids: dict[str, shapely.Geometry], borders: dict[str, shapely.Geometry]) -> chain.Floats:
    """The segments (n, 4) that do not cancel within their village."""
    found = [np.empty((0, 4))]
    for village, border in borders.items():
        own = np.array([geom for code, geom in grids.items() if village_of(code) == village], dtype=object)
        found.append(chain.unbalanced(own, border).ends)
    return np.vstack(found)


def _spliced(grid: DraftGrid, table: Splices) -> DraftGrid:
    after = noding.spliced([grid.geom], table)[0]
    return grid if after is grid.geom else grid.with_geom(after)


def write(plan: Plan, changed: list[GridChange], tables: list[Splices]) -> None:
    """Close, change and open the rows, give everything around the vertices and every located row its grid.

    Raises CoverageRefused.
    """
    try:
        _close(change.before.code for change in changed if change.before and not change.after)
        _close_below(changed)
        _change(plan, [c.after for c in changed if c.before and c.after])
        Area.objects.bulk_create([_row(plan, c.after) for c in changed if c.after and not c.before])
        for table in tables:
            writing.node_live(table)
        with connection.cursor() as cursor:
            cursor.execute("SELECT retag_areas(%s)", [_concerned(changed)])
            cursor.execute(CHECK_NOW)
    except IntegrityError as error:
        said = str(error).split("\n")[0]
        text = _("The database refuses the new coverage, and nothing was published: %(reason)s")
        raise CoverageRefused(text % {"reason": said}, {"reason": said}) from error


def _concerned(changed: list[GridChange]) -> list[str]:
    """The areas whose located rows may have another grid now."""
    codes = {grid.code for c in changed for grid in (c.before, c.after) if grid}
    return sorted(codes | villages(changed))


def _close(codes: Iterable[str]) -> None:
    Area.objects.live().filter(code__in=list(codes)).delete()


def _close_below(changed: list[GridChange]) -> None:
    """Microgrids end with the ground they divided: where their grid is gone or has another shape."""
    codes = children_lost(changed)
    if codes:
        Area.objects.live().filter(parent_code__in=codes).delete()


def children_lost(changed: list[GridChange]) -> list[str]:
    """The grids below which nothing can stay."""
    return [
        c.before.code
        for c in changed
        if c.before and (c.after is None or not same_ground(c.before.geom, c.after.geom))
    ]


CHANGE = """
UPDATE gis_core_area a
SET name = n.name, kind = n.kind, parent_code = n.parent_code, geom = ST_GeomFromWKB(n.wkb, 4490),
    attributes = n.attributes, plan_id = %s
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bytea[], %s::jsonb[])
  AS n(code, name, kind, parent_code, wkb, attributes)
WHERE a.code = n.code AND a.valid_to IS NULL
"""
"""In one statement: the triggers that are called once for each take longer than the rows."""


def _change(plan: Plan, grids: list[DraftGrid]) -> None:
    if not grids:
        return
    words = [[getattr(grid, name) for grid in grids] for name in ("code", "name", "kind", "parent_code")]
    shapes = [shapely.to_wkb(grid.geom) for grid in grids]
    attributes = [json.dumps(dict(grid.attributes)) for grid in grids]
    with connection.cursor() as cursor:
        cursor.execute(CHANGE, [plan.pk, *words, shapes, attributes])


def _row(plan: Plan, grid: DraftGrid) -> Area:
    return Area(
        code=grid.code,
        tier="grid",
        parent_code=grid.parent_code,
        name=grid.name,
        kind=grid.kind,
        geom=geos(grid.geom),
        attributes=dict(grid.attributes),
        plan_id=plan.pk,
    )


def restored(changed: list[GridChange]) -> list[Piece]:
    """Grids that have the ground of a retired one again, as pieces that came from it (see `lifecycle/rollback.py`)."""
    return [
        Piece(str(c.after.attributes["restores"]), c.after.code, c.after.geom, area_m2(c.after.geom))
        for c in changed
        if c.after and not c.before and c.after.attributes.get("restores")
    ]


def record(plan: Plan, pieces: list[Piece]) -> None:
    """Lineage: what ground went from which code to which. The plan is published."""
    assert plan.published_at is not None
    Lineage.objects.bulk_create(
        Lineage(
            plan=plan,
            from_code=piece.before,
            to_code=piece.after,
            area_m2=piece.m2,
            published_at=plan.published_at,
        )
        for piece in pieces
    )
