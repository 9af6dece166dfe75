"""From faces to blocks: what must stay in one grid is joined, so that no later step can cut it.

A block is a connected set of faces. Joined are: slivers with their neighbour (the strip between two
carriageways), the faces of a compound, the faces under one building. Main roads and the borders of kept grids
are never joined across, and a compound with more households than a grid may have has to be divided.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from grid_editor.auto.faces import Faces
from grid_editor.auto.inputs import Floats, Geoms, Ground, Ints

COMPOUND_SHARE = 0.05
"""A compound stands on a face that has this share of it; less is how outline and centre line were drawn."""
BUILDING_SHARE = 0.2
SLIVER_WIDTH, SLIVER_AREA = 8.0, 300.0
"""Metres (mean width, twice the area by the outline) and m2: an uninhabited face below either is a sliver."""


@dataclass(frozen=True)
class Blocks:
    """Connected sets of faces with their sums: parallel arrays and lists by block.

    `of_face` (f,) the block of each face; `households`, `area` m2, `outline` weighted metres; `own` index of
    the existing grid or -1; `near[i][j]` weighted metres of the border of i and j.
    """

    faces: Faces
    of_face: Ints
    households: Ints
    area: Floats
    outline: Floats
    own: Ints
    near: list[dict[int, float]]

    def __len__(self) -> int:
        return len(self.households)

    def geometry(self, blocks: list[int]) -> shapely.Geometry:
        """The ground of some blocks: a Polygon where they are connected."""
        return shapely.coverage_union_all(self.faces.geoms[np.isin(self.of_face, blocks)])


class Joined:
    """Which faces are joined already: a union-find over their numbers."""

    def __init__(self, count: int) -> None:
        self.above = list(range(count))

    def root(self, one: int) -> int:
        while self.above[one] != one:
            self.above[one] = self.above[self.above[one]]
            one = self.above[one]
        return one

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        self.above[second] = first

    def numbers(self) -> Ints:
        """The group of each, numbered from 0 in the order of first members."""
        return np.unique([self.root(i) for i in range(len(self.above))], return_inverse=True)[1]


def housed(ground: Ground, geoms: Geoms) -> Ints:
    """For each building the polygon (index) with its representative point; -1 outside all."""
    found = np.full(len(ground.homes.outlines), -1)
    if len(found) and len(geoms):
        points = shapely.point_on_surface(ground.homes.outlines)
        building, face = shapely.STRtree(geoms).query(points, predicate="intersects")
        # A point on a border has two; reversed, the first one stays.
        found[building[::-1]] = face[::-1]
    return found


def households_in(ground: Ground, geoms: Geoms) -> Ints:
    """Households (n,) of each polygon."""
    where = housed(ground, geoms)
    return np.bincount(where[where >= 0], ground.homes.households[where >= 0], minlength=len(geoms)).astype(
        np.int64
    )


def whole_compounds(ground: Ground, high: int) -> Geoms:
    """The compounds that fit one grid, so must not be cut."""
    return ground.compounds[households_in(ground, ground.compounds) <= high]


def build(ground: Ground, faces: Faces, high: int) -> Blocks:
    """Blocks of at most `high` households where joining has a choice; numbered from W to E."""
    people = households_in(ground, faces.geoms)
    joined = Joined(len(faces))
    _join_shared(faces, joined, whole_compounds(ground, high), COMPOUND_SHARE)
    _join_shared(faces, joined, ground.homes.outlines, BUILDING_SHARE)
    _join_slivers(faces, joined, people)
    return _summed(faces, joined.numbers(), people)


def _join_shared(faces: Faces, joined: Joined, things: Geoms, share: float) -> None:
    """Join neighbouring faces that both carry at least `share` of one thing."""
    for stands_on in _standing(faces, things, share).values():
        for a in stands_on:
            for b, side in faces.sides[a].items():
                if b in stands_on and not side.main and faces.own[a] == faces.own[b]:
                    joined.join(a, b)


def _standing(faces: Faces, things: Geoms, share: float) -> dict[int, set[int]]:
    """Thing -> the faces with at least `share` of its area, where there are several."""
    if not len(things):
        return {}
    thing, face = shapely.STRtree(faces.geoms).query(things, predicate="intersects")
    several = np.bincount(thing, minlength=len(things))[thing] > 1
    thing, face = thing[several], face[several]
    common = shapely.area(shapely.intersection(things[thing], faces.geoms[face]))
    much = common >= share * shapely.area(things[thing])
    found: dict[int, set[int]] = {}
    for t, f in zip(thing[much].tolist(), face[much].tolist(), strict=True):
        found.setdefault(t, set()).add(f)
    return {t: on for t, on in found.items() if len(on) > 1}


def _join_slivers(faces: Faces, joined: Joined, people: Ints) -> None:
    """Each sliver goes across its longest side; of nearly equal ones the one that makes the worse border."""
    width = 2 * faces.area / np.maximum(shapely.length(faces.plane.metres(faces.geoms)), 1e-9)
    slivers = np.flatnonzero((people == 0) & ((width < SLIVER_WIDTH) | (faces.area < SLIVER_AREA)))
    for face in slivers[np.argsort(faces.area[slivers], kind="stable")].tolist():
        group = joined.root(face)
        beyond = {
            other: side
            for other, side in faces.sides[face].items()
            if faces.own[other] == faces.own[face] and joined.root(other) != group
        }
        if beyond:
            joined.join(face, max(beyond, key=lambda other: (round(beyond[other].cost, 3), -other)))


def _summed(faces: Faces, of_face: Ints, people: Ints) -> Blocks:
    count = int(of_face.max()) + 1 if len(of_face) else 0
    outline = np.bincount(of_face, faces.outline, minlength=count).astype(np.float64)
    near: list[dict[int, float]] = [{} for _ in range(count)]
    for a, sides in enumerate(faces.sides):
        for b, side in sides.items():
            one, other = int(of_face[a]), int(of_face[b])
            if one == other:
                outline[one] -= side.cost
            else:
                near[one][other] = near[one].get(other, 0.0) + side.cost
    own = np.full(count, -1)
    own[of_face] = faces.own
    return Blocks(
        faces,
        of_face,
        np.bincount(of_face, people, minlength=count).astype(np.int64),
        np.bincount(of_face, faces.area, minlength=count).astype(np.float64),
        outline,
        own,
        near,
    )
