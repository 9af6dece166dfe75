"""A division of blocks into parts, what it costs, and how the cost changes when a block changes sides.

Pure Python on small lists: a village has tens to hundreds of blocks, and numpy's calls cost more than the sums.
"""

from dataclasses import dataclass, field
from math import pi

from grid_editor.auto.blocks import Blocks
from grid_editor.auto.inputs import Band, Bools

OUTSIDE, EXCESS = 3.0, 10.0
"""For a part outside the band: at once, and per target's worth of households above or below it."""
BALANCE, SHAPE = 4.0, 0.8
"""For the squared distance from the mean (in targets), and for the inverse Polsby-Popper measure."""
MOVED = 4.0
"""Keeping: per target's worth of households that leave their grid; then balance counts for nothing."""


@dataclass(frozen=True)
class Web:
    """Blocks as plain lists, only the `free` ones (fixed grids take no part), and what they are weighed with.

    `home[i]`: the part that block i comes from, where moving it away costs; empty when drawing afresh.
    """

    households: list[int]
    area: list[float]
    outline: list[float]
    near: list[dict[int, float]]
    band: Band
    mean: float
    home: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.households)

    def cost(self, label: int, sums: tuple[float, float, float, float]) -> float:
        """What a part with these sums costs (Polsby-Popper with the weighted outline, so that main roads pay)."""
        households, area, outline, moved = sums
        target = self.band.target
        excess = self.band.excess(households)
        off = OUTSIDE + EXCESS * excess / target if excess else 0.0
        shape = SHAPE * outline * outline / (4 * pi * max(area, 1e-9))
        if self.home:
            return off + MOVED * moved / target + shape * 0.1
        return off + BALANCE * ((households - self.mean) / target) ** 2 + shape

    def sums(self, members: list[int], label: int) -> tuple[float, float, float, float]:
        """Households, m2, weighted outline in metres, and households that came from elsewhere."""
        inside = set(members)
        people = sum(self.households[i] for i in members)
        outline = sum(self.outline[i] for i in members)
        outline -= sum(length for i in members for j, length in self.near[i].items() if j in inside)
        moved = sum(self.households[i] for i in members if self.home[i] != label) if self.home else 0
        return people, sum(self.area[i] for i in members), outline, moved

    def connected(self, members: set[int]) -> bool:
        """Whether one can walk across borders between any two of the members."""
        if not members:
            return False
        start = min(members)
        seen, queue = {start}, [start]
        while queue:
            for j in self.near[queue.pop()]:
                if j in members and j not in seen:
                    seen.add(j)
                    queue.append(j)
        return len(seen) == len(members)

    def components(self) -> list[list[int]]:
        """The blocks in connected groups, each sorted, by first member."""
        left, groups = set(range(len(self))), []
        while left:
            queue = [min(left)]
            group = set(queue)
            while queue:
                fresh = [j for j in self.near[queue.pop()] if j not in group]
                group.update(fresh)
                queue += fresh
            left -= group
            groups.append(sorted(group))
        return groups


class Parts:
    """Which part each block is in, with the sums of the parts. Labels are any integers; blocks may have none."""

    def __init__(self, web: Web, label: dict[int, int]) -> None:
        self.web = web
        self.label = dict(label)
        self.members: dict[int, set[int]] = {}
        for block, part in label.items():
            self.members.setdefault(part, set()).add(block)
        self.sums = {part: web.sums(sorted(blocks), part) for part, blocks in self.members.items()}
        self.costs = {part: web.cost(part, sums) for part, sums in self.sums.items()}

    def cost(self) -> float:
        return sum(self.costs.values())

    def outside(self) -> list[int]:
        """The parts outside the band, sorted."""
        return sorted(p for p, sums in self.sums.items() if self.web.band.excess(sums[0]))

    def beside(self, block: int) -> list[int]:
        """The other parts that a block borders, sorted."""
        own = self.label[block]
        return sorted({self.label[j] for j in self.web.near[block] if j in self.label} - {own})

    def neighbours(self, part: int) -> list[int]:
        return sorted({other for block in self.members[part] for other in self.beside(block)})

    def can_leave(self, block: int) -> bool:
        """Whether its part stays whole without it."""
        members = self.members[self.label[block]]
        if len(members) == 1:
            return False
        inside = [j for j in self.web.near[block] if j in members]
        return len(inside) == 1 or self.web.connected(members - {block})

    def gain(self, block: int, to: int) -> float:
        """How much cheaper it gets when the block goes `to` another part; negative: dearer."""
        own = self.label[block]
        before = self.costs[own] + self.costs[to]
        return before - self.web.cost(own, self._less(block, own)) - self.web.cost(to, self._plus(block, to))

    def move(self, block: int, to: int) -> None:
        own = self.label[block]
        self.sums[own], self.sums[to] = self._less(block, own), self._plus(block, to)
        # New sets, because copies share them.
        self.members[own] = self.members[own] - {block}
        self.members[to] = self.members[to] | {block}
        self.label[block] = to
        for part in (own, to):
            self.costs[part] = self.web.cost(part, self.sums[part])

    def replace(self, old: list[int], new: dict[int, list[int]]) -> None:
        """Put other parts in the place of some, over the same blocks."""
        for part in old:
            del self.members[part], self.sums[part], self.costs[part]
        for part, blocks in new.items():
            self.members[part] = set(blocks)
            self.sums[part] = self.web.sums(blocks, part)
            self.costs[part] = self.web.cost(part, self.sums[part])
            self.label.update(dict.fromkeys(blocks, part))

    def copy(self) -> "Parts":
        twin = Parts.__new__(Parts)
        twin.web, twin.label = self.web, dict(self.label)
        twin.members = dict(self.members)
        twin.sums, twin.costs = dict(self.sums), dict(self.costs)
        return twin

    def _common(self, block: int, part: int) -> float:
        return sum(length for j, length in self.web.near[block].items() if self.label.get(j) == part)

    def _less(self, block: int, part: int) -> tuple[float, float, float, float]:
        people, area, outline, moved = self.sums[part]
        web = self.web
        outline += 2 * self._common(block, part) - web.outline[block]
        return (
            people - web.households[block],
            area - web.area[block],
            outline,
            moved - self._stranger(block, part),
        )

    def _plus(self, block: int, part: int) -> tuple[float, float, float, float]:
        people, area, outline, moved = self.sums[part]
        web = self.web
        outline += web.outline[block] - 2 * self._common(block, part)
        return (
            people + web.households[block],
            area + web.area[block],
            outline,
            moved + self._stranger(block, part),
        )

    def _stranger(self, block: int, part: int) -> int:
        return self.web.households[block] if self.web.home and self.web.home[block] != part else 0


def web_of(blocks: Blocks, free: Bools, band: Band, home: list[int] | None = None) -> tuple[Web, list[int]]:
    """The free blocks as a Web, and their numbers in `blocks`."""
    numbers = [i for i in range(len(blocks)) if free[i]]
    place = {block: i for i, block in enumerate(numbers)}
    people = [int(blocks.households[i]) for i in numbers]
    total = sum(people)
    return Web(
        people,
        [float(blocks.area[i]) for i in numbers],
        [float(blocks.outline[i]) for i in numbers],
        [{place[j]: length for j, length in blocks.near[i].items() if j in place} for i in numbers],
        band,
        total / band.counts(total)[0],
        [home[i] for i in numbers] if home else [],
    ), numbers
