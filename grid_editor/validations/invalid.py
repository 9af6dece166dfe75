"""Invalid ring: a border that crosses itself, runs back on itself, or has holes where none can be."""

import re
from collections.abc import Iterable

import shapely
from django.utils.translation import gettext as _

from grid_editor.geometry.arrangement import area_m2
from grid_editor.geometry.rings import valid_form
from grid_editor.validations.finding import Finding, Rule
from grid_editor.validations.look import Look

PLACE = re.compile(r"\[(\S+) (\S+)\]")


class Invalid(Rule):
    """The geometry is the first place; `m2` and `facts["doubtful"]` the ground about which readings of the rings
    differ."""

    kind = "invalid"

    def find(self, look: Look) -> Iterable[Finding]:
        for grid in look.invalid:
            ground = doubtful(grid.geom)
            m2 = 0.0 if ground.is_empty else area_m2(ground)
            place = first_place(grid.geom)
            yield Finding(self, grid.parent_code, (grid.code,), place, m2, facts={"doubtful": ground})

    def sentence(self, finding: Finding) -> str:
        return _("The border of grid %(codes)s crosses or touches itself.") % {"codes": finding.grids}


def first_place(geom: shapely.Geometry) -> shapely.Point:
    """Where GEOS says that the rings are broken; the first vertex where it does not say."""
    found = PLACE.search(shapely.is_valid_reason(geom))
    return (
        shapely.Point(*map(float, found.groups()))
        if found
        else shapely.points(shapely.get_coordinates(geom)[0])
    )


def doubtful(geom: shapely.Geometry) -> shapely.Geometry:
    """The ground that the two ways of reading broken rings give differently: gone round once, or an odd number of
    times."""
    odd = shapely.make_valid(geom, method="linework")
    once = valid_form(geom)
    odd = shapely.union_all([part for part in shapely.get_parts(odd) if part.area])
    return shapely.symmetric_difference(odd, once)
