"""An overlap stays with one of its grids: the one whose other ground lies along it the longest.

But a grid that lies wholly under others keeps it, for it has nothing else; and nobody is cut in two where there is a
choice. Of grids with one and the same ground the live one stays, the others are taken out: that is never safe.
"""

import shapely
from django.utils.translation import gettext as _

from grid_editor.draft import Draft, DraftGrid
from grid_editor.geometry.rings import valid_form
from grid_editor.repairs.moving import Move, edge_on, metres_of
from grid_editor.repairs.repair import Repair
from grid_editor.validations.finding import Finding
from grid_editor.validations.look import Look

NOTHING = 1e-9
"""The share of a grid that is less than anybody can see."""


class GiveOverlap(Repair):
    kind = "overlap"

    def tame(self, look: Look, finding: Finding) -> bool:
        under = [code for code in finding.codes if swallowed(look.draft.grids[code], finding.geom)]
        return len(under) < 2

    def title(self, finding: Finding) -> str:
        return _("Leave it to one of them")

    def moves(self, draft: Draft, finding: Finding) -> list[Move]:
        grids = [draft.grids[code] for code in finding.codes if code in draft.grids]
        if len(grids) < 2:
            return []
        keeper = max(grids, key=lambda grid: _claim(draft, grid, grids, finding.geom)).code
        return [Move(finding.geom, away=tuple(grid.code for grid in grids if grid.code != keeper))]


def _claim(
    draft: Draft, grid: DraftGrid, grids: list[DraftGrid], piece: shapely.Geometry
) -> tuple[bool, bool, bool, float, int]:
    """How good a keeper the grid is: compared from left to right."""
    alone = swallowed(grid, piece)
    return (
        alone,
        alone and grid.code in draft.base,
        not any(_cut_apart(other, piece) for other in grids if other is not grid),
        metres_of(edge_on(grid, piece)[1]),
        -int(grid.code),
    )


def swallowed(grid: DraftGrid, piece: shapely.Geometry) -> bool:
    """Whether the grid has no ground but this."""
    if piece.area < grid.geom.area * 0.5:
        return False
    return bool(shapely.difference(_valid(grid), piece).area <= NOTHING * piece.area)


def _cut_apart(grid: DraftGrid, piece: shapely.Geometry) -> bool:
    """Whether the grid would fall into more parts without the piece."""
    inner = edge_on(grid, piece)[1]
    if shapely.get_num_geometries(shapely.line_merge(inner)) < 2:
        return False
    whole = _valid(grid)
    rest = shapely.get_parts(shapely.difference(whole, piece))
    return sum(part.area > NOTHING * piece.area for part in rest) > shapely.get_num_geometries(whole)


def _valid(grid: DraftGrid) -> shapely.Geometry:
    return grid.geom if grid.geom.is_valid else valid_form(grid.geom)
