"""The checks of a plan at a glance: one rule a file. Errors keep a plan from being submitted, warnings do not.

`findings(plan)` is the whole door for readers; repairs/ says what can be done about a finding.
"""

from collections.abc import Iterable

from grid_editor import loading
from grid_editor.draft import Draft
from grid_editor.models import Plan
from grid_editor.validations.building_cut import BuildingCut
from grid_editor.validations.code import Code
from grid_editor.validations.compound_cut import CompoundCut
from grid_editor.validations.finding import ERROR, SEVERITIES, WARNING, Finding, Rule
from grid_editor.validations.gap import Gap
from grid_editor.validations.invalid import Invalid
from grid_editor.validations.load import Load
from grid_editor.validations.look import Look
from grid_editor.validations.multipart import Multipart
from grid_editor.validations.off_street import OffStreet
from grid_editor.validations.outside import Outside
from grid_editor.validations.overlap import Overlap
from grid_editor.validations.sliver import Sliver
from grid_editor.validations.unmatched import Unmatched
from grid_editor.validations.wrong_parent import WrongParent

RULES: tuple[Rule, ...] = (
    Invalid(),  # a ring that crosses itself
    Gap(),  # ground of nobody
    Overlap(),  # ground of several
    Outside(),  # ground beyond the village
    Unmatched(),  # a corner that one side lacks
    Multipart(),  # a grid in pieces
    WrongParent(),  # a grid that lies in another village
    Code(),  # digits, range, taken
    Sliver(),  # too small or too thin
    Load(),  # too few or too many households
    CompoundCut(),  # a compound in two grids
    BuildingCut(),  # a building in two grids
    OffStreet(),  # a border beside the street
)


def findings(plan: Plan, villages: Iterable[str] | None = None, severity: str | None = None) -> list[Finding]:
    """What is wrong with the stored plan, in all or these villages, errors first; `severity` wants one kind."""
    draft = loading.whole(plan) if villages is None else loading.of_villages(plan, villages)
    return of_draft(Look(plan, draft, draft.villages), [r for r in RULES if severity in (None, r.severity)])


def errors(plan: Plan, villages: Iterable[str] | None = None) -> list[Finding]:
    """Only what keeps the plan from being submitted."""
    return findings(plan, villages, ERROR)


def of_draft(look: Look, rules: Iterable[Rule]) -> list[Finding]:
    """What these rules find; two findings never have one id."""
    found: dict[str, Finding] = {}
    for rule in rules:
        for one in rule.find(look):
            found.setdefault(one.id, one)
    return list(found.values())


__all__ = [
    "ERROR",
    "RULES",
    "SEVERITIES",
    "WARNING",
    "Draft",
    "Finding",
    "Look",
    "Rule",
    "errors",
    "findings",
    "of_draft",
]
