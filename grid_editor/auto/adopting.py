"""Put a drawn draft into a plan: one command like any other, with its inverse, in the log, undone at one stroke."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
import shapely
from django.utils.translation import gettext as _

from gis_core.crs import UNIT
from gis_core.importing import chain, noding
from gis_core.importing.coding import west_to_east
from grid_editor import numbering
from grid_editor.auto.drawing import DrawnGrid, DrawnVillage
from grid_editor.commands.command import Command
from grid_editor.deltas import Delta
from grid_editor.draft import Draft, DraftGrid
from grid_editor.naming import name_for
from grid_editor.reasons import refuse


@dataclass(frozen=True)
class Adopt(Command):
    """The grids of these villages give way to the drawn ones; carried codes keep name, kind and attributes."""

    kind: ClassVar[str] = "auto"
    villages: tuple[DrawnVillage, ...]

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        """Not from a request: `service` draws what it adopts."""
        raise refuse("drawn_only", _("An automatic draft is asked for with band, mode and seed."))

    def codes(self) -> list[str]:
        """By their villages: every grid of them is touched."""
        return [village.code for village in self.villages]

    def edited(self, draft: Draft) -> Draft:
        after = draft
        for village in self.villages:
            after = _with_village(after, village)
        return after.spliced(_junctions(draft, self.villages))

    def words(self, delta: Delta) -> str:
        return _("Drew %(grids)d grids of %(villages)d villages automatically") % {
            "grids": sum(len(village.grids) for village in self.villages),
            "villages": len(self.villages),
        }


def _with_village(draft: Draft, village: DrawnVillage) -> Draft:
    codes = _numbered(draft, village)
    old = {grid.code: grid for grid in draft.of_village(village.code)}
    grids = [
        _grid(old.get(code), code, drawn, village.code)
        for code, drawn in zip(codes, village.grids, strict=True)
    ]
    return draft.with_grids(grids, set(old) - set(codes))


def _numbered(draft: Draft, village: DrawnVillage) -> list[str]:
    """A code for every drawn grid: the one it carries on, else the next free ones from west to east."""
    given = [grid.code or "" for grid in village.grids]
    for index in west_to_east(np.array([grid.geom for grid in village.grids], dtype=object)):
        if not given[index]:
            given[index] = numbering.next_free(draft, village.code, taken=given)
    return given


def _grid(old: DraftGrid | None, code: str, drawn: DrawnGrid, village: str) -> DraftGrid:
    if old is None:
        return DraftGrid(code, name_for(code), "general", village, drawn.geom)
    same = not len(chain.unbalanced(np.array([old.geom], dtype=object), drawn.geom))
    return old if same else replace(old, geom=drawn.geom)


def _junctions(draft: Draft, villages: tuple[DrawnVillage, ...]) -> noding.Splices:
    """The new vertices on village borders, for everything on these: both sides of a border, every tier.

    Two drawn villages may put different vertices on one stretch, so each one's own are looked for in the
    pieces that the other made of it, too.
    """
    tables = [village.splices for village in villages if village.splices]
    if not tables:
        return {}
    points = np.unique(np.vstack([noding.points_of(table) for table in tables]), axis=0)
    borders = [chain.segments(_array(area.geom for area in draft.boundaries.values())).ends]
    for village in villages:
        before = draft.boundaries[village.code].geom
        borders.append(chain.unbalanced(_array(grid.geom for grid in village.grids), before).ends)
    return noding.found(np.vstack(borders), points, noding.WITHIN * UNIT)


def _array(geoms: Any) -> np.ndarray:
    listed: list[shapely.Geometry] = list(geoms)
    out = np.empty(len(listed), dtype=object)
    out[:] = listed
    return out
