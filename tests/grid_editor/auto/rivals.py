"""Other ways to divide the same blocks, for docs/adr/004-auto-draft.md. Not part of the product.

Each takes a web of blocks, the number of grids and a seed, and gives the part of every block. The two
libraries are needed for the comparison only.
"""

from collections.abc import Callable
from random import Random

import shapely

from grid_editor.auto import divide
from grid_editor.auto.inputs import never
from grid_editor.auto.parts import Parts, Web

Divide = Callable[[Web, int, int, list[shapely.Geometry]], list[int]]


def ours(web: Web, count: int, seed: int, places: list[shapely.Geometry]) -> list[int]:
    found = divide.divided(web, Random(seed), never)
    return [found.label[i] for i in range(len(web))]


def greedy(web: Web, count: int, seed: int, places: list[shapely.Geometry]) -> list[int]:
    """Grow one grid after the other from the westernmost free block until it has its share."""
    label: dict[int, int] = {}
    west = sorted(range(len(web)), key=lambda i: (places[i].x, places[i].y))
    goal = sum(web.households) / count
    while len(label) < len(web):
        part, people = len(set(label.values())), 0
        queue = [next(i for i in west if i not in label)]
        while queue and (people < goal or part >= count - 1):
            block = queue.pop(0)
            if block not in label:
                label[block] = part
                people += web.households[block]
                queue += sorted(j for j in web.near[block] if j not in label)
    return _without_scraps(web, label, count)


def _without_scraps(web: Web, label: dict[int, int], count: int) -> list[int]:
    """What growing left over joins the neighbour with the fewest households, until `count` grids are left."""
    parts = Parts(web, label)
    while len(parts.members) > count:
        least = min(parts.members, key=lambda p: (parts.sums[p][0], p))
        other = min(parts.neighbours(least), key=lambda p: (parts.sums[p][0], p))
        parts.replace([least, other], {other: sorted(parts.members[least] | parts.members[other])})
    return [parts.label[i] for i in range(len(web))]


STEPS = 100


def recom(web: Web, count: int, seed: int, places: list[shapely.Geometry]) -> list[int]:
    """gerrychain: the best by our cost of a ReCom chain of STEPS steps within 20 % of the mean."""
    from functools import partial

    import networkx
    from gerrychain import Graph, MarkovChain, Partition
    from gerrychain.partition import recursive_tree_part
    from gerrychain.proposals import recom as step
    from gerrychain.updaters import Tally

    net = networkx.Graph()
    net.add_nodes_from((i, {"people": web.households[i]}) for i in range(len(web)))
    net.add_edges_from((i, j) for i in range(len(web)) for j in web.near[i])
    graph, goal = Graph.from_networkx(net), sum(web.households) / count
    first = recursive_tree_part(graph, range(count), goal, "people", 0.2, rng=seed)
    start = Partition(graph, first, updaters={"people": Tally("people")})
    move = partial(step, pop_col="people", pop_target=goal, epsilon=0.2)
    chain = MarkovChain(move, [], initial_partition=start, total_steps=STEPS, rng=seed)
    best = min(
        ({i: state.assignment[i] for i in range(len(web))} for state in chain),
        key=lambda label: Parts(web, label).cost(),
    )
    return [best[i] for i in range(len(web))]


def metis(web: Web, count: int, seed: int, places: list[shapely.Geometry]) -> list[int]:
    """METIS (pymetis), contiguous, borders weighted by length, balance 5 %."""
    import pymetis

    starts, ends, lengths = [0], [], []
    for i in range(len(web)):
        ends += list(web.near[i])
        lengths += [max(int(length), 1) for length in web.near[i].values()]
        starts.append(len(ends))
    options = pymetis.Options(contig=1, seed=seed, ufactor=50)
    _cut, label = pymetis.part_graph(
        count,
        xadj=starts,
        adjncy=ends,
        eweights=lengths,
        vweights=web.households,
        options=options,
        recursive=False,
    )
    return list(label)


ALL: dict[str, Divide] = {
    "ours": ours,
    "greedy": greedy,
    "gerrychain ReCom": recom,
    "METIS": metis,
}
