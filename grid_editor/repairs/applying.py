"""The draft after some repairs, and after all safe ones: in memory, judged anew after every round."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from grid_editor.draft import Draft
from grid_editor.models import Plan
from grid_editor.reasons import Refusal
from grid_editor.repairs import REPAIRS
from grid_editor.repairs.borders import straightened
from grid_editor.repairs.moving import moved
from grid_editor.repairs.offers import offers
from grid_editor.validations import ERROR, RULES, of_draft
from grid_editor.validations.finding import Finding
from grid_editor.validations.look import Look

ROUNDS = 25
"""A repair may lay open another defect; every round leaves fewer, and real files need three or four."""


def applied(draft: Draft, findings: Iterable[Finding]) -> Draft:
    """The draft after the repairs of these findings: rings first, then what lies too much, gaps, villages, codes."""
    for _turn, together in groupby(sorted(findings, key=_turn_of), key=_turn_of):
        group = list(together)
        kinds = {one.kind: REPAIRS[one.kind] for one in group}
        moves = [
            repair.all_moves(draft, [o for o in group if o.kind == kind]) for kind, repair in kinds.items()
        ]
        draft = moved(draft, [move for own in moves for move in own])
        for one in group:
            draft = REPAIRS[one.kind].edited(draft, one)
    return draft


def _turn_of(finding: Finding) -> int:
    return REPAIRS[finding.kind].turn


@dataclass(frozen=True)
class Mended:
    """A draft after repairs; `repaired` findings, and the errors that are `left` in the villages looked at."""

    draft: Draft
    repaired: list[Finding]
    left: list[Finding]


def safely(plan: Plan, draft: Draft, villages: frozenset[str]) -> Mended:
    """All safe repairs, until none is left. What leaves no fewer errors is taken back and tried in halves."""
    now = _judged(plan, draft, villages)
    repaired: list[Finding] = []
    tried: set[str] = set()  # in vain
    for _round in range(ROUNDS):
        todo = [one for one in now.safe() if one.id not in tried]
        if not todo:
            break
        done, now = _fewer(plan, now, todo)
        tried |= {one.id for one in todo} - {one.id for one in done}
        repaired += done
    return settled(plan, draft, Mended(now.draft, repaired, now.errors), villages)


def settled(plan: Plan, before: Draft, mended: Mended, villages: frozenset[str]) -> Mended:
    """The same with its borders straightened, where that leaves no more errors."""
    straight = straightened(before, mended.draft)
    if straight is mended.draft:
        return mended
    left = errors_left(plan, straight, villages)
    return mended if len(left) > len(mended.left) else Mended(straight, mended.repaired, left)


@dataclass(frozen=True)
class _Judged:
    look: Look
    errors: list[Finding]

    @property
    def draft(self) -> Draft:
        return self.look.draft

    def safe(self) -> list[Finding]:
        offered = offers(self.look, self.errors)
        return [one for one in self.errors if one.id in offered and offered[one.id].safe]


def _judged(plan: Plan, draft: Draft, villages: frozenset[str]) -> _Judged:
    look = Look(plan, draft, villages)
    return _Judged(look, of_draft(look, [rule for rule in RULES if rule.severity == ERROR]))


def _fewer(plan: Plan, now: "_Judged", todo: list[Finding]) -> "tuple[list[Finding], _Judged]":
    """Those of the repairs that leave fewer errors, and what is left after them."""
    try:
        after = _judged(plan, applied(now.draft, todo), now.look.villages)
    except Refusal:
        after = now
    if len(after.errors) < len(now.errors):
        return todo, after
    if len(todo) == 1:
        return [], now
    half = len(todo) // 2
    first, now = _fewer(plan, now, todo[:half])
    second, now = _fewer(plan, now, todo[half:])
    return first + second, now


def errors_left(plan: Plan, draft: Draft, villages: frozenset[str]) -> list[Finding]:
    """What is still in the way of submitting, in these villages."""
    return _judged(plan, draft, villages).errors
