"""Cutting polygons with straight lines, many at a time.

`divide` cuts each polygon into an exact number of connected parts of given shares: so villages and grids get
their borders. `subdivide` cuts until pieces are small: so blocks, fields and lanes come about. Both cut across
the longer side, nearly at right angles to it, which gives T-junctions and irregular blocks.
All lengths in metres; polygons are numpy arrays of shapely polygons.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from data.sample.frame import Floats, Geoms, Ints, array_of

Angle = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Pieces:
    """Polygons with the index of the polygon they came from, and the lines that cut them."""

    polygons: Geoms
    owner: Ints
    cuts: Geoms
    cut_owner: Ints
    cut_depth: Ints


def extents(polygons: Geoms, angle: Floats) -> tuple[Floats, Floats]:
    """Lower and upper corners, (n, 2) each, of the boxes turned by `angle` around the polygons."""
    coords, index = shapely.get_coordinates(polygons, return_index=True)
    c, s = np.cos(angle)[index], np.sin(angle)[index]
    turned = np.column_stack([coords[:, 0] * c + coords[:, 1] * s, coords[:, 1] * c - coords[:, 0] * s])
    starts = np.flatnonzero(np.r_[True, index[1:] != index[:-1]])
    return np.minimum.reduceat(turned, starts), np.maximum.reduceat(turned, starts)


def turned_boxes(low: Floats, high: Floats, angle: Floats) -> Geoms:
    """Rectangles given by their corners in frames turned by `angle`."""
    u = np.stack([low[:, 0], high[:, 0], high[:, 0], low[:, 0]], axis=1)
    v = np.stack([low[:, 1], low[:, 1], high[:, 1], high[:, 1]], axis=1)
    return shapely.polygons(turn_back(u, v, angle))


def turn_back(u: Floats, v: Floats, angle: Floats) -> Floats:
    """Frame coordinates (n, k) to plan coordinates (n, k, 2)."""
    c, s = np.cos(angle)[:, None], np.sin(angle)[:, None]
    return np.stack([u * c - v * s, u * s + v * c], axis=2)


@dataclass
class Cut:
    """One straight cut through each polygon: across `axis` (0 or 1) of the frame turned by `angle`."""

    polygons: Geoms
    angle: Floats
    low: Floats
    high: Floats
    axis: Ints

    @classmethod
    def across_longer_side(cls, polygons: Geoms, angle: Floats) -> "Cut":
        low, high = extents(polygons, angle)
        size = high - low
        return cls(polygons, angle, low - 1.0, high + 1.0, (size[:, 1] > size[:, 0]).astype(int))

    def offset_at(self, part: Floats) -> Floats:
        rows = np.arange(len(part))
        low, high = self.low[rows, self.axis] + 1.0, self.high[rows, self.axis] - 1.0
        return low + (high - low) * part

    def offset_for_share(self, share: Floats, rounds: int = 5) -> Floats:
        """Where to cut so that the lower part has this share of the area (regula falsi)."""
        left, right = np.zeros(len(share)), np.ones(len(share))
        area_left, area_right = np.zeros(len(share)), np.ones(len(share))
        whole = shapely.area(self.polygons)
        part = share.copy()
        for _ in range(rounds):
            area = (
                shapely.area(shapely.intersection(self.polygons, self._box(self.offset_at(part), True)))
                / whole
            )
            below = area < share
            left, area_left = np.where(below, part, left), np.where(below, area, area_left)
            right, area_right = np.where(below, right, part), np.where(below, area_right, area)
            slope = np.maximum(area_right - area_left, 1e-9)
            part = left + (right - left) * np.clip((share - area_left) / slope, 0.02, 0.98)
        return self.offset_at(part)

    def apply(self, offset: Floats) -> tuple[Geoms, Geoms]:
        return (
            shapely.intersection(self.polygons, self._box(offset, True)),
            shapely.intersection(self.polygons, self._box(offset, False)),
        )

    def lines(self, offset: Floats) -> Geoms:
        """The cutting lines inside the polygons."""
        rows = np.arange(len(offset))
        low, high = self.low.copy(), self.high.copy()
        low[rows, self.axis] = high[rows, self.axis] = offset
        u, v = np.stack([low[:, 0], high[:, 0]], axis=1), np.stack([low[:, 1], high[:, 1]], axis=1)
        return shapely.intersection(self.polygons, shapely.linestrings(turn_back(u, v, self.angle)))

    def _box(self, offset: Floats, lower: bool) -> Geoms:
        rows = np.arange(len(offset))
        low, high = self.low.copy(), self.high.copy()
        (high if lower else low)[rows, self.axis] = offset
        return turned_boxes(low, high, self.angle)


def halves(
    polygon: shapely.Polygon, lower: shapely.Geometry, upper: shapely.Geometry
) -> tuple[shapely.Polygon, ...]:
    """Two connected parts of a polygon whose straight cut fell into several pieces.

    The largest piece of one side stays; of what is left the largest piece is the other part, and the remaining
    pieces, which all touch the first along the cut, join it.
    """
    kept = _largest(lower)[0]
    rest = [*_largest(lower)[1], *_polygons_of(upper)]
    groups = sorted(_polygons_of(shapely.union_all(rest, grid_size=1e-7)), key=lambda p: p.area)
    joined = shapely.union_all([kept, *groups[:-1]], grid_size=1e-7)
    return max(_polygons_of(joined), key=lambda p: p.area), groups[-1]


def _polygons_of(geom: shapely.Geometry) -> list[shapely.Polygon]:
    return [p for p in shapely.get_parts(geom) if p.geom_type == "Polygon" and p.area > 1e-3]


def _largest(geom: shapely.Geometry) -> tuple[shapely.Polygon, list[shapely.Polygon]]:
    parts = sorted(_polygons_of(geom), key=lambda p: p.area)
    return parts[-1], parts[:-1]


def divide(
    polygons: Geoms, loads: list[Floats], angle: Angle, rng: np.random.Generator, skew: float = 0.05
) -> Pieces:
    """Cut polygon i into len(loads[i]) connected parts with areas in the proportion of loads[i].

    Parts come grouped by owner, in the order of the loads; `cut_depth` counts from 0 at the first cut.
    """
    work = [(polygons[i], i, loads[i], 0) for i in range(len(polygons))]
    done: list[tuple[int, int, shapely.Polygon]] = []
    cuts: list[tuple[shapely.Geometry, int, int]] = []
    depth = 0
    while work:
        done += [(i, first, p) for p, i, load, first in work if len(load) == 1]
        work = [w for w in work if len(w[2]) > 1]
        if work:
            work, lines = _divide_once(work, angle, rng, skew)
            cuts += [(line, i, depth) for line, i in lines]
        depth += 1
    done.sort(key=lambda d: d[:2])
    return Pieces(
        array_of([d[2] for d in done]),
        np.array([d[0] for d in done], dtype=int),
        array_of([c[0] for c in cuts]),
        np.array([c[1] for c in cuts], dtype=int),
        np.array([c[2] for c in cuts], dtype=int),
    )


Work = list[tuple[shapely.Polygon, int, Floats, int]]


def _divide_once(
    work: Work, angle: Angle, rng: np.random.Generator, skew: float
) -> tuple[Work, list[tuple[shapely.Geometry, int]]]:
    polygons = array_of([w[0] for w in work])
    turns = angle(_centres(polygons)) + rng.normal(0, skew, len(work))
    heads = [_head(len(w[2]), rng) for w in work]
    share = np.array([w[2][:h].sum() / w[2].sum() for w, h in zip(work, heads, strict=True)])
    cut = Cut.across_longer_side(polygons, turns)
    offset = cut.offset_for_share(share)
    lower, upper = cut.apply(offset)
    out: Work = []
    lines: list[tuple[shapely.Geometry, int]] = []
    for j, (polygon, i, load, first) in enumerate(work):
        a, b = lower[j], upper[j]
        if a.geom_type != "Polygon" or b.geom_type != "Polygon":
            a, b = halves(polygon, a, b)
        out += [(a, i, load[: heads[j]], first), (b, i, load[heads[j] :], first + heads[j])]
        lines.append((shapely.intersection(a.boundary, b.boundary.buffer(0.05)), i))
    return out, lines


def _head(count: int, rng: np.random.Generator) -> int:
    """How many of `count` parts go below the cut: about half."""
    return count // 2 if count % 2 == 0 or rng.random() < 0.5 else count - count // 2


def subdivide(
    polygons: Geoms, target: Floats, angle: Floats, rng: np.random.Generator, skew: float = 0.03
) -> Pieces:
    """Cut each polygon until its pieces have about its target area (m2)."""
    owner = np.arange(len(polygons))
    done: list[tuple[Geoms, Ints]] = []
    cuts: list[tuple[Geoms, Ints, Ints]] = []
    depth = 0
    while len(polygons):
        small = shapely.area(polygons) < target[owner] * rng.uniform(1.1, 1.9, len(polygons))
        done.append((polygons[small], owner[small]))
        polygons, owner = polygons[~small], owner[~small]
        if not len(polygons):
            break
        cut = Cut.across_longer_side(polygons, angle[owner] + rng.normal(0, skew, len(owner)))
        offset = cut.offset_at(rng.uniform(0.4, 0.6, len(owner)))
        cuts.append((cut.lines(offset), owner, np.full(len(owner), depth)))
        polygons, owner = _explode(cut.apply(offset), owner)
        depth += 1
    return Pieces(*_joined(done, 2), *_joined(cuts, 3))


def _explode(sides: tuple[Geoms, Geoms], owner: Ints) -> tuple[Geoms, Ints]:
    parts, index = shapely.get_parts(np.concatenate(sides), return_index=True)
    keep = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > 25.0)
    return parts[keep], np.concatenate([owner, owner])[index][keep]


def _joined(rows: Sequence[tuple[np.ndarray, ...]], width: int) -> tuple[np.ndarray, ...]:
    if not rows:
        return (np.empty(0, dtype=object), *[np.empty(0, dtype=int)] * (width - 1))
    return tuple(np.concatenate([row[k] for row in rows]) for k in range(width))


def _centres(polygons: Geoms) -> Floats:
    return shapely.get_coordinates(shapely.centroid(polygons))
