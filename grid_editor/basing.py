"""On which live versions a plan stands. A rebase changes that, and undoing it changes it back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from grid_editor.models import Plan, PlanCommand

Moves = dict[str, list[str | None]]
"""Code -> the beginning of the version before and after, None for none; in a rebase's `arguments["base"]`."""

REBASE = "rebase"


def moves(plan: Plan, begun: Mapping[str, datetime]) -> Moves:
    """What changes when the plan is to stand on these live versions."""
    after = {code: moment.isoformat() for code, moment in begun.items()}
    before = plan.base_versions
    every = sorted({*before, *after})
    return {
        code: [before.get(code), after.get(code)] for code in every if before.get(code) != after.get(code)
    }


def follow(plan: Plan, command: PlanCommand) -> None:
    """Have the plan stand where an undone or repeated command leaves it. The caller saves."""
    if command.kind == REBASE:
        move(plan, command.arguments["base"], back=command.undone)


def move(plan: Plan, base: Mapping[str, Any], back: bool = False) -> None:
    """Set the versions; the caller saves."""
    for code, (before, after) in base.items():
        version = before if back else after
        if version is None:
            plan.base_versions.pop(code, None)
        else:
            plan.base_versions[code] = version
