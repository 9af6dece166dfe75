"""Remove a grid: its ground goes to a chosen neighbour, or to the one with the longest common border."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import shapely
from django.utils.translation import gettext as _

from gis_core.importing import chain
from grid_editor.commands import arguments
from grid_editor.commands.command import Command, grid, listed, one_village
from grid_editor.deltas import Delta
from grid_editor.draft import Draft, DraftGrid
from grid_editor.geometry.arrangement import borders, length_m
from grid_editor.reasons import refuse, short


@dataclass(frozen=True)
class Absorb(Command):
    """`into`: who takes the ground; None leaves the choice to the border."""

    kind: ClassVar[str] = "absorb"
    code: str
    into: str | None = None

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        return cls(arguments.code(given), arguments.maybe_code(given, "into"))

    def codes(self) -> list[str]:
        return [self.code, *([self.into] if self.into else [])]

    def edited(self, draft: Draft) -> Draft:
        gone = grid(draft, self.code)
        taker = grid(draft, self.into) if self.into else _best_neighbour(draft, gone)
        if taker.code == gone.code:
            raise refuse("same_grid", _("A grid cannot take its own ground."), [gone.code])
        one_village([gone, taker])
        geom = chain.union(np.array([taker.geom, gone.geom], dtype=object))
        return draft.with_grids([taker.with_geom(geom)], removed=[gone.code])

    def words(self, delta: Delta) -> str:
        takers = [code for code in delta.codes() if code != self.code]
        return _("Removed %(code)s; its ground went to %(into)s") % {
            "code": short(self.code),
            "into": listed(takers),
        }


def _best_neighbour(draft: Draft, gone: DraftGrid) -> DraftGrid:
    """The grid of the village with the longest common border. Raises Refusal where there is none."""
    others = [one for one in draft.of_village(gone.parent_code) if one.code != gone.code]
    near = [
        one
        for one in others
        if shapely.intersects(shapely.box(*one.geom.bounds), shapely.box(*gone.geom.bounds))
    ]
    along = borders([gone.geom, *(one.geom for one in near)])
    lengths = {near[j - 1].code: length_m(s) for (i, j), s in along.items() if i == 0}
    if not lengths:
        raise refuse(
            "no_neighbour",
            _("Grid %(code)s has no neighbour in its village that could take its ground.")
            % {"code": short(gone.code)},
            [gone.code],
        )
    return draft.grids[max(sorted(lengths), key=lengths.__getitem__)]
