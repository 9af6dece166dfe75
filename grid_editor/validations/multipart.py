"""Multipart: a grid in several pieces, where the village does not fall into pieces there itself."""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import shapely
from django.utils.translation import gettext as _

from gis_core.models import Area
from grid_editor.draft import DraftGrid
from grid_editor.geometry.arrangement import area_m2
from grid_editor.geometry.rings import valid_form
from grid_editor.validations.finding import Finding, Rule
from grid_editor.validations.look import Look


class Multipart(Rule):
    """The geometry is every piece but the largest. A grid that is live in as many pieces is left in peace."""

    kind = "multipart"

    def find(self, look: Look) -> Iterable[Finding]:
        broken = {grid.code for grid in look.invalid}
        several = [grid for grid in look.grids if shapely.get_num_geometries(grid.geom) > 1]
        for grid in several:
            geom = valid_form(grid.geom) if grid.code in broken else grid.geom
            spare = _spare(geom, look, grid)
            if len(spare) >= _live_parts(look, grid.code):
                pieces = shapely.MultiPolygon(spare)
                facts = {"pieces": len(spare) + 1}
                yield Finding(self, grid.parent_code, (grid.code,), pieces, area_m2(pieces), facts=facts)

    def sentence(self, finding: Finding) -> str:
        return _("Grid %(codes)s lies in %(pieces)d separate pieces.") % {
            "codes": finding.grids,
            "pieces": finding.facts["pieces"],
        }


def _spare(geom: shapely.MultiPolygon, look: Look, grid: DraftGrid) -> list[shapely.Polygon]:
    """The pieces beside the largest one on each piece of the village: an island needs a piece of its own."""
    border = look.draft.boundaries.get(grid.parent_code)
    pieces = sorted(shapely.get_parts(geom), key=lambda piece: -piece.area)
    if border is None:
        return pieces[1:]
    land = shapely.get_parts(border.geom)
    at = shapely.STRtree(land).query_nearest(
        shapely.point_on_surface(np.array(pieces, dtype=object)), all_matches=False
    )
    on: dict[int, list[shapely.Polygon]] = defaultdict(list)
    for piece, part in zip(at[0].tolist(), at[1].tolist(), strict=True):
        on[part].append(pieces[piece])
    return [piece for own in on.values() for piece in own[1:]]


def _live_parts(look: Look, code: str) -> int:
    """In how many pieces the live grid of this code lies; 1 when there is none."""
    if code not in look.draft.base:
        return 1
    live = Area.objects.live().filter(code=code).values_list("geom", flat=True).first()
    return 1 if live is None else live.num_geom
