"""Draw a village's grids afresh: cut by trees into the number of grids that its households ask for, then improve.

Chosen over greedy growing, ReCom, spopt and METIS by measurement: docs/adr/004-auto-draft.md.
"""

from dataclasses import replace
from random import Random

from grid_editor.auto import search, trees
from grid_editor.auto.inputs import Band, Stop, check
from grid_editor.auto.parts import Parts, Web

STARTS = 6
FIRST_TREES = 6
ROUNDS_PER_PART = 12
"""Recombinations per part."""
OTHER_COUNTS = 2
"""Numbers of grids tried beside the best one, when that leaves a grid outside the band."""


def divided(web: Web, rng: Random, stop: Stop) -> Parts:
    """Parts 0, 1, ...; connected, each component of the web on its own."""
    label: dict[int, int] = {}
    for group in web.components():
        found = _best_count(web, group, rng, stop)
        first = max(label.values(), default=-1) + 1
        numbers = {part: first + n for n, part in enumerate(sorted(found.members))}
        label.update({block: numbers[part] for block, part in found.label.items()})
    return Parts(web, label)


def _best_count(web: Web, group: list[int], rng: Random, stop: Stop) -> Parts:
    """The count with the fewest grids outside the band; of equal ones the one nearest to the target.

    A block above the band by itself counts as one grid, whatever its number.
    """
    people = [web.households[i] for i in group]
    alone = sum(n > web.band.high for n in people)
    rest = sum(n for n in people if n <= web.band.high)
    best: Parts | None = None
    for count in _counts(web.band, rest, len(group) - alone):
        found = _drawn(replace(web, mean=rest / max(count, 1)), group, max(count + alone, 1), rng, stop)
        if best is None or _misses(found) < _misses(best):
            best = found
        if not best.outside():
            break
    assert best is not None  # _counts() is never empty
    return best


def _counts(band: Band, people: int, blocks: int) -> list[int]:
    """Numbers of grids to try for that many households in that many blocks, the best first."""
    if people == 0:
        return [0]
    counts = [n for n in band.counts(people) if n <= blocks] or [blocks]
    feasible = [n for n in counts if not band.excess(people / n)]
    return (feasible or counts)[: 1 + OTHER_COUNTS]


def _misses(parts: Parts) -> tuple[int, float]:
    excess = sum(parts.web.band.excess(parts.sums[p][0]) for p in parts.outside())
    return len(parts.outside()), excess


def _drawn(web: Web, group: list[int], count: int, rng: Random, stop: Stop) -> Parts:
    starts = []
    for _start in range(STARTS if count > 1 else 1):
        check(stop)
        parts = Parts(web, _cut(web, group, count, rng))
        search.descend(parts)
        starts.append(parts)
    best = min(starts, key=Parts.cost)
    return search.anneal(best, ROUNDS_PER_PART * count, rng, stop) if count > 1 else best


def _cut(web: Web, group: list[int], count: int, rng: Random) -> dict[int, int]:
    """`count` connected parts by cutting in two again and again; fewer where there are not as many blocks."""
    waiting, done = [(count, group)], []
    while waiting:
        grids, members = waiting.pop()
        grids = min(grids, len(members))
        if grids == 1:
            done.append(members)
            continue
        first, second = _halved(web, members, grids // 2, grids, rng)
        waiting += [(grids // 2, first), (grids - grids // 2, second)]
    return {block: part for part, members in enumerate(done) for block in members}


def _halved(web: Web, members: list[int], half: int, grids: int, rng: Random) -> tuple[list[int], list[int]]:
    """The side for `half` of the grids, and the other: the best balanced of a few trees, then the shorter cut.

    Each side keeps at least as many blocks as it has grids to make.
    """
    offers = []
    for _try in range(FIRST_TREES):
        for below in trees.cuts(web, members, half / grids, rng):
            inside = set(below)
            rest = [i for i in members if i not in inside]
            offers += [_offer(web, a, b, half, grids) for a, b in ((below, rest), (rest, below))]
    return min(offers, key=lambda offer: offer[:3])[3]


def _offer(
    web: Web, first: list[int], second: list[int], half: int, grids: int
) -> tuple[int, float, float, tuple[list[int], list[int]]]:
    short = max(half - len(first), 0) + max(grids - half - len(second), 0)
    people = sum(web.households[i] for i in first)
    goal = sum(web.households[i] for i in first + second) * half / grids
    miss = abs(people - goal) / web.band.target
    return short, round(miss, 1), web.sums(first, 0)[2], (first, second)
