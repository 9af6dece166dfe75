"""Rebase: bring into a draft what changed live since it began. Three versions of each grid: base, live, ours.

What the plan left alone is taken over. Where both changed the same grid, `choices` says `mine` (the default) or
`theirs`. All of it is one command, undone at one stroke; gaps and overlaps that come of it are listed as defects.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.db import transaction
from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from gis_core.models import Area
from grid_editor import basing, numbering, services
from grid_editor.commands.command import Command
from grid_editor.deltas import Delta
from grid_editor.draft import Boundary, Draft, DraftGrid
from grid_editor.lifecycle.matching import matched
from grid_editor.models import Plan, PlanLog
from grid_editor.publishing import comparing, conflicts
from grid_editor.publishing.comparing import Standing, same, same_ground, village_of
from grid_editor.publishing.conflicts import Conflict
from grid_editor.reasons import Refusal, refuse
from grid_editor.services import Outcome

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class TakeOver(Command):
    """`borders`: the live areas above the grids, by code."""

    kind: ClassVar[str] = basing.REBASE
    loose: ClassVar[bool] = True
    at: Standing
    borders: Mapping[str, shapely.MultiPolygon] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        """Not from a request: the service reads what is live."""
        raise refuse("rebase_only", _("A rebase is asked for at its own address."))

    def codes(self) -> list[str]:
        return sorted({*self.at.moved, *map(village_of, self.at.moved)})

    def edited(self, draft: Draft) -> Draft:
        above = {code: self._border(draft, area) for code, area in draft.boundaries.items()}
        after = replace(draft, boundaries=above)
        for code in sorted(self.at.moved):
            if village_of(code) in draft.villages:
                after = self._taken(after, code)
        after = _without_retired(after, self.at)
        return matched(after, sorted(draft.villages))

    def _border(self, draft: Draft, area: Boundary) -> Boundary:
        """As it is live; of areas that this does not concern only where it has moved."""
        live = self.borders.get(area.code)
        keeps = live is None or (area.code not in draft.villages and same_ground(area.geom, live))
        return area if keeps else replace(area, geom=live)

    def _taken(self, draft: Draft, code: str) -> Draft:
        base, live, mine = self.at.base.get(code), self.at.live.get(code), draft.grids.get(code)
        if _says_the_same(base, live) or _says_the_same(mine, live):
            return draft
        if _untouched(base, mine) or self.choices.get(code) == THEIRS:
            return _with_live(draft, code, live, mine)
        if mine is None or (base is not None and live is not None):
            return draft  # ours stays as it is, or stays away
        freed = renumbered(draft, mine)  # the code is theirs now, or retired
        return freed if live is None else freed.with_grids([replace(live, id=None)])

    def words(self, delta: Delta) -> str:
        return _("Took over what changed live: %(grids)d grids") % {"grids": len(delta.codes())}


def _says_the_same(one: DraftGrid | None, other: DraftGrid | None) -> bool:
    return one is other or (one is not None and other is not None and same(one, other))


def _untouched(base: DraftGrid | None, mine: DraftGrid | None) -> bool:
    return mine is None if base is None else mine is not None and same(base, mine)


def _with_live(draft: Draft, code: str, live: DraftGrid | None, mine: DraftGrid | None) -> Draft:
    if live is None:
        return draft.with_grids([], removed=[code])
    return draft.with_grids([replace(live, id=mine.id if mine else None)], removed=[code])


def renumbered(draft: Draft, grid: DraftGrid) -> Draft:
    """The grid under the next free code, which nobody ever had."""
    code = numbering.next_free(draft, grid.parent_code, grid.kind)
    return draft.with_grids([replace(grid, code=code)], removed=[grid.code])


def _without_retired(draft: Draft, at: Standing) -> Draft:
    """Codes that this plan gave and that somebody else gave and retired meanwhile are given anew."""
    taken = draft.reserved - at.live.keys() - at.base.keys()
    for code in sorted(taken & draft.grids.keys()):
        draft = renumbered(draft, draft.grids[code])
    return draft


# ---- the service --------------------------------------------------------------------------------------------


@transaction.atomic
def rebase(
    user: Any, plan_id: int, revision: int | None = None, choices: Mapping[str, str] | None = None
) -> tuple[Plan, Outcome | None, list[Conflict]]:
    """Take over what changed; no outcome when the draft stays as it is. Raises Frozen, Stale and as services.run.

    The list says what had changed; where `both`, and `choices` did not say `theirs`, ours was kept.
    """
    plan = services.locked(user, plan_id, "edit_plan")
    at = comparing.standing(plan)
    found = conflicts.found(plan, at)
    _check(choices or {}, {one.code for one in found})
    moved = basing.moves(plan, at.begun)
    try:
        command = TakeOver(at, _borders(plan), choices or {})
        arguments = {"base": moved, "choices": dict(choices or {})}
        outcome = services.run(user, plan_id, command, revision, arguments)
    except Refusal as refused:
        if refused.code != "nothing_changes":
            raise
        outcome = None
    plan = services.locked(user, plan_id, "edit_plan")
    basing.move(plan, moved)
    plan.save(update_fields=["base_versions", "changed_at"])
    if outcome is None and moved:
        services.note(plan, user, PlanLog.Action.REBASED)
    return plan, outcome, found


def _check(choices: Mapping[str, str], known: set[str]) -> None:
    wrong = sorted(
        code for code, choice in choices.items() if code not in known or choice not in (MINE, THEIRS)
    )
    if wrong:
        text = _("Choices are %(mine)s or %(theirs)s for grids that changed live: %(codes)s is none of them.")
        raise WanggeError(
            text % {"mine": MINE, "theirs": THEIRS, "codes": ", ".join(wrong[:5])},
            {"field": "choices", "codes": wrong, "allowed": sorted(known)},
            "invalid",
        )


def _borders(plan: Plan) -> dict[str, shapely.MultiPolygon]:
    rows = Area.objects.live().filter(code__in=plan.boundaries.values("code")).annotate(wkb=AsWKB("geom"))
    return {code: shapely.from_wkb(bytes(wkb)) for code, wkb in rows.values_list("code", "wkb")}
