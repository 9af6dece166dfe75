"""Make a division cheaper: blocks change sides, and pairs of parts are joined and cut anew.

Both keep every part connected. The random numbers come from the caller, and nothing depends on the clock, so
the same seed gives the same division on any machine.
"""

from collections.abc import Iterable
from math import exp
from random import Random

from grid_editor.auto import trees
from grid_editor.auto.inputs import Stop, check, never
from grid_editor.auto.parts import Parts

ENOUGH = 1e-9
TREES = 4
"""Random trees tried for one pair of parts."""
HEAT, COOLING = 0.35, 0.97


def descend(parts: Parts, only: Iterable[int] | None = None) -> None:
    """Move single blocks while that makes it cheaper, the best move of each sweep's blocks at once."""
    blocks = sorted(parts.label if only is None else only)
    improved = True
    while improved:
        improved = False
        for block in blocks:
            better = [(parts.gain(block, to), -to) for to in parts.beside(block)]
            if better and max(better)[0] > ENOUGH and parts.can_leave(block):
                parts.move(block, -max(better)[1])
                improved = True


def recombine(parts: Parts, one: int, other: int, rng: Random) -> float:
    """Join two neighbouring parts and cut them anew, the best of a few trees; returns the gain and applies it.

    The result may be dearer: the caller keeps a copy.
    """
    members = sorted(parts.members[one] | parts.members[other])
    before = parts.costs[one] + parts.costs[other]
    best: tuple[float, dict[int, list[int]]] | None = None
    for _try in range(TREES):
        for half in trees.cuts(parts.web, members, 0.5, rng):
            rest = sorted(set(members) - set(half))
            offer = _labelled(parts, one, other, half, rest)
            if best is None or offer[0] < best[0]:
                best = offer
    if best is None:
        return 0.0
    parts.replace([one, other], best[1])
    return before - best[0]


def _labelled(
    parts: Parts, one: int, other: int, half: list[int], rest: list[int]
) -> tuple[float, dict[int, list[int]]]:
    ways = [{one: half, other: rest}]
    if parts.web.home:
        ways.append({one: rest, other: half})
    priced = [
        (sum(parts.web.cost(p, parts.web.sums(blocks, p)) for p, blocks in way.items()), way) for way in ways
    ]
    return min(priced, key=lambda offer: offer[0])


def anneal(parts: Parts, rounds: int, rng: Random, stop: Stop = never) -> Parts:
    """The cheapest division met on a walk of `rounds` recombinations, each followed by moves; cooling down."""
    best, heat = parts.copy(), HEAT
    for _round in range(rounds):
        check(stop)
        one = rng.choice(sorted(parts.members))
        beside = parts.neighbours(one)
        if not beside:
            break
        other = rng.choice(beside)
        trial = parts.copy()
        recombine(trial, one, other, rng)
        descend(trial, trial.members[one] | trial.members[other])
        worse = trial.cost() - parts.cost()
        if worse <= 0 or rng.random() < exp(-worse / heat):
            parts = trial
        if parts.cost() < best.cost() - ENOUGH:
            best = parts.copy()
        heat *= COOLING
    descend(best)
    return best
