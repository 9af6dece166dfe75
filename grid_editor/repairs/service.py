"""Repair a plan: look at what a repair would do, and do it, one or many or all safe ones, as one command."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gis_core.errors import NotFound
from grid_editor import deltas, loading, selectors, services
from grid_editor.deltas import Delta
from grid_editor.draft import Draft
from grid_editor.models import Plan
from grid_editor.reasons import refuse
from grid_editor.repairs import REPAIRS
from grid_editor.repairs.applying import Mended, applied, errors_left, safely, settled
from grid_editor.repairs.command import RepairCommand
from grid_editor.services import Outcome
from grid_editor.validations import RULES, of_draft
from grid_editor.validations.finding import Finding
from grid_editor.validations.look import Look


@dataclass(frozen=True)
class Repaired:
    """What was stored, how many defects it mended, and how many errors are left in the villages concerned."""

    outcome: Outcome
    repaired: int
    left: int


@transaction.atomic
def repair(user: Any, plan_id: int, revision: int, ids: list[str], token: str = "") -> Repaired:
    """Mend these findings, by their ids. Raises NotFound for one that is no more; Refusal for one that no repair
    is known for or that changes nothing; what `services.run` raises."""
    if token and (told := services.told_before(user, plan_id, token)):
        return _told(told)
    plan = services.locked(user, plan_id, "edit_plan")
    draft = _draft_for(plan, ids)
    mended = _mended(plan, draft, ids)
    return _stored(user, plan, draft, mended, (revision, token), {"defects": ids})


@transaction.atomic
def repair_safe(user: Any, plan_id: int, revision: int, token: str = "") -> Repaired:
    """Mend everything that can be mended safely (offers.py), again and again until nothing is left to do."""
    if token and (told := services.told_before(user, plan_id, token)):
        return _told(told)
    plan = services.locked(user, plan_id, "edit_plan")
    draft = loading.whole(plan)
    mended = safely(plan, draft, draft.villages)
    return _stored(user, plan, draft, mended, (revision, token), {"safe": True})


def preview(user: Any, plan_id: int, defect_id: str) -> tuple[Delta, int]:
    """What one repair would change, and how many errors would be left in the villages concerned. Stores nothing."""
    plan = selectors.plan(user, plan_id)
    draft = _draft_for(plan, [defect_id])
    mended = _mended(plan, draft, [defect_id])
    return deltas.between(draft, mended.draft), len(mended.left)


def _draft_for(plan: Plan, ids: Iterable[str]) -> Draft:
    """The villages that the ids name; the whole plan where a grid may change its village."""
    parts = [one.split("-") for one in ids]
    if any(len(part) != 3 or part[0] == "wrong_parent" for part in parts):
        return loading.whole(plan)
    return loading.of_villages(plan, {part[1] for part in parts})


def _mended(plan: Plan, draft: Draft, ids: list[str]) -> Mended:
    todo = _found(plan, draft, ids)
    after = applied(draft, todo)
    mended = Mended(after, todo, errors_left(plan, after, draft.villages))
    return settled(plan, draft, mended, draft.villages)


def _found(plan: Plan, draft: Draft, ids: list[str]) -> list[Finding]:
    """The findings of these ids. Raises NotFound and Refusal."""
    kinds = {one.split("-")[0] for one in ids}
    look = Look(plan, draft, draft.villages)
    known = {one.id: one for one in of_draft(look, [rule for rule in RULES if rule.kind in kinds])}
    missing = [one for one in ids if one not in known]
    if missing:
        text = _("The plan has no such defect any more. Look at the list again.")
        raise NotFound(text, {"defects": missing}, "no_such_defect")
    chosen = [known[one] for one in dict.fromkeys(ids)]
    for one in chosen:
        if one.kind not in REPAIRS or not REPAIRS[one.kind].possible(look, one):
            text = _("There is no repair for this, it needs a person to judge: %(sentence)s")
            raise refuse("no_repair", text % {"sentence": one.sentence}, one.codes, one.geom)
    return chosen


def _stored(
    user: Any, plan: Plan, draft: Draft, mended: Mended, sent: tuple[int, str], arguments: dict[str, Any]
) -> Repaired:
    delta = deltas.between(draft, mended.draft)
    if not delta.grids and not delta.boundaries:
        raise refuse("nothing_to_repair", _("There is nothing that could be repaired safely."))
    counts = {"repaired": len(mended.repaired), "left": len(mended.left)}
    command = RepairCommand(delta, len(mended.repaired))
    outcome = services.run(user, plan.pk, command, sent[0], arguments | counts, sent[1])
    return Repaired(outcome, **counts)


def _told(outcome: Outcome) -> Repaired:
    """What was answered when the same repair came before."""
    given = outcome.command.arguments
    return Repaired(outcome, given["repaired"], given["left"])
