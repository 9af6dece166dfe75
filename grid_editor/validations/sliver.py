"""Sliver: a grid so small or so thin that nobody can have meant it."""

from collections.abc import Iterable

import numpy as np
import shapely
from django.utils.translation import gettext as _

from gis_core import crs
from gis_core.importing.defects import width
from grid_editor.validations.finding import WARNING, Finding, Rule, square_metres
from grid_editor.validations.look import Look


class Sliver(Rule):
    """Smaller than `sliver_m2`, or nowhere wider than `sliver_width` (the largest circle in it)."""

    kind = "sliver"
    severity = WARNING

    def find(self, look: Look) -> Iterable[Finding]:
        if not len(look.geoms):
            return
        south, north = shapely.total_bounds(look.geoms)[1::2]
        flat = crs.Plane((south + north) / 2).metres(look.geoms)
        m2, length = shapely.area(flat), np.maximum(shapely.length(flat), 1e-9)
        # No circle inside is narrower than twice the area by the length: that spares most grids the costly test.
        for i in np.flatnonzero((m2 < look.limits.sliver_m2) | (2 * m2 / length < look.limits.sliver_width)):
            grid, wide = look.grids[i], width(flat[i])
            if m2[i] < look.limits.sliver_m2 or wide < look.limits.sliver_width:
                facts = {"width": wide}
                yield Finding(self, grid.parent_code, (grid.code,), grid.geom, float(m2[i]), facts=facts)

    def sentence(self, finding: Finding) -> str:
        return _("Grid %(codes)s is only %(size)s, %(width).1f m wide.") % {
            "codes": finding.grids,
            "size": square_metres(finding.m2),
            "width": finding.facts["width"],
        }
