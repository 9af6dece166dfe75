"""Keep the grids as they are and mend only those with too many or too few households.

Every grid outside the band is tried with three remedies: its blocks and its neighbours' change sides, it is cut
in two, it is joined with a neighbour. The one that leaves the fewest households outside the band is taken, of
equal ones the one that moves fewest. Grids in the band are touched only by what that needs.
"""

from collections.abc import Iterator
from random import Random

from grid_editor.auto import search, trees
from grid_editor.auto.inputs import Stop, check
from grid_editor.auto.parts import Parts, Web

SPLIT_TREES = 12
REPLIES = 3
"""Second moves tried after a first one, the best first."""
CHAIN = 3
"""How many grids a surplus is passed along: the grid, its neighbours, theirs."""


def mended(web: Web, rng: Random, stop: Stop) -> Parts:
    """Parts labelled as in `web.home`; a grid cut off gets the next free label, one joined to another is gone."""
    parts = Parts(web, dict(enumerate(web.home)))
    given_up: set[int] = set()
    while waiting := [part for part in parts.outside() if part not in given_up]:
        check(stop)
        part = max(waiting, key=lambda p: (web.band.excess(parts.sums[p][0]), -p))
        best = min(_remedies(parts, part, rng), key=Parts.cost, default=parts)
        if best.cost() < parts.cost() - search.ENOUGH:
            parts = best
        else:
            given_up.add(part)
    return _settled(parts)


def _remedies(parts: Parts, part: int, rng: Random) -> Iterator[Parts]:
    for start in (parts, *_splits(parts, part, rng), *_joins(parts, part)):
        trial = start.copy()
        for rounds in range(1, CHAIN + 1):
            _shift(trial, _around(trial, part, rounds))
        yield trial


def _around(parts: Parts, part: int, steps: int) -> list[int]:
    """The blocks of a part and of the parts up to so many steps away."""
    near = {part} & set(parts.members) or set(parts.outside())
    for _step in range(steps):
        near |= {other for one in near for other in parts.neighbours(one)}
    return sorted(block for one in near for block in parts.members[one])


def _shift(parts: Parts, blocks: list[int]) -> None:
    search.descend(parts, blocks)
    _pass_on(parts, blocks)
    search.descend(parts, blocks)


def _pass_on(parts: Parts, blocks: list[int]) -> None:
    """Two moves at once, where one alone makes it dearer: out of a part that has too many or into one that has
    too few, and the part between passes a block on or is given one."""
    for block in blocks:
        for to in parts.beside(block):
            own, band = parts.label[block], parts.web.band
            needed = parts.sums[own][0] > band.high or parts.sums[to][0] < band.low
            if needed and to in parts.beside(block) and parts.can_leave(block):
                _try_pair(parts, block, to)


def _try_pair(parts: Parts, block: int, to: int) -> None:
    own, before = parts.label[block], parts.cost()
    parts.move(block, to)
    for _gain, second, beyond in sorted(_replies(parts, block, own, to), reverse=True)[:REPLIES]:
        back = parts.label[-second]
        if not parts.can_leave(-second):
            continue
        parts.move(-second, -beyond)
        if parts.cost() < before - search.ENOUGH:
            return
        parts.move(-second, back)
    parts.move(block, own)


def _replies(parts: Parts, block: int, own: int, to: int) -> Iterator[tuple[float, int, int]]:
    """(gain, -block, -part) of the moves out of `to` and into `own`, other than the one just made."""
    for second in sorted(parts.members[to] - {block}):
        for beyond in parts.beside(second):
            yield parts.gain(second, beyond), -second, -beyond
    around = {j for i in parts.members[own] for j in parts.web.near[i]}
    for second in sorted(around - parts.members[own] - parts.members[to]):
        yield parts.gain(second, own), -second, -own


def _splits(parts: Parts, part: int, rng: Random) -> Iterator[Parts]:
    """The part cut in two (a big one: its surplus in as many as it makes), the larger piece keeping the label."""
    count = parts.web.band.counts(int(parts.sums[part][0]))[0]
    if len(parts.members[part]) < 2:
        return
    share = 1 / max(count, 2)
    offers = []
    for _try in range(SPLIT_TREES):
        for half in trees.cuts(parts.web, sorted(parts.members[part]), share, rng):
            trial = parts.copy()
            rest = sorted(trial.members[part] - set(half))
            small, large = sorted((half, rest), key=lambda blocks: (parts.web.sums(blocks, part)[0], blocks))
            trial.replace([part], {part: large, max(_labels(parts)) + 1: small})
            offers.append(trial)
    yield from sorted(offers, key=Parts.cost)[:2]


def _labels(parts: Parts) -> set[int]:
    return {*parts.members, *parts.web.home}


def _joins(parts: Parts, part: int) -> Iterator[Parts]:
    """The part joined with each neighbour; the label of the larger one stays."""
    for other in parts.neighbours(part):
        trial = parts.copy()
        stays = max((part, other), key=lambda p: (parts.sums[p][0], -p))
        members = sorted(parts.members[part] | parts.members[other])
        trial.replace([part, other], {stays: members})
        yield trial


def _settled(parts: Parts) -> Parts:
    """Take back every move that was not needed: a block at home again costs nothing where the band allows it."""
    search.descend(parts, [i for i in parts.label if parts.web.home[i] != parts.label[i]])
    return parts
