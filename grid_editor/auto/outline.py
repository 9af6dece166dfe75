"""From parts to polygons: the union of their faces, without the vertices that only the cutting put in.

The result and the village, noded with it, pass the boundary-chain check, or `Broken` is raised: what leaves
this module needs no repair.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from gis_core.importing import chain, noding
from grid_editor.auto.inputs import Floats, Geoms

ON_BORDER = 0.75e-8
"""Degrees: a vertex that cutting put on a line lies no farther from it, both rounded."""


class Broken(WanggeError):
    """The street network of a village gives no exact coverage; `details` names the village."""

    code = "auto_draft_broken"


@dataclass(frozen=True)
class Coverage:
    """`grids` (n,) MultiPolygons that tile `village`, which is the village as it was with `splices` put in."""

    grids: Geoms
    village: shapely.Geometry
    splices: noding.Splices


def coverage(code: str, village: shapely.Geometry, faces: Geoms, part: list[int], lines: Geoms) -> Coverage:
    """Union the faces (f,) of each part (f,) numbered 0, 1, ...

    `lines`: borders that existed (of the village, of kept grids): on these no vertex stays that neither they
    had nor two grids meet in. Raises Broken.
    """
    number = np.asarray(part)
    raw = np.array([chain.union(faces[number == n]) for n in range(int(number.max()) + 1)], dtype=object)
    for grids in (_pruned(raw, np.concatenate([[shapely.boundary(village)], lines])), raw):
        splices = noding.missing(grids, noding.WITHIN * 1e-8, village)
        noded = noding.spliced(np.array([village]), splices)[0]
        if chain.tiles(grids, noded):
            return Coverage(grids, noded, splices)
    raise Broken(
        _("The streets of village %(code)s could not be made an exact division.") % {"code": code},
        {"code": code},
    )


def _pruned(grids: Geoms, lines: Geoms) -> Geoms:
    """The grids without vertices on `lines` that are neither the lines' own nor a junction of borders."""
    edges = chain.segments(grids).ends
    places, degree = _neighbours(edges)
    own = {point.tobytes() for point in shapely.get_coordinates(lines) + 0.0}
    extra = places[[n == 2 and p.tobytes() not in own for p, n in zip(places, degree.tolist(), strict=True)]]
    if not len(extra):
        return grids
    found = shapely.STRtree(lines).query(shapely.points(extra), predicate="dwithin", distance=ON_BORDER)
    needless = {extra[i].tobytes() for i in np.unique(found[0]).tolist()}
    return np.array([_without(grid, needless) for grid in grids], dtype=object)


def _neighbours(edges: Floats) -> tuple[Floats, np.ndarray]:
    """Every vertex (n, 2) and how many vertices it is linked with: more than 2 where borders meet."""
    both = np.unique(np.vstack([edges, edges[:, [2, 3, 0, 1]]]), axis=0)
    return np.unique(both[:, :2], axis=0, return_counts=True)


def _without(grid: shapely.Geometry, needless: set[bytes]) -> shapely.Geometry:
    parts = []
    for part in shapely.get_parts(grid):
        rings = [_thinned(shapely.get_coordinates(ring), needless) for ring in shapely.get_rings(part)]
        parts.append(shapely.Polygon(rings[0], rings[1:]))
    return shapely.MultiPolygon(parts)


def _thinned(ring: Floats, needless: set[bytes]) -> Floats:
    kept = [point for point in ring[:-1] + 0.0 if point.tobytes() not in needless]
    return np.array([*kept, kept[0]]) if len(kept) > 2 else ring
