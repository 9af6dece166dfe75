"""Publishing at a set time: what the job does when the time has come."""

from datetime import datetime
from typing import Any

from django.db import transaction

from gis_core.errors import WanggeError
from grid_editor import services
from grid_editor.lifecycle import services as lifecycle
from grid_editor.models import Plan, PlanLog
from grid_editor.publishing import service


def publish_due(user: Any, plan_id: int, at: datetime) -> dict[str, Any]:
    """Publish, if that is still the set time. Refused, the plan stays approved without a time, and its log says why."""
    plan = Plan.objects.filter(pk=plan_id).first()
    if plan is None or plan.state != Plan.State.APPROVED or plan.publish_at != at:
        return {"published": False}
    try:
        service.publish(user, plan_id)
    except WanggeError as refused:
        _not_published(user, plan_id, refused.message)
        raise
    return {"published": True}


@transaction.atomic
def _not_published(user: Any, plan_id: int, message: str) -> None:
    plan = lifecycle.locked(user, plan_id)
    plan.publish_at = plan.publish_job = None
    plan.save(update_fields=["publish_at", "publish_job", "changed_at"])
    services.note(plan, user, PlanLog.Action.NOT_PUBLISHED, words={"any": message})
