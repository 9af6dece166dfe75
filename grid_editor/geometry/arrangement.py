"""The ground of some grids cut by drawn lines into faces, and grids put together of faces again.

A command decides who gets which face; `settled` makes it so, exactly: it keeps of the drawn lines only what
now divides two grids, puts their vertices into every polygon on them, and builds the grids of whole faces.
Nothing is overlaid: polygons are only ever cut along, and joined at, common segments.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.translation import gettext as _

from gis_core import crs
from gis_core.importing import chain
from gis_core.importing.chain import Floats
from gis_core.importing.noding import spliced, upward
from grid_editor.draft import Draft
from grid_editor.geometry.rounding import woven
from grid_editor.reasons import refuse

NOBODY = ""
"""The owner of ground that belongs to none of the grids."""


@dataclass(frozen=True)
class Arrangement:
    """`faces[i]` (Polygon) is ground of the grid `owners[i]` (NOBODY: of none of them), and no drawn line
    runs through it; `drawn` are the drawn segments (n, 4) that bound a face."""

    faces: list[shapely.Polygon]
    owners: list[str]
    drawn: Floats

    def of(self, code: str) -> list[int]:
        """The faces of one grid."""
        return [i for i, owner in enumerate(self.owners) if owner == code]


def arranged(
    grounds: Mapping[str, shapely.Geometry], lines: list[Floats], outside: bool = False
) -> Arrangement:
    """Cut these grids (by code) along the lines. With `outside`, faces of nobody's ground are kept too."""
    codes, geoms = list(grounds), np.array(list(grounds.values()), dtype=object)
    way = woven(chain.segments(geoms).ends, lines)
    geoms = spliced(geoms, way.splices)
    drawn = _segments_of(way.lines)
    net = np.unique(upward(np.vstack([chain.segments(geoms).ends, drawn]))[0], axis=0)
    faces = shapely.get_parts(shapely.polygonize(shapely.linestrings(net.reshape(-1, 2, 2))))
    owners = _owners(faces, codes, geoms)
    kept = [i for i, owner in enumerate(owners) if outside or owner != NOBODY]
    return Arrangement([faces[i] for i in kept], [owners[i] for i in kept], drawn)


def _segments_of(lines: list[Floats]) -> Floats:
    return np.vstack([np.empty((0, 4)), *(np.hstack([line[:-1], line[1:]]) for line in lines)])


def _owners(faces: np.ndarray, codes: list[str], geoms: np.ndarray) -> list[str]:
    """The grid that each face lies in, by a point well inside; the lowest code where a dirty draft has several."""
    inside = shapely.point_on_surface(faces)
    face, grid = shapely.STRtree(geoms).query(inside, predicate="intersects")
    owner = [NOBODY] * len(faces)
    for i, j in zip(face.tolist(), grid.tolist(), strict=True):
        owner[i] = min(owner[i], codes[j]) if owner[i] else codes[j]
    return owner


def borders(faces: list[shapely.Polygon]) -> dict[tuple[int, int], Floats]:
    """Pairs of faces with a stretch of border in common -> its segments (n, 4), lower end first."""
    own = chain.segments(np.array(faces, dtype=object))
    if not len(own):
        return {}
    lines = upward(own.ends)[0]
    group = np.unique(lines, axis=0, return_inverse=True)[1]
    order = np.argsort(group.ravel(), kind="stable")
    same = np.flatnonzero(group.ravel()[order][1:] == group.ravel()[order][:-1])
    found: dict[tuple[int, int], list[Floats]] = {}
    for at in same:
        one, other = sorted((int(own.owner[order[at]]), int(own.owner[order[at + 1]])))
        found.setdefault((one, other), []).append(lines[order[at]])
    return {pair: np.array(segments) for pair, segments in found.items()}


def length_m(segments: Floats) -> float:
    """Metres of the segments (n, 4) in degrees."""
    if not len(segments):
        return 0.0
    lines = shapely.linestrings(segments.reshape(-1, 2, 2))
    return float(shapely.length(crs.Plane(float(segments[:, 1].mean())).metres(lines)).sum())


def area_m2(geometry: shapely.Geometry) -> float:
    """Square metres, near enough to tell a sliver from a street."""
    south, north = geometry.bounds[1::2]
    return float(crs.Plane((south + north) / 2).metres(geometry).area)


def joined(faces: list[shapely.Polygon]) -> shapely.MultiPolygon:
    """One grid of edge-matched faces, with all their vertices."""
    return chain.union(np.array(faces, dtype=object))


def settled(
    draft: Draft, grounds: Mapping[str, shapely.Geometry], cut: Arrangement, shares: list[str]
) -> tuple[Draft, dict[str, shapely.MultiPolygon]]:
    """Give each face `i` of the cut to the grid `shares[i]`.

    Returns the draft with the vertices of the new borders in every polygon on them, and the new polygons by
    code, not yet put in. Raises Refusal when rounding leaves nothing of one.
    """
    new_borders = _new_borders(cut, shares)
    every = [g.geom for g in draft.grids.values()] + [b.geom for b in draft.boundaries.values()]
    lines = [new_borders[i].reshape(2, 2) for i in range(len(new_borders))]
    way = woven(_segments_near(every, new_borders), lines)
    geoms = spliced(np.array(list(grounds.values()), dtype=object), way.splices)
    again = arranged(dict(zip(grounds, geoms, strict=True)), way.lines)
    joined_up = _joined_by(again.faces, _shares_of(again.faces, cut.faces, shares))
    lost = sorted(set(shares) - joined_up.keys())
    if lost:
        raise refuse("too_thin", _("A piece would be thinner than a millimetre."), lost)
    return draft.spliced(way.splices), joined_up


def _new_borders(cut: Arrangement, shares: list[str]) -> Floats:
    """The drawn segments that divide two grids where there was one."""
    found = [
        segments
        for (i, j), segments in borders(cut.faces).items()
        if shares[i] != shares[j] and cut.owners[i] == cut.owners[j]
    ]
    return np.vstack(found) if found else np.empty((0, 4))


def _segments_near(geoms: list[shapely.Geometry], lines: Floats) -> Floats:
    if not len(lines):
        return lines
    west, south = lines.reshape(-1, 2).min(axis=0) - 1e-6
    east, north = lines.reshape(-1, 2).max(axis=0) + 1e-6
    array = np.array(geoms, dtype=object)
    ends = chain.segments(array[shapely.intersects(array, shapely.box(west, south, east, north))]).ends
    x, y = ends[:, [0, 2]], ends[:, [1, 3]]
    near = (x.min(1) <= east) & (x.max(1) >= west) & (y.min(1) <= north) & (y.max(1) >= south)
    return ends[near]


def _shares_of(faces: list[shapely.Polygon], before: list[shapely.Polygon], shares: list[str]) -> list[str]:
    """Who gets each of these faces: whoever gets the face before that its inner point lies in."""
    inside = shapely.point_on_surface(np.array(faces, dtype=object))
    tree = shapely.STRtree(before)
    return [shares[int(tree.query_nearest(point, all_matches=False)[0])] for point in inside]


def _joined_by(faces: list[shapely.Polygon], shares: list[str]) -> dict[str, shapely.MultiPolygon]:
    members: dict[str, list[shapely.Polygon]] = {}
    for face, share in zip(faces, shares, strict=True):
        members.setdefault(share, []).append(face)
    return {code: joined(own) for code, own in members.items()}


def without_slivers(
    cut: Arrangement, shares: list[str], least_m2: float, same_owner: Callable[[str, str], bool]
) -> list[str]:
    """Shares in which a changed face smaller than `least_m2` goes to the neighbour with the longest border.

    `same_owner(mine, other)` says which neighbours may take it. Smallest first; faces that keep their grid stay.
    """
    result = list(shares)
    along = borders(cut.faces)
    sizes = [area_m2(face) for face in cut.faces]
    for i in sorted(range(len(result)), key=sizes.__getitem__):
        if sizes[i] >= least_m2:
            break
        rivals = [
            (length_m(s), result[j if k == i else k])
            for (k, j), s in along.items()
            if i in (k, j) and same_owner(cut.owners[i], cut.owners[j if k == i else k])
        ]
        if rivals:
            result[i] = max(rivals)[1]
    return result
