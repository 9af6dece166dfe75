"""Borders above the grids stay where they are, however often they are given vertices.

One rounding bends a border by less than a unit of the 8th decimal, but what lies beside a bend may bend it again.
So after a repair the new vertices that lie off the old border are taken out of everybody, where no two grids of a
village meet in them.
"""

from collections import Counter
from dataclasses import replace

import numpy as np
import shapely

from gis_core.crs import UNIT
from grid_editor.draft import Draft
from grid_editor.geometry import vertices
from grid_editor.geometry.vertices import Place

OFF = 0.5 * UNIT
"""Degrees from the old border beyond which a vertex is not worth keeping."""


def straightened(before: Draft, after: Draft) -> Draft:
    """`after` without needless vertices off the borders of `before`; itself where there are none."""
    needless = _needless(before, after)
    every = [grid.geom for grid in after.grids.values()] + [area.geom for area in after.boundaries.values()]
    for geom in every:
        if needless and vertices.moved(geom, dict.fromkeys(needless)) is None:
            needless -= vertices.all_of([geom])  # a crumb of a ring would collapse
    if not needless:
        return after
    drop = dict.fromkeys(needless)
    grids = {code: vertices.moved(grid.geom, drop) for code, grid in after.grids.items()}
    above = {code: vertices.moved(area.geom, drop) for code, area in after.boundaries.items()}
    return replace(
        after,
        grids={c: g if grids[c] is g.geom else g.with_geom(grids[c]) for c, g in after.grids.items()},
        boundaries={
            c: b if above[c] is b.geom else replace(b, geom=above[c]) for c, b in after.boundaries.items()
        },
    )


def _needless(before: Draft, after: Draft) -> set[Place]:
    changed = [
        code for code, area in after.boundaries.items() if area.geom is not before.boundaries[code].geom
    ]
    if not changed:
        return set()
    old = [before.boundaries[code].geom for code in changed]
    new = sorted(vertices.all_of([after.boundaries[code].geom for code in changed]) - vertices.all_of(old))
    if not new:
        return set()
    borders = shapely.union_all(shapely.boundary(np.array(old, dtype=object)))
    shapely.prepare(borders)
    far = shapely.distance(shapely.points(new), borders) > OFF
    off = {place for place, is_far in zip(new, far.tolist(), strict=True) if is_far}
    met: Counter[tuple[str, Place]] = Counter()
    for grid in after.grids.values():
        met.update((grid.parent_code, place) for place in vertices.all_of([grid.geom]) & off)
    return off - {place for (_village, place), count in met.items() if count > 1}
