"""Read the part of a plan that a command works on into a Draft: its villages, their neighbours, what is above."""

from collections.abc import Iterable

import shapely
from django.contrib.gis.db.models import Extent
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import Polygon
from django.db.models import Q, QuerySet

from gis_core import codes
from gis_core.models import CANONICAL_SRID, Area
from grid_editor.commands import Command
from grid_editor.draft import Boundary, Draft, DraftGrid
from grid_editor.models import Plan, PlanBoundary, PlanGrid

Box = tuple[float, float, float, float]


def for_command(plan: Plan, command: Command) -> Draft:
    """What the command may change or must see. Codes that the plan does not have bring nothing."""
    named = command.codes()
    villages = set(_grids(plan).filter(code__in=named).values_list("parent_code", flat=True))
    villages |= {code[: codes.length_of("village")] for code in named}
    place = command.extent()
    if place is not None:
        villages |= set(
            _villages(plan).filter(geom__bboverlaps=_box(place.bounds)).values_list("code", flat=True)
        )
    return of_villages(plan, villages)


def whole(plan: Plan) -> Draft:
    """Every grid and boundary of the plan, wherever a grid lies."""
    villages = frozenset(_villages(plan).values_list("code", flat=True))
    return _draft(plan, villages, _grids(plan), plan.boundaries.all())


def of_villages(plan: Plan, wanted: Iterable[str]) -> Draft:
    """These villages complete, and of their neighbours everything within their extent."""
    villages = frozenset(_villages(plan).filter(code__in=list(wanted)).values_list("code", flat=True))
    near = Q(parent_code__in=villages)
    above = PlanBoundary.objects.none()
    bounds = _extent(plan, villages)
    if bounds:
        near |= Q(geom__bboverlaps=_box(bounds))
        above = plan.boundaries.filter(geom__bboverlaps=_box(bounds))
    return _draft(plan, villages, _grids(plan).filter(near), above)


def _draft(
    plan: Plan, villages: frozenset[str], grids: QuerySet[PlanGrid], above: QuerySet[PlanBoundary]
) -> Draft:
    return Draft(
        {grid.code: grid for grid in _draft_grids(grids)},
        {area.code: area for area in _boundaries(above)},
        villages,
        _ever_used(villages),
        frozenset(plan.base_versions),
    )


def _grids(plan: Plan) -> QuerySet[PlanGrid]:
    return PlanGrid.objects.filter(plan=plan)


def _villages(plan: Plan) -> QuerySet[PlanBoundary]:
    return PlanBoundary.objects.filter(plan=plan, tier="village")


def _extent(plan: Plan, villages: frozenset[str]) -> Box | None:
    """West, south, east, north of the villages and of the grids that should lie in them."""
    boxes = [
        _villages(plan).filter(code__in=villages).aggregate(box=Extent("geom"))["box"],
        _grids(plan).filter(parent_code__in=villages).aggregate(box=Extent("geom"))["box"],
    ]
    known = [box for box in boxes if box]
    return tuple(shapely.total_bounds([shapely.box(*box) for box in known])) if known else None


def _box(bounds: Box) -> Polygon:
    polygon = Polygon.from_bbox(bounds)
    polygon.srid = CANONICAL_SRID
    return polygon


def _draft_grids(rows: QuerySet[PlanGrid]) -> list[DraftGrid]:
    fields = ("code", "name", "kind", "parent_code", "attributes", "id", "wkb")
    found = rows.annotate(wkb=AsWKB("geom")).order_by("code").values_list(*fields)
    return [
        DraftGrid(code, name, kind, parent, shapely.from_wkb(bytes(wkb)), attributes, pk)
        for code, name, kind, parent, attributes, pk, wkb in found
    ]


def _boundaries(rows: QuerySet[PlanBoundary]) -> list[Boundary]:
    found = (
        rows.annotate(wkb=AsWKB("geom")).order_by("code").values_list("code", "tier", "parent_code", "wkb")
    )
    return [Boundary(code, tier, parent, shapely.from_wkb(bytes(wkb))) for code, tier, parent, wkb in found]


def _ever_used(villages: frozenset[str]) -> frozenset[str]:
    """Grid codes below these villages that are live or were once."""
    below = Q(pk__in=[])
    for village in villages:
        # A range, for LIKE finds no index under the database's collation; digits sort alike in all of them.
        below |= Q(code__gte=village, code__lt=str(int(village) + 1).zfill(len(village)))
    return frozenset(Area.objects.filter(below, tier="grid").values_list("code", flat=True))
