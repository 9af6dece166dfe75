"""Roll back: a new plan in which the grids are as on a past day, as far as they fit today's villages.

A code that is live keeps its grid; a retired one never returns: its ground gets a new code, whose attribute `restores`
names the old one, and publishing records that in the lineage.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Self

import numpy as np
from django.contrib.gis.db.models.functions import AsWKB
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gis_core.errors import NotFound, WanggeError
from gis_core.importing.coding import west_to_east
from gis_core.models import Area
from grid_editor import numbering, services
from grid_editor.commands.command import Command
from grid_editor.deltas import Delta
from grid_editor.draft import Draft, DraftGrid
from grid_editor.lifecycle.matching import matched
from grid_editor.models import Plan
from grid_editor.publishing.comparing import FIELDS, as_grid, same
from grid_editor.reasons import Refusal, refuse


@dataclass(frozen=True)
class TakeBack(Command):
    """`past`: the grids of that day, by village. Villages that had none then stay as they are."""

    kind: ClassVar[str] = "rollback"
    loose: ClassVar[bool] = True
    past: Mapping[str, tuple[DraftGrid, ...]]
    day: str

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        """Not from a request: the service reads the past."""
        raise refuse("rollback_only", _("A roll-back is a new plan with a past day."))

    def codes(self) -> list[str]:
        return sorted(self.past)

    def edited(self, draft: Draft) -> Draft:
        after = draft
        for village in sorted(draft.villages & self.past.keys()):
            after = _with_past(after, village, self.past[village])
        return matched(after, sorted(draft.villages & self.past.keys()))

    def words(self, delta: Delta) -> str:
        return _("Grids as of %(day)s") % {"day": self.day}


def _with_past(draft: Draft, village: str, past: tuple[DraftGrid, ...]) -> Draft:
    now = {grid.code: grid for grid in draft.of_village(village)}
    kept = {grid.code: _as_then(now.get(grid.code), grid) for grid in past if grid.code in draft.base}
    lost = [grid for grid in past if grid.code not in draft.base]
    cleared = draft.with_grids([], removed=now.keys())
    return cleared.with_grids([*kept.values(), *_renamed(draft, village, lost)])


def _as_then(now: DraftGrid | None, then: DraftGrid) -> DraftGrid:
    if now is not None and same(now, then):
        return now
    return replace(then, id=now.id if now else None)


def _renamed(draft: Draft, village: str, lost: list[DraftGrid]) -> list[DraftGrid]:
    """The grids whose codes are retired, under new ones, from west to east."""
    given: list[DraftGrid] = []
    if lost:
        for index in west_to_east(np.array([grid.geom for grid in lost], dtype=object)):
            old = lost[index]
            code = numbering.next_free(draft, village, old.kind, [grid.code for grid in given])
            given.append(
                replace(old, code=code, attributes={**old.attributes, "restores": old.code}, id=None)
            )
    return given


# ---- the service --------------------------------------------------------------------------------------------


@transaction.atomic
def create(user: Any, name: str, scope_code: str, moment: datetime) -> Plan:
    """A plan with the grids of a past moment. Raises as services.create_plan; NotFound when there were none."""
    if moment > timezone.now():
        raise WanggeError(_("A roll-back goes to a past day."), {"field": "from_date"}, "not_past")
    plan = services.create_plan(user, name, scope_code, Plan.Origin.ROLLBACK)
    past = _past(scope_code, moment)
    day = timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
    if not past:
        text = _("There were no grids in %(code)s on %(day)s.")
        raise NotFound(text % {"code": scope_code, "day": day}, {"code": scope_code}, "no_such_past")
    try:
        services.run(user, plan.pk, TakeBack(past, day), 0, {"from_date": moment.isoformat()})
    except Refusal as refused:
        if refused.code != "nothing_changes":
            raise
    plan.refresh_from_db()
    return plan


def _past(scope: str, moment: datetime) -> dict[str, tuple[DraftGrid, ...]]:
    after = str(int(scope) + 1).zfill(len(scope))
    rows = Area.objects.at(moment).filter(tier="grid", code__gte=scope, code__lt=after)
    found: dict[str, list[DraftGrid]] = defaultdict(list)
    for row in rows.annotate(wkb=AsWKB("geom")).order_by("code").values_list(*FIELDS):
        grid = as_grid(row)
        found[grid.parent_code].append(grid)
    return {village: tuple(grids) for village, grids in found.items()}
