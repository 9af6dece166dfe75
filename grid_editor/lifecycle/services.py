"""The steps of a plan's life, but for publishing itself (`grid_editor.publishing`). Each is one transaction.

A step locks the plan's row, asks `states.check`, and leaves one line in the log.
"""

from collections import Counter
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gis_core import jobs
from gis_core.errors import WanggeError
from gis_core.models import Job
from grid_editor import selectors, services
from grid_editor.lifecycle import readiness, states
from grid_editor.lifecycle.states import Step
from grid_editor.models import Plan, PlanComment, PlanLog


class HasDefects(WanggeError):
    """What is submitted has no errors; details count them."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "has_defects"


def locked(user: Any, plan_id: int) -> Plan:
    """The plan's row, locked until the transaction ends. Raises NotSignedIn, NotFound."""
    selectors.plan(user, plan_id)
    return Plan.objects.select_for_update(of=("self",)).get(pk=plan_id)


@transaction.atomic
def submit(user: Any, plan_id: int, revision: int | None = None, comment: str = "") -> Plan:
    """Hand the plan in for approval as it was at `revision`. Raises HasDefects, Stale, and as `states.check`."""
    plan, step = _ready(user, plan_id, "submit")
    if revision is not None and revision != plan.revision:
        text = _("The plan has changed since you saw it. Look at it again, then submit.")
        raise services.Stale(text, {"revision": plan.revision})
    errors = Counter(readiness.errors(plan))
    if errors:
        text = _("The plan has %(count)d defects. Repair them first: what is submitted has none.")
        raise HasDefects(text % {"count": errors.total()}, {"count": errors.total(), "kinds": dict(errors)})
    return _taken(plan, user, step, comment)


@transaction.atomic
def approve(user: Any, plan_id: int, comment: str = "") -> Plan:
    """Find a submitted plan good. Raises NotYours for who submitted it."""
    plan, step = _ready(user, plan_id, "approve")
    return _taken(plan, user, step, comment)


@transaction.atomic
def send_back(user: Any, plan_id: int, comment: str) -> Plan:
    """Return a plan to its drawers; the comment says why. Raises WanggeError without one."""
    plan, step = _ready(user, plan_id, "return")
    if not comment.strip():
        raise WanggeError(_("Say why the plan is returned."), {"field": "comment"}, "comment_required")
    return _taken(plan, user, step, comment)


@transaction.atomic
def withdraw(user: Any, plan_id: int, comment: str = "") -> Plan:
    """Take the plan out of the way; `reopen` makes it a draft again."""
    plan, step = _ready(user, plan_id, "withdraw")
    return _taken(plan, user, step, comment)


@transaction.atomic
def reopen(user: Any, plan_id: int, comment: str = "") -> Plan:
    """Make a withdrawn plan a draft again."""
    plan, step = _ready(user, plan_id, "reopen")
    return _taken(plan, user, step, comment)


def _ready(user: Any, plan_id: int, action: str) -> tuple[Plan, Step]:
    plan, step = locked(user, plan_id), states.STEPS[action]
    states.check(user, plan, step)
    return plan, step


def _taken(plan: Plan, user: Any, step: Step, comment: str) -> Plan:
    """The plan after the step: state, who and when, no set time, a line in the log, the comment."""
    forget_time(plan)
    plan.state = step.target
    if step.target != Plan.State.APPROVED:
        plan.approved_by = plan.approved_at = None
    if step.by:
        setattr(plan, f"{step.by}_by", user)
        setattr(plan, f"{step.by}_at", timezone.now())
    plan.save()
    said = comment.strip()
    if said:
        PlanComment.objects.create(plan=plan, user=user, text=said)
    services.note(plan, user, step.log, words={"any": said} if said else {})
    return plan


# ---- publishing at a set time -------------------------------------------------------------------------------


@transaction.atomic
def schedule(user: Any, plan_id: int, at: datetime) -> Plan:
    """Have an approved plan published at a set time by a job. Raises WanggeError for a time that has passed."""
    from grid_editor import tasks

    plan, _step = _ready(user, plan_id, "publish")
    if at <= timezone.now():
        raise WanggeError(
            _("The time to publish must lie in the future."), {"at": at.isoformat()}, "time_passed"
        )
    forget_time(plan)
    title = _("Publish %(plan)s") % {"plan": plan.name}
    job = jobs.start(
        tasks.publish_plan, user, title, at=at, lock="publish", plan_id=plan.pk, due=at.isoformat()
    )
    plan.publish_at, plan.publish_job = at, job.pk
    plan.save(update_fields=["publish_at", "publish_job", "changed_at"])
    services.note(
        plan, user, PlanLog.Action.SCHEDULED, words={"any": timezone.localtime(at).isoformat(" ", "minutes")}
    )
    return plan


@transaction.atomic
def unschedule(user: Any, plan_id: int) -> Plan:
    """Take the set time back; the plan stays approved."""
    plan, step = _ready(user, plan_id, "unschedule")
    forget_time(plan)
    plan.save(update_fields=["publish_at", "publish_job", "changed_at"])
    services.note(plan, user, step.log)
    return plan


def forget_time(plan: Plan) -> None:
    """Without a set time any more; its job is called off unless it is this very moment at work."""
    job = Job.objects.filter(pk=plan.publish_job or 0, state=Job.State.WAITING).first()
    if job is not None:
        jobs.cancel(job)
    plan.publish_at = plan.publish_job = None
