"""Both sides of a border, and all others on it, get the corners of either: no ground moves.

Sometimes a corner lies just too far from the other side's line for that, and leaves a crumb of ground of a unit or
two of the 8th decimal (millimetres): it goes to a grid beside it, or from one of those that cover it.
"""

from collections import defaultdict

import numpy as np
import shapely
from django.utils.translation import gettext as _

from gis_core.crs import UNIT
from gis_core.importing import chain
from gis_core.importing.chain import Segments
from gis_core.importing.noding import upward
from grid_editor.draft import Draft, DraftGrid
from grid_editor.repairs.moving import Move
from grid_editor.repairs.repair import Repair
from grid_editor.validations.finding import Finding


class Node(Repair):
    kind = "unmatched"

    def title(self, finding: Finding) -> str:
        return _("Put the missing corners in")

    def ground(self, finding: Finding) -> shapely.Geometry | None:
        return None

    def all_moves(self, draft: Draft, findings: list[Finding]) -> list[Move]:
        by_village: dict[str, list[Finding]] = defaultdict(list)
        for one in findings:
            by_village[one.village].append(one)
        crumbs = [move for village, own in by_village.items() for move in _crumbs(draft, village, own)]
        return [*(Move(one.geom) for one in findings), *crumbs]


def _crumbs(draft: Draft, village: str, findings: list[Finding]) -> list[Move]:
    """The ground between the sides of these findings. Where the corners can be put in it is gone by that."""
    grids, border = draft.of_village(village), draft.boundaries[village].geom
    geoms = np.empty(len(grids), dtype=object)
    geoms[:] = [grid.geom for grid in grids]
    left = chain.unbalanced(geoms, border)
    if not len(left):
        return []
    lines = shapely.linestrings(left.ends.reshape(-1, 2, 2))
    near = [shapely.box(*(np.array(one.geom.bounds) + np.array([-2, -2, 2, 2]) * UNIT)) for one in findings]
    met = np.unique(shapely.STRtree(near).query(lines, predicate="covered_by")[0])
    edges = np.unique(upward(left.ends[met])[0], axis=0)
    faces = shapely.get_parts(shapely.polygonize(shapely.linestrings(edges.reshape(-1, 2, 2))))
    tree = shapely.STRtree(geoms)
    moves = []
    for face in faces:
        inside = shapely.point_on_surface(face)
        over = sorted(grids[i].code for i in tree.query(inside, predicate="intersects"))
        within = bool(shapely.intersects(border, inside))
        if within and not over:
            moves.append(Move(face, to=_beside(face, left, grids)))
        elif not within or len(over) > 1:
            moves.append(Move(face, away=tuple(over[1:] if within else over)))
    return moves


def _beside(face: shapely.Geometry, left: Segments, grids: list[DraftGrid]) -> str | None:
    """The grid with the longest edge of the crumb: its own segment, for at this size nothing else is sure."""
    own = {row.tobytes() for row in upward(chain.segments([face]).ends)[0]}
    lengths: dict[str, float] = defaultdict(float)
    for row, owner in zip(upward(left.ends)[0], left.owner.tolist(), strict=True):
        if owner >= 0 and row.tobytes() in own:
            lengths[grids[owner].code] += float(np.hypot(*(row[:2] - row[2:])))
    return max(sorted(lengths), key=lengths.__getitem__, default=None)
