"""Cut connected blocks in two along a random spanning tree: both halves are connected by construction.

The step of the ReCom chain (DeFord, Duchin, Solomon 2021, "Recombination"), here used to build and to improve.
A tree prefers dear borders, so what it leaves for the cut are main roads and water.
"""

from collections.abc import Iterator
from random import Random

from grid_editor.auto.parts import Web

BEST = 4
"""Cuts offered of one tree."""


def cuts(web: Web, members: list[int], share: float, rng: Random) -> Iterator[list[int]]:
    """The halves below the cuts of one random tree whose households come nearest to `share` of all."""
    order, above = _tree(web, members, rng)
    below = {block: web.households[block] for block in order}
    for block in reversed(order[1:]):
        below[above[block]] += below[block]
    total = below[order[0]]
    goal = share * total
    # Either side may be the one with `share`.
    miss = {b: min(abs(below[b] - goal), abs(total - below[b] - goal)) for b in order[1:]}
    for block in sorted(miss, key=lambda b: (miss[b], b))[:BEST]:
        yield _subtree(order, above, block)


def _tree(web: Web, members: list[int], rng: Random) -> tuple[list[int], dict[int, int]]:
    """Blocks from the root outwards, and the one above each: a minimum spanning tree of random weights."""
    inside = set(members)
    edges = sorted(
        (rng.random() / (1.0 + length), i, j)
        for i in members
        for j, length in web.near[i].items()
        if i < j and j in inside
    )
    links: dict[int, list[int]] = {i: [] for i in members}
    group = {i: i for i in members}
    for _weight, i, j in edges:
        one, other = _root(group, i), _root(group, j)
        if one != other:
            group[one] = other
            links[i].append(j)
            links[j].append(i)
    order, above = [members[0]], {members[0]: members[0]}
    for block in order:
        fresh = [j for j in links[block] if j != above[block]]
        above.update(dict.fromkeys(fresh, block))
        order += fresh
    return order, above


def _root(group: dict[int, int], one: int) -> int:
    while group[one] != one:
        group[one] = group[group[one]]
        one = group[one]
    return one


def _subtree(order: list[int], above: dict[int, int], top: int) -> list[int]:
    inside = {top}
    for block in order:
        if block != top and above[block] in inside:
            inside.add(block)
    return sorted(inside)
