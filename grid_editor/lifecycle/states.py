"""The life of a plan as one table: which step leads from which state to which, who may take it, what else it asks.

docs/lifecycle.md shows it in words. `services.py` takes the steps; the buttons of the editor come from `actions`.
Who may do what where is `gis_core.access`'s alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _

from gis_core import access
from gis_core.errors import Conflict, Refused, WanggeError
from grid_editor.models import Plan, PlanLog
from grid_editor.reasons import Reason

DRAFT, SUBMITTED, APPROVED = Plan.State.DRAFT, Plan.State.SUBMITTED, Plan.State.APPROVED
RETURNED, WITHDRAWN, PUBLISHED = Plan.State.RETURNED, Plan.State.WITHDRAWN, Plan.State.PUBLISHED

Guard = Callable[[Any, Plan], Reason | None]


def another_person(user: Any, plan: Plan) -> Reason | None:
    """Four eyes: nobody approves what he submitted, superusers included."""
    if plan.submitted_by_id is not None and plan.submitted_by_id == user.pk:
        return Reason("own_submission", _("Who submitted a plan cannot approve it; another person must."))
    return None


def scheduled(user: Any, plan: Plan) -> Reason | None:
    """There is a set time to take back."""
    if plan.publish_at is None:
        return Reason("not_scheduled", _("The plan is not waiting for a set time."))
    return None


@dataclass(frozen=True)
class Step:
    """`sources` -> `target` by `action`, for who may `permission`. `by` names the plan's columns for who and when."""

    action: str
    sources: tuple[str, ...]
    target: str
    permission: str
    log: PlanLog.Action
    by: str = ""
    guards: tuple[Guard, ...] = ()


A = PlanLog.Action
STEPS = {
    step.action: step
    for step in (
        # Defects refuse it too; to list them takes too long for a list of buttons.
        Step("submit", (DRAFT, RETURNED), SUBMITTED, "submit_plan", A.SUBMITTED, "submitted"),
        Step("approve", (SUBMITTED,), APPROVED, "approve_plan", A.APPROVED, "approved", (another_person,)),
        Step("return", (SUBMITTED, APPROVED), RETURNED, "return_plan", A.RETURNED, "returned"),
        Step(
            "withdraw",
            (DRAFT, RETURNED, SUBMITTED, APPROVED),
            WITHDRAWN,
            "withdraw_plan",
            A.WITHDRAWN,
            "withdrawn",
        ),
        Step("reopen", (WITHDRAWN,), DRAFT, "edit_plan", A.REOPENED),
        Step("publish", (APPROVED,), PUBLISHED, "publish_plan", A.PUBLISHED, "published"),
        Step("unschedule", (APPROVED,), APPROVED, "publish_plan", A.UNSCHEDULED, guards=(scheduled,)),
    )
}


class WrongState(Conflict):
    """The plan is not in a state from which this step leads anywhere."""

    code = "wrong_state"


class NotYours(Refused):
    """This person may not take the step, though his role could."""

    status = HTTPStatus.FORBIDDEN


def check(user: Any, plan: Plan, step: Step) -> None:
    """Raise NotSignedIn, Refused, WrongState or NotYours unless the user may take the step now."""
    access.require(user, step.permission, plan.scope_code)
    if plan.state not in step.sources:
        raise WrongState(
            _("The plan is %(state)s; this can be done only with one that is: %(allowed)s.")
            % {
                "state": plan.get_state_display(),
                "allowed": ", ".join(str(Plan.State(state).label) for state in step.sources),
            },
            {"state": plan.state, "allowed": list(step.sources)},
        )
    for guard in step.guards:
        reason = guard(user, plan)
        if reason is not None:
            error = NotYours if guard is another_person else Conflict
            raise error(reason.message, {"state": plan.state}, reason.code)


def actions(user: Any, plan: Plan) -> list[dict[str, Any]]:
    """Every step with whether the user may take it now, and if not, why, in words."""
    return [_told(user, plan, step) for step in STEPS.values()]


def _told(user: Any, plan: Plan, step: Step) -> dict[str, Any]:
    try:
        check(user, plan, step)
    except WanggeError as refused:
        return {"action": step.action, "allowed": False, "reason": refused.code, "message": refused.message}
    return {"action": step.action, "allowed": True, "reason": None, "message": ""}
