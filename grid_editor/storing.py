"""Write a delta into the plan's rows. The only module that writes grids and boundaries of a plan."""

from dataclasses import replace

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon

from gis_core.models import CANONICAL_SRID
from grid_editor.deltas import Delta, GridChange
from grid_editor.draft import DraftGrid
from grid_editor.models import Plan, PlanBoundary, PlanGrid


def store(plan: Plan, delta: Delta) -> Delta:
    """Write it; the same delta comes back with the ids that new rows got. Call within a transaction."""
    gone = [c.before.id for c in delta.grids if c.before and c.after is None and c.before.id]
    PlanGrid.objects.filter(plan=plan, pk__in=gone).delete()
    for change in delta.grids:
        if change.before and change.after:
            _update(plan, change, change.after)
    fresh = [c.after for c in delta.grids if c.before is None and c.after]
    ids = _insert(plan, fresh)
    for above in delta.boundaries:
        rows = PlanBoundary.objects.filter(plan=plan, code=above.after.code)
        rows.update(geom=geos(above.after.geom))
    return replace(delta, grids=tuple(_with_id(change, ids) for change in delta.grids))


def _update(plan: Plan, change: GridChange, after: DraftGrid) -> None:
    fields: dict[str, object] = {
        "code": after.code,
        "name": after.name,
        "kind": after.kind,
        "parent_code": after.parent_code,
        "attributes": dict(after.attributes),
    }
    if change.before is None or change.before.geom is not after.geom:
        fields["geom"] = geos(after.geom)
        if not change.only_noded:
            fields |= {"households": None, "residents": None, "buildings": None}
    PlanGrid.objects.filter(plan=plan, pk=after.id or 0).update(**fields)


def _insert(plan: Plan, fresh: list[DraftGrid]) -> dict[str, int]:
    """The ids by code; a row that was deleted and comes back keeps the id it had."""
    rows = [
        PlanGrid(
            id=grid.id,
            plan=plan,
            code=grid.code,
            name=grid.name,
            kind=grid.kind,
            parent_code=grid.parent_code,
            geom=geos(grid.geom),
            attributes=dict(grid.attributes),
        )
        for grid in fresh
    ]
    return {row.code: row.pk for row in PlanGrid.objects.bulk_create(rows)}


def _with_id(change: GridChange, ids: dict[str, int]) -> GridChange:
    if change.before is None and change.after is not None:
        return GridChange(None, replace(change.after, id=ids[change.after.code]))
    return change


def geos(geom: shapely.MultiPolygon) -> MultiPolygon:
    """The same geometry, bit for bit, as Django takes it."""
    found = GEOSGeometry(memoryview(shapely.to_wkb(geom)), srid=CANONICAL_SRID)
    assert isinstance(found, MultiPolygon)
    return found
