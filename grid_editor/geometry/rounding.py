"""Snap rounding: put a drawn line into a net of boundaries, exactly, on the lattice of the 8th decimal.

Every vertex and every crossing, rounded, is a hot pixel of one unit; every segment that passes through a hot
pixel is led through its centre (Hobby 1999, Guibas and Marimont 1998). Then segments meet in common vertices
only. It is done in whole units with exact arithmetic, so both sides of a border bend alike, by half a unit.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_core.crs import UNIT
from gis_core.importing.chain import Floats
from gis_core.importing.noding import Splices, upward

Ints = NDArray[np.int64]
Point = tuple[int, int]
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Woven:
    """`splices` for the net's segments; `lines`: the drawn lines (k, 2) with a vertex wherever they meet it."""

    splices: Splices
    lines: list[Floats]


def units(points: Floats) -> Ints:
    """Canonical degrees as whole units of the 8th decimal."""
    return np.rint(np.asarray(points) * 1e8).astype(np.int64)


def degrees(whole: Ints) -> Floats:
    """Whole units as canonical degrees."""
    return np.asarray(whole) / 1e8 + 0.0


def woven(net: Floats, lines: list[Floats]) -> Woven:
    """Net segments (n, 4) and drawn lines (k, 2), both canonical degrees, led through their hot pixels."""
    if not lines:
        return Woven({}, [])
    drawn = np.vstack([np.hstack([line[:-1], line[1:]]) for line in lines])
    near = _near(net, drawn)
    segments = np.vstack([upward(net[near])[0], drawn]) if len(near) else drawn
    whole = units(segments.reshape(-1, 2)).reshape(-1, 4)
    hot = _hot_pixels(whole, first_drawn=len(near), others=_vertices_beside(net, segments))
    through = _through(whole, hot)
    table = {segments[i].tobytes(): degrees(through[i]) for i in range(len(near)) if i in through}
    return Woven(table, _routed(lines, len(near), through))


def _near(net: Floats, drawn: Floats) -> NDArray[np.int64]:
    """The segments of the net that a drawn one touches or nearly touches, each once."""
    if not len(net):
        return np.empty(0, dtype=np.int64)
    tree = shapely.STRtree(shapely.linestrings(net.reshape(-1, 2, 2)))
    hits = tree.query(shapely.linestrings(drawn.reshape(-1, 2, 2)), predicate="dwithin", distance=2 * UNIT)[1]
    _, first = np.unique(upward(net[hits])[0], axis=0, return_index=True)
    return hits[np.sort(first)]


def _vertices_beside(net: Floats, segments: Floats) -> Ints:
    """The net's vertices (k, 2) so near to these segments that one that bends could pass on their other side."""
    if not len(net):
        return np.empty((0, 2), dtype=np.int64)
    points = net.reshape(-1, 2)
    tree = shapely.STRtree(shapely.points(points))
    lines = shapely.linestrings(segments.reshape(-1, 2, 2))
    return units(points[np.unique(tree.query(lines, predicate="dwithin", distance=UNIT)[1])])


def _hot_pixels(whole: Ints, first_drawn: int, others: Ints) -> Ints:
    """Centres (h, 2): every vertex, `others`, and every crossing of a drawn segment with any other."""
    pixels = {(int(x), int(y)) for x, y in [*whole.reshape(-1, 2), *others]}
    lines = shapely.linestrings(whole.reshape(-1, 2, 2).astype(float))
    one, other = shapely.STRtree(lines).query(lines[first_drawn:], predicate="intersects")
    for i, j in zip(one + first_drawn, other, strict=True):
        if j < i and (crossing := _crossing(whole[i].tolist(), whole[j].tolist())):
            pixels.add(crossing)
    return np.array(sorted(pixels), dtype=np.int64)


def _crossing(first: list[int], second: list[int]) -> Point | None:
    """The rounded point where two segments cross inside both; None where they only touch or run along."""
    ax, ay, bx, by = first
    cx, cy, dx, dy = second
    ux, uy, vx, vy = bx - ax, by - ay, dx - cx, dy - cy
    across = ux * vy - uy * vx
    if across == 0:
        return None
    t, s = (cx - ax) * vy - (cy - ay) * vx, (cx - ax) * uy - (cy - ay) * ux
    if across < 0:
        across, t, s = -across, -t, -s
    if not (0 <= t <= across and 0 <= s <= across):
        return None
    return _nearest(ax * across + ux * t, across), _nearest(ay * across + uy * t, across)


def _nearest(numerator: int, denominator: int) -> int:
    """The whole number whose half-open pixel [n - 1/2, n + 1/2) holds the fraction."""
    return (2 * numerator + denominator) // (2 * denominator)


def _through(whole: Ints, hot: Ints) -> dict[int, Ints]:
    """Segment index -> the hot pixels (k, 2) it passes through between its ends, in its direction."""
    tree = shapely.STRtree(shapely.points(hot.astype(float)))
    lines = shapely.linestrings(whole.reshape(-1, 2, 2).astype(float))
    segment, pixel = tree.query(lines, predicate="dwithin", distance=0.75)
    is_end = (whole[segment, :2] == hot[pixel]).all(axis=1) | (whole[segment, 2:] == hot[pixel]).all(axis=1)
    found: dict[int, list[tuple[Fraction, Point]]] = {}
    for i, h in zip(segment[~is_end].tolist(), pixel[~is_end].tolist(), strict=True):
        entry = _entry(whole[i].tolist(), hot[h].tolist())
        if entry is not None:
            found.setdefault(i, []).append((entry, tuple(hot[h].tolist())))
    return {i: np.array([point for _, point in sorted(hits)]) for i, hits in found.items()}


def _entry(segment: list[int], pixel: list[int]) -> Fraction | None:
    """Where along the segment (0 to 1) the middle of its way through the half-open pixel is; None outside."""
    low, high = Fraction(0), Fraction(1)
    for start, end, centre in ((segment[0], segment[2], pixel[0]), (segment[1], segment[3], pixel[1])):
        if start == end:
            if start != centre:
                return None
            continue
        near, far = sorted(((centre - HALF - start) / (end - start), (centre + HALF - start) / (end - start)))
        low, high = max(low, near), min(high, far)
    if low > high or (low == high and not _inside(segment, pixel, low)):
        return None
    return (low + high) / 2


def _inside(segment: list[int], pixel: list[int], share: Fraction) -> bool:
    x = segment[0] + (segment[2] - segment[0]) * share
    y = segment[1] + (segment[3] - segment[1]) * share
    return x < pixel[0] + HALF and y < pixel[1] + HALF


def _routed(lines: list[Floats], first: int, through: dict[int, Ints]) -> list[Floats]:
    """The drawn lines with the pixels put in; `first` is the index of the first drawn segment."""
    routed = []
    for line in lines:
        pieces: list[Floats] = []
        for offset in range(len(line) - 1):
            pieces.append(line[offset : offset + 1])
            if first + offset in through:
                pieces.append(degrees(through[first + offset]))
        first += len(line) - 1
        whole = np.vstack([*pieces, line[-1:]])
        routed.append(whole[np.r_[True, (whole[1:] != whole[:-1]).any(axis=1)]])
    return routed
