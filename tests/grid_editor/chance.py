"""Random commands on a draft, as hurried people would give them: many are sound, some must be refused."""

import random

import shapely

from grid_editor.commands import (
    Absorb,
    Command,
    Create,
    Merge,
    Redraw,
    Rename,
    Renumber,
    Reshape,
    SetKind,
    Split,
    Transfer,
)
from grid_editor.draft import Draft, DraftGrid


class Hand:
    """One person's random hand."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def command(self, draft: Draft) -> Command:
        """Any of the palette; few grids make splitting likelier, many merging."""
        many = len(draft.grids) > 45
        kinds = [self.split, self.create, self.reshape, self.redraw, self.transfer, self.absorb, self.merge]
        weights = [2 if many else 8, 1 if many else 3, 8, 8, 6, 3 if many else 1, 6 if many else 2]
        if self.chance.random() < 0.05:
            return self.words(draft)
        return self.chance.choices(kinds, weights)[0](draft)

    def grid(self, draft: Draft) -> DraftGrid:
        return draft.grids[self.chance.choice(sorted(draft.grids))]

    def neighbour(self, draft: Draft, grid: DraftGrid) -> DraftGrid:
        others = [
            o
            for o in draft.of_village(grid.parent_code)
            if o.code != grid.code and o.geom.intersects(grid.geom)
        ]
        return self.chance.choice(sorted(others, key=lambda o: o.code)) if others else self.grid(draft)

    def point(self, grid: DraftGrid, beyond: float = 0.0) -> tuple[float, float]:
        west, south, east, north = grid.geom.bounds
        w, h = east - west, north - south
        return (
            self.chance.uniform(west - w * beyond, east + w * beyond),
            self.chance.uniform(south - h * beyond, north + h * beyond),
        )

    def on_border(self, grid: DraftGrid) -> tuple[float, float]:
        border = grid.geom.boundary
        return border.interpolate(self.chance.random(), normalized=True).coords[0]

    def vertex(self, grid: DraftGrid) -> tuple[float, float]:
        return tuple(self.chance.choice(shapely.get_coordinates(grid.geom).tolist()))

    def end(self, grid: DraftGrid) -> tuple[float, float]:
        return self.chance.choice([self.on_border, self.vertex, lambda g: self.point(g, 0.3)])(grid)

    def line(self, grid: DraftGrid, ends=None) -> shapely.MultiLineString:
        ends = ends or self.end
        inner = [self.point(grid) for _ in range(self.chance.randrange(3))]
        return shapely.MultiLineString([[ends(grid), *inner, ends(grid)]])

    def split(self, draft: Draft) -> Command:
        grid = self.grid(draft)
        lines = [self.line(grid) for _ in range(self.chance.choice([1, 1, 1, 2]))]
        return Split(grid.code, shapely.MultiLineString([part for line in lines for part in line.geoms]))

    def merge(self, draft: Draft) -> Command:
        grid = self.grid(draft)
        return Merge((grid.code, self.neighbour(draft, grid).code))

    def absorb(self, draft: Draft) -> Command:
        return Absorb(self.grid(draft).code)

    def reshape(self, draft: Draft) -> Command:
        grid = self.grid(draft)
        start = self.chance.choice([self.vertex, self.on_border])(grid)
        start = tuple(round(v * 1e8) / 1e8 for v in start)
        if self.chance.random() < 0.15:
            return Reshape(((start, None),))
        size = (grid.geom.area**0.5) * 0.2
        end = tuple(round((v + self.chance.uniform(-size, size)) * 1e8) / 1e8 for v in start)
        return Reshape(((start, end),))

    def redraw(self, draft: Draft) -> Command:
        grid = self.grid(draft)
        on = self.chance.choice([self.on_border, self.vertex])
        inner = [self.point(grid, 0.2) for _ in range(self.chance.randrange(3))]
        return Redraw(grid.code, shapely.MultiLineString([[on(grid), *inner, on(grid)]]))

    def piece(self, grid: DraftGrid) -> shapely.Polygon:
        x, y = self.chance.choice([self.point, self.vertex, self.on_border])(grid)
        size = (grid.geom.area**0.5) * self.chance.uniform(0.1, 0.7)
        corners = [
            (x + dx * size * self.chance.uniform(0.3, 1), y + dy * size * self.chance.uniform(0.3, 1))
            for dx, dy in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]
        return shapely.Polygon(corners)

    def transfer(self, draft: Draft) -> Command:
        grid = self.grid(draft)
        return Transfer(grid.code, self.neighbour(draft, grid).code, self.piece(grid))

    def create(self, draft: Draft) -> Command:
        return Create(self.piece(self.grid(draft)))

    def words(self, draft: Draft) -> Command:
        code = self.grid(draft).code
        return self.chance.choice(
            [
                Rename(code, f"name {self.chance.random()}"),
                SetKind(code, self.chance.choice(["general", "special"])),
                Renumber(code),
            ]
        )
