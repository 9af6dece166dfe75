"""A command whose rows were worked out beforehand, under the plan's lock: what a repair or an upload leaves.

Not in the palette: no request gives rows; `repairs/` and `uploading/` do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import shapely
from django.utils.translation import gettext as _

from grid_editor import deltas
from grid_editor.commands.command import Command
from grid_editor.deltas import Delta
from grid_editor.draft import Draft
from grid_editor.reasons import refuse


@dataclass(frozen=True)
class Prepared(Command):
    """Put the rows of `delta` in; the draft that they were worked out on must be the present one."""

    loose: ClassVar[bool] = True
    delta: Delta

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        raise refuse("prepared_only", _("This is not given as a command; it has an address of its own."))

    def codes(self) -> list[str]:
        return self.delta.codes()

    def extent(self) -> shapely.Geometry | None:
        """Everything that changes, also the neighbours that only get a vertex: their rows must be there."""
        grids = [grid for c in self.delta.grids for grid in (c.before, c.after) if grid is not None]
        geoms = [grid.geom for grid in grids] + [c.after.geom for c in self.delta.boundaries]
        return shapely.box(*shapely.total_bounds(np.array(geoms, dtype=object))) if geoms else None

    def edited(self, draft: Draft) -> Draft:
        return deltas.applied(draft, self.delta)
