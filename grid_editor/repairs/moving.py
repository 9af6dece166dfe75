"""Ground changes hands: pieces are given to grids and taken from grids, all of a repair at once, exactly.

The pieces' rings are snap-rounded into every border near (geometry/rounding.py), so that all who share a stretch
get the same vertices, also neighbours, other villages and the tiers above; then each grid that gives or takes is
put together of whole faces. Nothing else moves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from django.utils.translation import gettext as _

from gis_core import crs
from gis_core.importing import chain
from gis_core.importing.chain import Floats
from gis_core.importing.noding import upward
from grid_editor.draft import Draft, DraftGrid
from grid_editor.geometry.arrangement import joined
from grid_editor.geometry.rings import valid_form
from grid_editor.geometry.rounding import woven
from grid_editor.geometry.snapping import canonical_lines, rings
from grid_editor.reasons import refuse
from grid_editor.repairs import hairs
from grid_editor.repairs.thin import closed_up

REACH = 1e-6
"""Degrees (10 cm) around a piece within which borders are looked at."""
TOUCH = 2e-8
"""Degrees (2 mm) within which a piece's edge lies on a grid's border: both are rounded."""

CORNER = 0.02
"""Metres of common border that may be no more than a corner."""


@dataclass(frozen=True)
class Move:
    """`piece` (polygons, or lines that only bring their vertices) goes to the grid `to` and leaves `away`."""

    piece: shapely.Geometry
    to: str | None = None
    away: tuple[str, ...] = ()

    def rings(self) -> list[Floats]:
        """The canonical lines (k, 2) that it is drawn with."""
        if shapely.get_dimensions(self.piece) == 1:
            return canonical_lines(self.piece)
        return rings(self.piece)


def moved(draft: Draft, moves: list[Move]) -> Draft:
    """The draft after the moves. A grid that gives everything away is gone; one that takes without being there
    is not made."""
    drawn = [move.rings() for move in moves]
    every = [line for lines in drawn for line in lines]
    if not every:
        return draft
    way = woven(_near(draft, every), every)
    after = draft.spliced(way.splices)
    closed = hairs.closed(draft, after)
    if len(closed):
        return _past_hairs(draft, closed, moves)
    routed = _routed(moves, drawn, way.lines)
    changed, gone = [], []
    for code in sorted({code for move in moves for code in (move.to, *move.away) if code}):
        if code in after.grids:
            grid = _rebuilt(after.grids[code], routed)
            if grid is None:
                gone.append(code)
            else:
                changed.append(grid)
    after = after.with_grids(changed, removed=gone)
    thin = [line for one in routed if one.piece.is_empty for line in one.ways]
    return closed_up(after, _near(after, thin), thin) if thin else after


def _past_hairs(draft: Draft, closed: np.ndarray, moves: list[Move]) -> Draft:
    """The draft with the grids' corners on the village's beside these hairs, and after the moves that lie elsewhere.
    Raises Refusal when that leaves everything as it is."""
    pieces = np.array([move.piece for move in moves], dtype=object)
    near = set(shapely.STRtree(closed).query(pieces, predicate="dwithin", distance=TOUCH)[0].tolist())
    left = [move for i, move in enumerate(moves) if i not in near]
    after = hairs.snapped(draft, closed)
    if not near or (not left and after is draft):
        text = _("The village's border is thinner than a millimetre there; this cannot be repaired.")
        raise refuse("thin_border", text, [], shapely.point_on_surface(pieces[0]))
    return moved(after, left)


@dataclass(frozen=True)
class _Routed:
    """A move whose piece has the vertices of the borders on it, an empty one where rounding leaves no ground;
    `ways` (k, 2) are its rings."""

    move: Move
    piece: shapely.Geometry
    ways: list[Floats]

    @cached_property
    def segments(self) -> Floats:
        """Its edges (n, 4)."""
        return np.vstack([np.empty((0, 4)), *(np.hstack([way[:-1], way[1:]]) for way in self.ways)])


def _routed(moves: list[Move], drawn: list[list[Floats]], lines: list[Floats]) -> list[_Routed]:
    found, at = [], 0
    for move, own in zip(moves, drawn, strict=True):
        ways = lines[at : at + len(own)]
        at += len(own)
        if shapely.get_dimensions(move.piece) == 2:
            found.append(_Routed(move, _polygon(ways, move.piece), ways))
    return found


def _polygon(ways: list[Floats], piece: shapely.Geometry) -> shapely.Geometry:
    """The rings as polygons: faces between them whose inside the piece holds."""
    lines = shapely.union_all(shapely.linestrings([row for way in ways for row in _pairs(way)]))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    inside = shapely.intersects(piece, shapely.point_on_surface(faces))
    return chain.as_multi(shapely.union_all(faces[inside]))


def _pairs(way: Floats) -> Floats:
    return np.stack([way[:-1], way[1:]], axis=1)


def _rebuilt(grid: DraftGrid, routed: list[_Routed]) -> DraftGrid | None:
    """The grid with its pieces given and taken; None when nothing is left."""
    come = [one for one in routed if one.move.to == grid.code]
    go = [one for one in routed if grid.code in one.move.away]
    own = grid.geom if grid.geom.is_valid else valid_form(grid.geom)
    net = np.vstack(
        [chain.segments(np.array([own], dtype=object)).ends, *(one.segments for one in come + go)]
    )
    net = np.unique(upward(net)[0], axis=0)
    faces = shapely.get_parts(shapely.polygonize(shapely.linestrings(net.reshape(-1, 2, 2))))
    inside = shapely.point_on_surface(faces)
    kept = _within(inside, [own, *(one.piece for one in come)]) & ~_within(inside, [one.piece for one in go])
    geom = joined(list(faces[kept])) if kept.any() else shapely.MultiPolygon()
    return None if geom.is_empty else grid.with_geom(geom)


def _within(points: np.ndarray, areas: list[shapely.Geometry]) -> np.ndarray:
    found = np.zeros(len(points), dtype=bool)
    if areas:
        found[shapely.STRtree(areas).query(points, predicate="intersects")[0]] = True
    return found


def _near(draft: Draft, lines: list[Floats]) -> Floats:
    """The border segments (n, 4) of every grid and boundary that come near one of the lines."""
    geoms = [g.geom for g in draft.grids.values()] + [b.geom for b in draft.boundaries.values()]
    boxes = shapely.STRtree([shapely.box(*_around(line)) for line in lines])
    array = np.empty(len(geoms), dtype=object)
    array[:] = geoms
    met = np.unique(boxes.query(shapely.box(*shapely.bounds(array).T))[0])
    ends = chain.segments(array[met]).ends
    spans = shapely.box(
        np.minimum(ends[:, 0], ends[:, 2]),
        np.minimum(ends[:, 1], ends[:, 3]),
        np.maximum(ends[:, 0], ends[:, 2]),
        np.maximum(ends[:, 1], ends[:, 3]),
    )
    return ends[np.unique(boxes.query(spans)[0])]


def _around(line: Floats) -> tuple[float, float, float, float]:
    west, south = line.min(axis=0) - REACH
    east, north = line.max(axis=0) + REACH
    return west, south, east, north


# ---- who is beside a piece ----------------------------------------------------------------------------------


def edge_on(grid: DraftGrid, piece: shapely.Geometry) -> tuple[shapely.Geometry, shapely.Geometry]:
    """The piece's edge where it lies on the grid's border, and where it does not."""
    west, south, east, north = piece.bounds
    border = shapely.clip_by_rect(
        shapely.boundary(grid.geom), west - REACH, south - REACH, east + REACH, north + REACH
    )
    band = shapely.buffer(border, TOUCH, cap_style="flat", join_style="mitre")
    edge = shapely.boundary(piece)
    return shapely.intersection(edge, band), shapely.difference(edge, band)


def metres_of(lines: shapely.Geometry) -> float:
    """Their length."""
    if lines.is_empty:
        return 0.0
    south, north = lines.bounds[1::2]
    return float(crs.Plane((south + north) / 2).metres(lines).length)


def beside(
    draft: Draft, village: str, piece: shapely.Geometry, others_than: Iterable[str] = ()
) -> str | None:
    """The grid of the village with the longest border along the piece; the lowest code of equal ones."""
    box, barred = shapely.box(*piece.bounds), set(others_than)
    lengths = {
        grid.code: metres_of(edge_on(grid, piece)[0])
        for grid in draft.of_village(village)
        if grid.code not in barred and shapely.dwithin(shapely.box(*grid.geom.bounds), box, TOUCH)
    }
    best = max(sorted(lengths), key=lengths.__getitem__, default=None)
    # A piece that a grid meets in a corner alone is no neighbour, though the corner is a few millimetres wide here.
    least = min(CORNER, metres_of(shapely.boundary(piece)) / 10)
    return best if best is not None and lengths[best] > least else None
