"""Create a grid: a drawn polygon, carved out of the grids below it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import shapely
from django.utils.translation import gettext as _

from gis_core.models import Area
from grid_editor.commands import arguments
from grid_editor.commands.command import Command
from grid_editor.deltas import Delta
from grid_editor.draft import Draft, DraftGrid
from grid_editor.geometry.arrangement import Arrangement, area_m2, arranged, settled
from grid_editor.geometry.snapping import rings
from grid_editor.numbering import next_free
from grid_editor.reasons import refuse, short

OVERSHOOT = 0.05
"""The share of a drawn polygon that may lie beyond its village: a hand along the border is never exact."""
LEAST_M2 = 1.0


@dataclass(frozen=True)
class Create(Command):
    """The new grid belongs to the village that holds the polygon; what sticks out of it by less is cut off."""

    kind: ClassVar[str] = "create"
    polygon: shapely.Geometry
    name: str = ""
    grid_kind: str = Area.Kind.GENERAL

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        kinds = tuple(Area.Kind.values)
        return cls(
            arguments.polygon(given),
            arguments.text(given, "name"),
            arguments.choice(given, "grid_kind", kinds, Area.Kind.GENERAL),
        )

    def extent(self) -> shapely.Geometry:
        return self.polygon

    def edited(self, draft: Draft) -> Draft:
        village = self._village(draft)
        below = {
            one.code: one.geom
            for one in draft.of_village(village)
            if shapely.intersects(shapely.box(*one.geom.bounds), shapely.box(*self.polygon.bounds))
        }
        code = next_free(draft, village, self.grid_kind)
        cut = arranged(below, rings(self.polygon))
        shares = self._shares(cut, code)
        after, geoms = settled(draft, below, cut, shares)
        kept = [
            after.grids[c].with_geom(g)
            for c, g in geoms.items()
            if c != code and c in set(self._carved(cut, shares))
        ]
        return after.with_grids([*kept, DraftGrid(code, self.name, self.grid_kind, village, geoms[code])])

    def _village(self, draft: Draft) -> str:
        """The village that holds the polygon. Raises Refusal when it spreads over several, or lies outside all."""
        parts = {
            area.code: shapely.intersection(area.geom, self.polygon).area
            for area in draft.boundaries.values()
            if area.tier == "village" and area.code in draft.villages
        }
        best = max(sorted(parts), key=parts.__getitem__, default=None)
        if best is None or not parts[best]:
            text = _("The drawn polygon lies outside the plan's villages.")
            raise refuse("outside", text, [], self.polygon)
        if parts[best] < (1 - OVERSHOOT) * self.polygon.area:
            text = _(
                "The drawn polygon reaches beyond the village %(village)s. A grid never leaves its village."
            )
            raise refuse("leaves_village", text % {"village": best}, [], self.polygon)
        return best

    def _shares(self, cut: Arrangement, code: str) -> list[str]:
        inside = [shapely.intersects(self.polygon, shapely.point_on_surface(face)) for face in cut.faces]
        taken = [area_m2(face) for face, within in zip(cut.faces, inside, strict=True) if within]
        if sum(taken) < LEAST_M2:
            text = _("The drawn polygon holds no ground.")
            raise refuse("nothing_of_it", text, [], self.polygon)
        shares = [code if within else owner for owner, within in zip(cut.owners, inside, strict=True)]
        swallowed = sorted(set(cut.owners) - set(shares))
        if swallowed:
            text = _("Nothing would be left of grid %(code)s; renumber or merge it instead.")
            raise refuse("all_of_it", text % {"code": short(swallowed[0])}, swallowed, self.polygon)
        return shares

    @staticmethod
    def _carved(cut: Arrangement, shares: list[str]) -> list[str]:
        return [owner for owner, share in zip(cut.owners, shares, strict=True) if owner != share]

    def words(self, delta: Delta) -> str:
        new = [c.after.code for c in delta.grids if c.before is None and c.after]
        return _("Created %(code)s") % {"code": short(new[0]) if new else ""}
