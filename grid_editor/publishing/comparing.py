"""What a plan changes, against the versions it was copied from and against what is live now.

Everything is judged village by village: a plan owns the villages in which it changes anything, and nobody else may
have changed those meanwhile. A border that merely has other vertices is no change (`same_ground`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.db.models import Q, QuerySet

from gis_core import codes
from gis_core.crs import UNIT
from gis_core.importing import chain, noding
from gis_core.models import Area
from grid_editor.deltas import GridChange
from grid_editor.draft import DraftGrid
from grid_editor.models import Plan

Grids = Mapping[str, DraftGrid]


BENT = 1.5
"""In units of the 8th decimal: how far a vertex may lie from the other's border and be no change (1.6 mm). Every noding
leads a border through the middle of a pixel that it passes, at most 0.71 from its line; a stretch that was bent for one
grid may be bent again for its neighbour's, so 1.42. That happens: repairing 419 real precincts gave the border 2,793
vertices, 15 beyond 0.75 and 4 beyond 1 unit from where it had been, none beyond 1.05."""


def same_ground(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    """Whether two polygons differ in nothing but vertices that lie on the border of the other, but for its bends."""
    if shapely.to_wkb(one) == shapely.to_wkb(other):
        return True
    table = noding.missing(np.array([one], dtype=object), BENT * UNIT, other)
    return not len(chain.unbalanced(noding.spliced([one], table), noding.spliced([other], table)[0]))


def same_words(one: DraftGrid, other: DraftGrid) -> bool:
    """Whether all but the geometry is the same."""
    return replace(one, geom=other.geom, id=other.id) == other


def same(one: DraftGrid, other: DraftGrid) -> bool:
    """Whether two grids are one, but for noding."""
    return same_words(one, other) and same_ground(one.geom, other.geom)


def changes(before: Grids, after: Grids) -> list[GridChange]:
    """What differs, by code: new, gone, or of other ground or words."""
    pairs = [(before.get(code), after.get(code)) for code in sorted({*before, *after})]
    return [GridChange(old, new) for old, new in pairs if old is None or new is None or not same(old, new)]


def villages(changed: Iterable[GridChange]) -> set[str]:
    """The villages that these changes are in."""
    return {grid.parent_code for change in changed for grid in (change.before, change.after) if grid}


# ---- the three states of a plan's grids ---------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """`base`: the grids that the plan was copied from; `live`: those of now; `ours`: the plan's, all by code.
    `moved`: codes whose live version is not the base's (changed, retired or new since). `begun`: when each live
    version began."""

    base: Grids
    live: Grids
    ours: Grids
    moved: frozenset[str]
    begun: Mapping[str, datetime]

    @cached_property
    def our_changes(self) -> list[GridChange]:
        """What the plan changes of what it was copied from."""
        return changes(self.base, self.ours)

    @cached_property
    def our_villages(self) -> set[str]:
        return villages(self.our_changes)

    def to_write(self) -> list[GridChange]:
        """What publishing has to make of the live grids: all within the plan's own villages."""
        return [change for change in changes(self.live, self.ours) if villages([change]) & self.our_villages]


def standing(plan: Plan) -> Standing:
    """Read all three. What has the same version live as in the base is the same object in both."""
    versions = {code: datetime.fromisoformat(begun) for code, begun in plan.base_versions.items()}
    live, begun = _areas(below(plan.scope_code))
    moved = {code for code in {*versions, *live} if versions.get(code) != begun.get(code)}
    base = {code: grid for code, grid in live.items() if code not in moved}
    base |= _past({code: versions[code] for code in moved & versions.keys()})
    ours = {grid.code: grid for grid in _plan_grids(plan)}
    return Standing(base, live, ours, frozenset(moved), begun)


def below(scope: str) -> QuerySet[Area]:
    """The live grids under an area."""
    after = str(int(scope) + 1).zfill(len(scope))
    return Area.objects.live().filter(tier="grid", code__gte=scope, code__lt=after)


FIELDS = ("code", "name", "kind", "parent_code", "wkb", "attributes")


def _areas(rows: QuerySet[Area]) -> tuple[dict[str, DraftGrid], dict[str, datetime]]:
    grids, begun = {}, {}
    for *words, since in rows.annotate(wkb=AsWKB("geom")).values_list(*FIELDS, "valid_from"):
        grid = as_grid(words)
        grids[grid.code], begun[grid.code] = grid, since
    return grids, begun


def as_grid(row: Iterable[Any]) -> DraftGrid:
    """A grid of a row of `FIELDS`."""
    code, name, kind, parent, wkb, attributes = row
    return DraftGrid(code, name, kind, parent or "", shapely.from_wkb(bytes(wkb)), attributes)


def _past(versions: Mapping[str, datetime]) -> dict[str, DraftGrid]:
    """Versions that have ended, by code."""
    wanted = Q(pk__in=[])
    for code, begun in versions.items():
        wanted |= Q(code=code, valid_from=begun)
    return _areas(Area.objects.filter(wanted))[0]


def _plan_grids(plan: Plan) -> list[DraftGrid]:
    rows = plan.grids.annotate(wkb=AsWKB("geom")).order_by("code").values_list(*FIELDS)
    return [as_grid(row) for row in rows]


def village_of(code: str) -> str:
    """The village that a grid code begins with."""
    return code[: codes.length_of("village")]
