"""Wrong parent: a grid that lies mostly in another village than its own, or whose village the plan does not have."""

from collections.abc import Iterable
from dataclasses import dataclass

import shapely
from django.utils.translation import gettext as _

from grid_editor.draft import DraftGrid
from grid_editor.geometry.arrangement import area_m2
from grid_editor.geometry.rings import valid_form
from grid_editor.validations.finding import Finding, Rule
from grid_editor.validations.look import Look

NOTHING = 1e-9
"""The share of a grid that is less than anybody can see."""


@dataclass(frozen=True)
class Misplaced:
    """`village`: where most of the grid lies; None where that is no village of the plan. `beyond`: the part of
    it outside its own village; `wholly`: there is no other part."""

    grid: DraftGrid
    village: str | None
    beyond: shapely.Geometry
    wholly: bool


class WrongParent(Rule):
    """The geometry is what lies outside the grid's own village."""

    kind = "wrong_parent"

    def find(self, look: Look) -> Iterable[Finding]:
        for place in misplaced(look):
            grid = place.grid
            facts = {
                "own": look.name_of(grid.parent_code),
                "place": place.village,
                "name": None if place.village is None else look.name_of(place.village),
                "wholly": place.wholly,
            }
            yield Finding(
                self, grid.parent_code, (grid.code,), place.beyond, area_m2(place.beyond), facts=facts
            )

    def sentence(self, finding: Finding) -> str:
        words = {"codes": finding.grids, "own": finding.facts["own"], "place": finding.facts["name"]}
        if finding.facts["place"] is None:
            return _("Grid %(codes)s belongs to %(own)s, but lies in no village of this plan.") % words
        return _("Grid %(codes)s belongs to %(own)s, but lies mostly in %(place)s.") % words


def misplaced(look: Look) -> list[Misplaced]:
    """The grids that lie elsewhere. Only those that reach beyond their village can."""
    reaching = {code for row in look.of("outside") for code in row.codes}
    strays = {grid.code for grid in look.grids if grid.parent_code not in look.draft.boundaries}
    found = [_placed(look, grid) for grid in look.grids if grid.code in reaching | strays]
    return [place for place in found if place is not None]


def _placed(look: Look, grid: DraftGrid) -> Misplaced | None:
    ground = grid.geom if grid.geom.is_valid else valid_form(grid.geom)
    shares: dict[str | None, float] = {
        area.code: shapely.intersection(area.geom, ground).area
        for area in look.draft.boundaries.values()
        if area.tier == "village" and shapely.intersects(shapely.box(*area.geom.bounds), ground)
    }
    shares[None] = ground.area - sum(shares.values())
    place = max(shares, key=lambda code: (shares[code], code == grid.parent_code))
    if place == grid.parent_code:
        return None
    border = look.draft.boundaries.get(grid.parent_code)
    beyond = ground if border is None else shapely.difference(ground, border.geom)
    return Misplaced(grid, place, beyond, beyond.area >= ground.area * (1 - NOTHING))
