"""Things on the ground that a border between two grids of one village cuts in two: what lies on which side.

Read from the stored rows, set-based. A border between villages is not the plan's to move, so it counts for none.
"""

from dataclasses import dataclass
from typing import Any

import shapely
from django.db import connection

from grid_editor.validations.look import Look


@dataclass(frozen=True)
class Cut:
    """One thing, EPSG:4490, with the grids that hold some of it, and each one's square metres and households."""

    village: str
    name: str
    geom: shapely.Geometry
    codes: tuple[str, ...]
    m2: tuple[float, ...]
    households: tuple[int, ...]

    def shares(self) -> list[float]:
        """What each grid holds, in percent: of the households, or of the ground where nobody lives."""
        parts: tuple[float, ...] = self.households if sum(self.households) else self.m2
        whole = sum(parts) or 1.0
        return [100 * part / whole for part in parts]

    def meant(self, share: float, least_m2: float) -> "Cut | None":
        """The cut with only the grids that hold at least this share and ground; None if that leaves one."""
        kept = [i for i, held in enumerate(self.shares()) if held >= share and self.m2[i] >= least_m2]
        if len(kept) < 2:
            return None
        return Cut(
            self.village,
            self.name,
            self.geom,
            tuple(self.codes[i] for i in kept),
            tuple(self.m2[i] for i in kept),
            tuple(self.households[i] for i in kept),
        )


def cuts(look: Look, query: str) -> list[Cut]:
    """The cuts that a query (of the plan and the villages) finds, as far as they mean something."""
    with connection.cursor() as cursor:
        cursor.execute(query, {"plan": look.plan.pk, "villages": sorted(look.villages)})
        found = [_cut(row) for row in cursor.fetchall()]
    limits = look.limits
    meant = [cut.meant(limits.cut_share, limits.cut_m2) for cut in found]
    return [cut for cut in meant if cut is not None]


def _cut(row: tuple[Any, ...]) -> Cut:
    village, name, wkb, codes, m2, households = row
    return Cut(village, name, shapely.from_wkb(bytes(wkb)), tuple(codes), tuple(m2), tuple(households))
