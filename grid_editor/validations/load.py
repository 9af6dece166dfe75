"""Load: a general grid with fewer or more households than the band of its village (town and country differ)."""

from collections.abc import Iterable

import shapely
from django.utils.translation import gettext as _

from grid_editor import counting
from grid_editor.validations.finding import WARNING, Finding, Rule
from grid_editor.validations.look import Look


class Load(Rule):
    """The geometry is a point inside the grid."""

    kind = "load"
    severity = WARNING

    def find(self, look: Look) -> Iterable[Finding]:
        counting.count_missing(look.plan)
        counted = dict(look.plan.grids.values_list("code", "households"))
        for grid in look.grids:
            households, band = counted.get(grid.code), counting.band_of(grid.parent_code)
            load = counting.load_of(households, grid.kind, grid.parent_code)
            if load in ("under", "over") and band:
                facts = {"load": load, "households": households, "least": band[0], "most": band[1]}
                place = shapely.point_on_surface(grid.geom)
                yield Finding(self, grid.parent_code, (grid.code,), place, facts=facts)

    def sentence(self, finding: Finding) -> str:
        words = {"codes": finding.grids, **finding.facts}
        if finding.facts["load"] == "under":
            return (
                _("Grid %(codes)s has %(households)d households; %(least)d to %(most)d are the rule.") % words
            )
        return (
            _(
                "Grid %(codes)s has %(households)d households, more than the %(least)d to %(most)d of the rule."
            )
            % words
        )

    def size(self, finding: Finding) -> str:
        return _("%(households)d households") % finding.facts
