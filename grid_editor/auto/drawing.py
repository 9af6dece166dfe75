"""One village from its ground to its new grids: faces, blocks, division, outlines. Pure; the same input and
seed give the same result, to the last bit.
"""

from dataclasses import dataclass
from random import Random

import numpy as np
import shapely

from gis_core.importing.noding import Splices
from grid_editor.auto import blocks as block_rules
from grid_editor.auto import divide, faces, gaps, keep, outline, parts
from grid_editor.auto.blocks import Blocks
from grid_editor.auto.inputs import Bools, Floats, Ground, Ints, Request, Stop, check, never


@dataclass(frozen=True)
class DrawnGrid:
    """`code`: of the existing grid that it carries on, None for a new one. `changed`: other ground than before."""

    code: str | None
    geom: shapely.MultiPolygon
    households: int
    fixed: bool = False
    changed: bool = True


@dataclass(frozen=True)
class DrawnVillage:
    """`grids` tile `village` exactly, which is the village as given with `splices` put in.

    `moved`: households whose grid has another code than before, `stuck`: households of each block that alone
    is above the band, so that no division along streets can bring its grid into it.
    """

    code: str
    grids: list[DrawnGrid]
    village: shapely.Geometry
    splices: Splices
    blocks: int
    moved: int
    stuck: list[int]


def drawn(ground: Ground, request: Request, stop: Stop = never) -> DrawnVillage:
    """The village's grids. Raises Stopped, outline.Broken."""
    check(stop)
    kept = sorted(ground.existing if request.keep else ground.fixed)
    blocks, free = prepared(ground, request, kept)
    number = _divided(ground, request, blocks, free, kept, stop)
    check(stop)
    return _finished(ground, request, kept, blocks, free, number)


def prepared(ground: Ground, request: Request, kept: list[str]) -> tuple[Blocks, Bools]:
    """The blocks, big ones cut through gaps between buildings, and which of them (n,) are not in fixed grids."""
    band = request.band
    blocks = block_rules.build(ground, faces.cut(ground, kept), band.high)
    free = _free(ground, kept, blocks)
    extra = gaps.cuts(ground, blocks, free, band)
    if len(extra):
        blocks = block_rules.build(ground, faces.cut(ground, kept, extra), band.high)
        free = _free(ground, kept, blocks)
    return blocks, free


def _free(ground: Ground, kept: list[str], blocks: Blocks) -> Bools:
    fixed = [i for i, code in enumerate(kept) if code in ground.fixed]
    return ~np.isin(blocks.own, fixed)


def _divided(
    ground: Ground, request: Request, blocks: Blocks, free: Bools, kept: list[str], stop: Stop
) -> Ints:
    """For each block its grid: a number of `kept`, from len(kept) on a new one."""
    rng = Random(f"{request.seed} {ground.code}")  # noqa: S311  (a draft must come out the same again)
    number = blocks.own.copy()
    if not free.any():
        return number
    web, places = parts.web_of(blocks, free, request.band, blocks.own.tolist() if request.keep else None)
    found = keep.mended(web, rng, stop) if request.keep else divide.divided(web, rng, stop)
    shift = 0 if request.keep else len(kept)
    for i, block in enumerate(places):
        number[block] = found.label[i] + shift
    return number


def _finished(
    ground: Ground, request: Request, kept: list[str], blocks: Blocks, free: Bools, number: Ints
) -> DrawnVillage:
    labels, part = np.unique(number, return_inverse=True)
    lines = shapely.boundary(np.array([ground.existing[code] for code in kept], dtype=object))
    made = outline.coverage(
        ground.code, ground.village, blocks.faces.geoms, part[blocks.of_face].tolist(), lines
    )
    people = np.bincount(part, blocks.households, minlength=len(labels)).astype(int)
    if request.keep:
        carried: list[str | None] = [kept[n] if n < len(kept) else None for n in labels.tolist()]
    else:
        carried = _carried(ground, kept, labels, made.grids)
    untouched = {n for n in labels.tolist() if n < len(kept) and _untouched(blocks, number, n)}
    grids = [
        DrawnGrid(code, geom, int(count), code in ground.fixed, n not in untouched)
        for code, geom, count, n in zip(carried, made.grids, people, labels.tolist(), strict=True)
    ]
    stuck = blocks.households[free & (blocks.households > request.band.high)].tolist()
    moved = _moved(ground, grids)
    return DrawnVillage(ground.code, grids, made.village, made.splices, len(blocks), moved, stuck)


def _untouched(blocks: Blocks, number: Ints, label: int) -> bool:
    return bool(((number == label) == (blocks.own == label)).all())


def _carried(ground: Ground, kept: list[str], labels: Ints, grids: np.ndarray) -> list[str | None]:
    """Fixed grids keep their code; a new one takes that of the grid with which it shares most households,
    when that is more than half of both's."""
    out: list[str | None] = [kept[n] if n < len(kept) else None for n in labels.tolist()]
    old = sorted(set(ground.existing) - ground.fixed)
    if not old:
        return out
    shared = _shared(ground, grids, np.array([ground.existing[code] for code in old], dtype=object))
    for i, taken in enumerate(out):
        best = int(shared[i].argmax())
        more = 2 * shared[i, best] > max(shared[i].sum(), shared[:, best].sum())
        if taken is None and more:
            out[i] = old[best]
    return out


def _shared(ground: Ground, new: np.ndarray, old: np.ndarray) -> Floats:
    """Households in each new and old polygon together (n, m)."""
    at_new, at_old = block_rules.housed(ground, new), block_rules.housed(ground, old)
    both = (at_new >= 0) & (at_old >= 0)
    table = np.zeros((len(new), len(old)))
    np.add.at(table, (at_new[both], at_old[both]), ground.homes.households[both])
    return table


def _moved(ground: Ground, grids: list[DrawnGrid]) -> int:
    """Households that lie in a grid of another code than before; 0 where there was none."""
    if not ground.existing:
        return 0
    old = sorted(ground.existing)
    table = _shared(
        ground,
        np.array([grid.geom for grid in grids], dtype=object),
        np.array([ground.existing[code] for code in old], dtype=object),
    )
    stays = sum(table[i, old.index(grid.code)] for i, grid in enumerate(grids) if grid.code is not None)
    return int(table.sum() - stays)
