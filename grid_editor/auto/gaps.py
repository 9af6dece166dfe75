"""Cuts through blocks with more households than a grid may have: straight lines through gaps between buildings.

Only where no street does it. A cut runs across the block, along it or on a diagonal, touches no building and no
compound that fits one grid, and has people on both sides. A block without such a gap stays whole.
"""

import numpy as np
import shapely

from gis_core.crs import canonical
from grid_editor.auto import blocks as block_rules
from grid_editor.auto.blocks import Blocks
from grid_editor.auto.inputs import Band, Bools, Floats, Geoms, Ground, Ints, none

LEAST_GAP = 2.0
"""Metres between the buildings on both sides of a cut."""
BEYOND = 0.02
"""Metres that a cut runs past the block, so that rounding cannot leave it short of the street."""


def cuts(ground: Ground, blocks: Blocks, free: Bools, band: Band) -> Geoms:
    """Lines (n,) in EPSG:4490 that divide the blocks above the band, of those that are `free` (n,)."""
    big = np.flatnonzero((blocks.households > band.high) & free)
    if not len(big):
        return none()
    plane = blocks.faces.plane
    homes = plane.metres(ground.homes.outlines)
    whole = plane.metres(block_rules.whole_compounds(ground, band.high))
    solid = np.concatenate([homes, whole])
    people = np.concatenate([ground.homes.households, np.zeros(len(whole), dtype=np.int64)])
    lines: list[shapely.Geometry] = []
    for block in big.tolist():
        outline = plane.metres(blocks.geometry([block]))
        inside = shapely.STRtree(solid).query(outline, predicate="intersects")
        lines += _divided(outline, solid[np.sort(inside)], people[np.sort(inside)], band)
    found = np.empty(len(lines), dtype=object)
    found[:] = lines
    return canonical(plane.degrees(found))


def _divided(outline: shapely.Geometry, solid: Geoms, people: Ints, band: Band) -> list[shapely.Geometry]:
    """Cuts in metres, until every piece is in the band or has no gap."""
    here = shapely.intersects(outline, shapely.point_on_surface(solid))
    cut = _best(outline, solid[here], people[here], band) if people[here].sum() > band.high else None
    if cut is None:
        return []
    pieces = shapely.get_parts(shapely.polygonize([shapely.union_all([outline.boundary, cut])]))
    pieces = [one for one in pieces if outline.contains(one.representative_point())]
    deeper = [
        line for one in pieces if len(pieces) > 1 for line in _divided(one, solid[here], people[here], band)
    ]
    return [*shapely.get_parts(cut), *deeper]


def _best(outline: shapely.Geometry, solid: Geoms, people: Ints, band: Band) -> shapely.Geometry | None:
    """The cut that leaves one side nearest to a whole number of grids, the shorter of equal ones."""
    total = int(people.sum())
    count = max(band.counts(total)[0], 2)
    goal = total * (count // 2) / count
    offers = [offer for along in _axes(outline) for offer in _gaps(outline, solid, people, along, goal)]
    return min(offers, key=lambda offer: offer[:2])[2] if offers else None


def _axes(outline: shapely.Geometry) -> list[Floats]:
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(outline))
    if len(corners) < 4:
        return []
    along, across = (side / max(float(np.hypot(*side)), 1e-9) for side in corners[1:3] - corners[:2])
    return [along, across, (along + across) / np.sqrt(2), (along - across) / np.sqrt(2)]


def _gaps(
    outline: shapely.Geometry, solid: Geoms, people: Ints, along: Floats, goal: float
) -> list[tuple[float, float, shapely.Geometry]]:
    """(miss in households, metres, line) of every gap on the way `along` the block."""
    points, owner = shapely.get_coordinates(solid, return_index=True)
    at = points @ along
    first, last = np.full(len(solid), np.inf), np.full(len(solid), -np.inf)
    np.minimum.at(first, owner, at)
    np.maximum.at(last, owner, at)
    order = np.argsort(first, kind="stable")
    reach, count = np.maximum.accumulate(last[order])[:-1], np.cumsum(people[order])[:-1]
    free = first[order][1:] - reach
    offers: list[tuple[float, float, shapely.Geometry]] = []
    for index in np.flatnonzero((free >= LEAST_GAP) & (count > 0) & (count < people.sum())):
        line = _across(outline, along, float(reach[index] + free[index] / 2))
        if line is not None:
            miss = min(abs(float(count[index]) - goal), abs(float(people.sum() - count[index]) - goal))
            offers.append((round(miss), shapely.length(line), line))
    return offers


def _across(outline: shapely.Geometry, along: Floats, at: float) -> shapely.Geometry | None:
    """What of the line at right angles to `along` lies in the block, a little longer than it."""
    across = np.array([-along[1], along[0]])
    reach = shapely.get_coordinates(outline) @ across
    ends = [along * at + across * (reach.min() - 1), along * at + across * (reach.max() + 1)]
    parts = shapely.get_parts(shapely.intersection(shapely.linestrings(ends), outline))
    parts = [_longer(part) for part in parts if part.geom_type == "LineString"]
    return shapely.MultiLineString(parts) if parts else None


def _longer(line: shapely.Geometry) -> shapely.Geometry:
    first, last = shapely.get_coordinates(line)[[0, -1]]
    step = (last - first) / max(float(np.hypot(*(last - first))), 1e-9) * BEYOND
    return shapely.linestrings([first - step, last + step])
