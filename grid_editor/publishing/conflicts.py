"""What changed live under a plan since it began: the list that a refused publication and a rebase work from."""

from dataclasses import dataclass
from typing import Any

import shapely

from gis_core.models import Area
from grid_editor.draft import DraftGrid
from grid_editor.models import Plan
from grid_editor.publishing import comparing
from grid_editor.publishing.comparing import Standing, same, same_ground


@dataclass(frozen=True)
class Conflict:
    """One grid (or village border) that is not live any more as the plan was copied from.

    `both`: the plan changed it as well. `blocking`: it lies in a village that the plan changes, so that the plan
    cannot be published before a rebase. `base`, `live`, `ours`: the three versions, None where there is none.
    """

    code: str
    village: str
    what: str
    both: bool
    blocking: bool
    base: DraftGrid | None
    live: DraftGrid | None
    ours: DraftGrid | None

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "village": self.village,
            "what": self.what,
            "both": self.both,
            "blocking": self.blocking,
            "base": _feature(self.base),
            "live": _feature(self.live),
            "ours": _feature(self.ours),
        }


def found(plan: Plan, at: Standing | None = None) -> list[Conflict]:
    """Every one, by code."""
    at = at or comparing.standing(plan)
    grids = [_conflict(code, at) for code in sorted(at.moved)]
    return [*_borders(plan, at), *(one for one in grids if one is not None)]


def _conflict(code: str, at: Standing) -> Conflict | None:
    base, live, ours = at.base.get(code), at.live.get(code), at.ours.get(code)
    if base is not None and live is not None and same(base, live):
        return None  # a version of its own that says the same
    if live is not None and ours is not None and same(live, ours):
        return None  # both made the same of it
    village = comparing.village_of(code)
    what = "retired" if live is None else "new" if base is None else "changed"
    both = ours is not None if base is None else ours is None or not same(base, ours)
    return Conflict(code, village, what, both, village in at.our_villages, base, live, ours)


def _borders(plan: Plan, at: Standing) -> list[Conflict]:
    """Villages whose border has moved, or that are no more."""
    live = dict(
        Area.objects.live()
        .filter(tier="village", code__in=plan.boundaries.filter(tier="village").values("code"))
        .values_list("code", "geom")
    )
    found = []
    for row in plan.boundaries.filter(tier="village").order_by("code"):
        now = live.get(row.code)
        if now is not None and same_ground(_shape(row.geom), _shape(now)):
            continue
        old = DraftGrid(row.code, row.name, "", row.parent_code or "", _shape(row.geom))
        new = None if now is None else DraftGrid(row.code, row.name, "", row.parent_code or "", _shape(now))
        blocking = row.code in at.our_villages
        found.append(Conflict(row.code, row.code, "border", False, blocking, old, new, old))
    return found


def _shape(geom: Any) -> shapely.MultiPolygon:
    return shapely.from_wkb(bytes(geom.wkb))


def _feature(grid: DraftGrid | None) -> dict[str, Any] | None:
    if grid is None:
        return None
    return {
        "type": "Feature",
        "id": grid.code,
        "geometry": shapely.geometry.mapping(grid.geom),
        "properties": {"code": grid.code, "name": grid.name, "kind": grid.kind},
    }
