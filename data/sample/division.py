"""From town polygons to grids: who gets which land, on the plan.

Works top down, so that the counts are exact: barriers (railway, main roads, canals) cut a town into pieces,
villages are allotted to the pieces by area, and each village is cut into its grids. Every cut becomes a
street, so every border runs along one.
"""

from dataclasses import dataclass, field

import numpy as np
import shapely

from data.sample import codes
from data.sample.cutting import Cut, Pieces, divide, halves
from data.sample.frame import Floats, Geoms, Ints, array_of, street_angle
from data.sample.skeleton import Lake, Line

OLD, INNER, NEW, RURAL = "old", "inner", "new", "rural"
GRIDS_PER_VILLAGE = {OLD: (4, 6), INNER: (3, 5), NEW: (2, 4)}
CROWD = {OLD: 6.0, INNER: 2.5, NEW: 2.0, RURAL: 1.0}  # villages per km2, relative
LEAST_PIECE = {OLD: 4e5, INNER: 5e5, NEW: 6e5, RURAL: 1.2e6}  # m2; smaller pieces join a neighbour
RURAL_GRIDS, RURAL_ODDS = (1, 2, 3), (0.2, 0.45, 0.35)


@dataclass(frozen=True)
class TownSite:
    """Ground of a town on the plan, without its lakes, and the character of what is built there.

    A town may have several sites; `villages` are the whole town's, and are shared among them.
    """

    code: str
    zone: str
    polygon: shapely.Polygon
    villages: tuple[codes.Named, ...]


@dataclass
class Streets:
    """Lines on the plan that borders follow; parallel lists."""

    geoms: list[shapely.Geometry] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def add(self, geom: shapely.Geometry, road_class: str, name: str = "") -> None:
        self.geoms.append(geom)
        self.classes.append(road_class)
        self.names.append(name)

    def extend(self, others: "Streets") -> None:
        self.geoms += others.geoms
        self.classes += others.classes
        self.names += others.names


@dataclass(frozen=True)
class Division:
    """Grids on the plan: polygons, and which village and zone each belongs to."""

    polygons: Geoms
    village: Ints
    villages: list[codes.Named]
    zones: list[str]
    cores: Floats  # (villages, 2) plan points, the middle of each village
    streets: Streets


def divide_towns(
    sites: list[TownSite], barriers: list[Line], grid_total: int, rng: np.random.Generator
) -> Division:
    """Cut the towns into the villages of the code list, and these into `grid_total` grids together."""
    streets = Streets()
    pieces = [(site, piece) for site in sites for piece in _pieces(site, barriers)]
    for line in barriers:
        streets.add(line.geometry, line.road_class, line.name)
    counts = _villages_per_piece(pieces)
    loads = [rng.lognormal(0.0, 0.22, n) for n in counts]
    cut = divide(array_of([p for _, p in pieces]), loads, street_angle, rng)
    _street_per_village_cut(cut, [site.zone for site, _ in pieces], streets, rng)
    villages, zones = _names_of(pieces, counts)
    order = np.argsort(cut.owner, kind="stable")
    return _cut_grids(cut.polygons[order], villages, zones, grid_total, streets, rng)


def _pieces(site: TownSite, barriers: list[Line]) -> list[shapely.Polygon]:
    """A town cut by the barriers; slivers rejoin the neighbour with the longest common side."""
    near = [b.geometry for b in barriers if b.geometry.intersects(site.polygon)]
    if not near:
        return [site.polygon]
    noded = shapely.union_all([site.polygon.boundary, *near], grid_size=1e-7)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    pieces = [f for f in faces if site.polygon.contains(f.representative_point())]
    return _merge_small(pieces, LEAST_PIECE[site.zone], len(site.villages))


def _merge_small(pieces: list[shapely.Polygon], least: float, most: int) -> list[shapely.Polygon]:
    pieces = sorted(pieces, key=lambda p: p.area)
    while len(pieces) > 1 and (pieces[0].area < least or len(pieces) > most):
        small = pieces.pop(0)
        sides = [shapely.length(shapely.intersection(p.boundary, small.boundary)) for p in pieces]
        best = int(np.argmax(sides))
        pieces[best] = shapely.union_all([pieces[best], small], grid_size=1e-7)
        pieces.sort(key=lambda p: p.area)
    return pieces


def _villages_per_piece(pieces: list[tuple[TownSite, shapely.Polygon]]) -> Ints:
    counts = np.zeros(len(pieces), dtype=int)
    towns = np.array([site.code for site, _ in pieces])
    areas = np.array([piece.area * CROWD[site.zone] for site, piece in pieces])
    for town in dict.fromkeys(towns):
        rows = np.flatnonzero(towns == town)
        counts[rows] = allot(len(pieces[rows[0]][0].villages), areas[rows])
    return counts


def allot(total: int, weights: Floats, least: int = 1) -> Ints:
    """`total` whole things shared by weight (largest remainder), at least `least` each."""
    exact = weights / weights.sum() * (total - least * len(weights))
    share = np.floor(exact).astype(int)
    most_left = np.argsort(share - exact, kind="stable")[: total - least * len(weights) - share.sum()]
    share[most_left] += 1
    return share + least


def _names_of(
    pieces: list[tuple[TownSite, shapely.Polygon]], counts: Ints
) -> tuple[list[codes.Named], list[str]]:
    left = {site.code: iter(site.villages) for site, _ in pieces}
    villages, zones = [], []
    for (site, _), count in zip(pieces, counts, strict=True):
        villages += [next(left[site.code]) for _ in range(count)]
        zones += [site.zone] * int(count)
    return villages, zones


def _street_per_village_cut(
    cut: Pieces, zones: list[str], streets: Streets, rng: np.random.Generator
) -> None:
    for line, owner, depth in zip(cut.cuts, cut.cut_owner, cut.cut_depth, strict=True):
        rural = "local" if depth < 2 or rng.random() < 0.45 else "path"
        streets.add(line, rural if zones[owner] == RURAL else "secondary")


def _cut_grids(
    polygons: Geoms,
    villages: list[codes.Named],
    zones: list[str],
    total: int,
    streets: Streets,
    rng: np.random.Generator,
) -> Division:
    counts = _grids_per_village(zones, total, rng)
    cores = _cores(polygons)
    rural = np.array([zone == RURAL for zone in zones])
    town = divide(polygons[~rural], [np.ones(n) for n in counts[~rural]], street_angle, rng)
    for line in town.cuts:
        streets.add(line, "local")
    leaves, owner = list(town.polygons), list(np.flatnonzero(~rural)[town.owner])
    for i in np.flatnonzero(rural):
        parts, lines = through_core(polygons[i], cores[i], int(counts[i]), rng)
        leaves += parts
        owner += [i] * len(parts)
        for line in lines:
            streets.add(line, "local")
    order = np.argsort(owner, kind="stable")
    return Division(array_of(leaves)[order], np.array(owner)[order], villages, zones, cores, streets)


def _grids_per_village(zones: list[str], total: int, rng: np.random.Generator) -> Ints:
    """Drawn by zone, then rural villages gain or lose one (within 1 to 3) until the total is met."""
    counts = np.array([_draw_count(zone, rng) for zone in zones])
    rural = np.array([zone == RURAL for zone in zones])
    while counts.sum() != total:
        step = 1 if counts.sum() < total else -1
        free = np.flatnonzero(rural & (counts + step >= 1) & (counts + step <= RURAL_GRIDS[-1]))
        missing = abs(total - counts.sum())
        if not len(free):
            raise ValueError(f"{total} grids cannot be reached with 1 to 3 grids in each rural village")
        counts[rng.permutation(free)[:missing]] += step
    return counts


def _draw_count(zone: str, rng: np.random.Generator) -> int:
    if zone == RURAL:
        return int(rng.choice(RURAL_GRIDS, p=RURAL_ODDS))
    low, high = GRIDS_PER_VILLAGE[zone]
    return int(rng.integers(low, high + 1))


def _cores(polygons: Geoms) -> Floats:
    """Where the village stands: the centroid if well inside, else the point farthest from the edge."""
    middle = shapely.centroid(polygons)
    outside = np.flatnonzero(~shapely.contains(polygons, shapely.buffer(middle, 320.0)))
    circles = shapely.maximum_inscribed_circle(polygons[outside], tolerance=20.0)
    middle[outside] = shapely.get_point(circles, 0)
    return shapely.get_coordinates(middle)


def through_core(
    polygon: shapely.Polygon, core: Floats, count: int, rng: np.random.Generator
) -> tuple[list[shapely.Polygon], list[shapely.Geometry]]:
    """Up to 3 parts whose borders all meet in the village's middle, so that each has houses of it."""
    parts, lines = [polygon], []
    angle = street_angle(core[None, :]) + rng.normal(0, 0.08)
    first_axis = -1
    for _ in range(count - 1):
        whole = parts.pop(int(np.argmax([p.area for p in parts])))
        cut = Cut.across_longer_side(array_of([whole]), angle)
        if first_axis >= 0:
            cut.axis[:] = 1 - first_axis
        first_axis = int(cut.axis[0])
        at = _along(core, float(angle[0]), int(cut.axis[0])) + rng.normal(0, 12)
        lower, upper = (side[0] for side in cut.apply(np.array([at])))
        if lower.geom_type != "Polygon" or upper.geom_type != "Polygon":
            lower, upper = halves(whole, lower, upper)
        lines.append(shapely.intersection(lower.boundary, upper.boundary.buffer(0.05)))
        parts += [lower, upper]
    return parts, lines


def _along(point: Floats, angle: float, axis: int) -> float:
    c, s = np.cos(angle), np.sin(angle)
    return float(point[0] * c + point[1] * s if axis == 0 else point[1] * c - point[0] * s)


def attach_lakes(division: Division, lakes: list[Lake]) -> Ints:
    """For each lake the grid it belongs to: the one with the longest shore."""
    tree = shapely.STRtree(division.polygons)
    hosts = []
    for lake in lakes:
        shore = lake.polygon.boundary.buffer(0.5)
        near = tree.query(lake.polygon, predicate="intersects")
        length = shapely.length(shapely.intersection(shapely.boundary(division.polygons[near]), shore))
        hosts.append(int(near[np.argmax(length)]))
    return np.array(hosts, dtype=int)
