"""What the rules look at: a plan's villages as a draft, stored or not yet, and what is asked of it more than once.

Whether a village is an exact coverage says the boundary chain in numpy; what is wrong where it is none says
the database's chain_defects, the one definition (gis_core 035), on the rows of the draft (chain_rows.py).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from gis_core import codes, crs
from gis_core.importing import chain
from grid_editor.draft import Draft, DraftGrid
from grid_editor.geometry.rings import valid_form
from grid_editor.models import Plan, PlanBoundary
from grid_editor.validations.chain_rows import ChainRow, chain_rows
from grid_editor.validations.limits import Limits, limits


@dataclass(frozen=True)
class Look:
    """`villages` of the `draft` are judged; grids around them are there to be seen."""

    plan: Plan
    draft: Draft
    villages: frozenset[str]

    @cached_property
    def limits(self) -> Limits:
        return limits()

    @cached_property
    def grids(self) -> list[DraftGrid]:
        """The grids judged: those of the villages, and those whose village the plan does not have."""
        known = self.draft.boundaries
        return [
            grid
            for grid in self.draft.grids.values()
            if grid.parent_code in self.villages or grid.parent_code not in known
        ]

    @cached_property
    def geoms(self) -> np.ndarray:
        """Their polygons (n,), as they are."""
        found = np.empty(len(self.grids), dtype=object)
        found[:] = [grid.geom for grid in self.grids]
        return found

    @cached_property
    def invalid(self) -> list[DraftGrid]:
        """Those whose rings are broken."""
        return [self.grids[i] for i in np.flatnonzero(~shapely.is_valid(self.geoms))]

    @cached_property
    def chain(self) -> list[ChainRow]:
        """Gaps, overlaps, ground outside and unmatched borders, village by village, the largest first."""
        by_village: dict[str, list[DraftGrid]] = {code: [] for code in sorted(self._divided())}
        for grid in self.grids:
            by_village.setdefault(grid.parent_code, []).append(grid)
        broken = {grid.code for grid in self.invalid}
        rows: list[ChainRow] = []
        for village, grids in by_village.items():
            if village in self.villages:
                rows += self._chain_of(village, grids, broken)
        return rows

    @cached_property
    def names(self) -> dict[str, str]:
        """Villages by code, as people call them."""
        rows = PlanBoundary.objects.filter(plan=self.plan, tier="village", code__in=self.villages)
        return {code: name or code for code, name in rows.values_list("code", "name")}

    def name_of(self, village: str) -> str:
        return self.names.get(village, village)

    def of(self, kind: str) -> list[ChainRow]:
        """The rows of one kind."""
        return [row for row in self.chain if row.kind == kind]

    def _divided(self) -> set[str]:
        """Villages that must be covered: a village that had no grids and has none is not yet divided."""
        now = {grid.parent_code for grid in self.grids}
        began = {code[: codes.length_of("village")] for code in self.draft.base}
        return set(self.villages & (now | began))

    def _chain_of(self, village: str, grids: list[DraftGrid], broken: set[str]) -> list[ChainRow]:
        border = self.draft.boundaries[village].geom
        geoms = np.empty(len(grids), dtype=object)
        geoms[:] = [valid_form(grid.geom) if grid.code in broken else grid.geom for grid in grids]
        if len(geoms) and not len(chain.unbalanced(geoms, border)):
            return []
        return chain_rows(village, [grid.code for grid in grids], geoms, border)


def length_m(geom: shapely.Geometry) -> float:
    """Metres of lines in degrees, or of a polygon's border."""
    south, north = geom.bounds[1::2]
    return float(crs.Plane((south + north) / 2).metres(geom).length)
