"""Remarks on a plan, pinned to a place or a grid where they are about one; anyone who may comment may resolve them."""

from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gis_core import access
from gis_core.errors import NotFound, WanggeError
from gis_core.models import CANONICAL_SRID
from grid_editor import selectors, services
from grid_editor.models import Plan, PlanComment, PlanLog

LONGEST = 4000


def of_plan(plan: Plan) -> list[dict[str, Any]]:
    """Every remark, oldest first."""
    rows = plan.comments.select_related("user", "resolved_by").order_by("id")
    return [as_json(row) for row in rows]


@transaction.atomic
def add(
    user: Any, plan_id: int, text: str, place: tuple[float, float] | None = None, grid_code: str = ""
) -> PlanComment:
    """Say something, in any state of the plan. `place`: lon, lat in EPSG:4490; `grid_code`: one of the plan's."""
    plan = selectors.plan(user, plan_id)
    access.require(user, "comment", plan.scope_code)
    if not text.strip():
        raise WanggeError(_("Say something."), {"field": "text"}, "invalid")
    if grid_code and not plan.grids.filter(code=grid_code).exists():
        text = _("There is no grid %(code)s in this plan.")
        raise NotFound(text % {"code": grid_code}, {"field": "grid_code"}, "no_such_grid")
    comment = PlanComment.objects.create(
        plan=plan,
        user=user,
        text=text.strip(),
        place=Point(*place, srid=CANONICAL_SRID) if place else None,
        grid_code=grid_code,
    )
    services.note(plan, user, PlanLog.Action.COMMENTED, words={"any": comment.text})
    return comment


@transaction.atomic
def resolve(user: Any, plan_id: int, comment_id: int) -> PlanComment:
    """Mark a remark as dealt with; who did it first stays on record. Raises NotFound."""
    plan = selectors.plan(user, plan_id)
    access.require(user, "comment", plan.scope_code)
    comment = plan.comments.select_for_update(of=("self",)).filter(pk=comment_id).first()
    if comment is None:
        text = _("There is no comment %(comment)s on this plan.")
        raise NotFound(text % {"comment": comment_id}, {"comment": comment_id})
    if comment.resolved_at is None:
        comment.resolved_by, comment.resolved_at = user, timezone.now()
        comment.save(update_fields=["resolved_by", "resolved_at"])
    return comment


def as_json(comment: PlanComment) -> dict[str, Any]:
    """A remark; people by their names, the place as GeoJSON."""
    place = comment.place
    return {
        "id": comment.pk,
        "at": comment.at,
        "user": comment.user.get_username() if comment.user else None,
        "text": comment.text,
        "place": {"type": "Point", "coordinates": [place.x, place.y]} if place else None,
        "grid_code": comment.grid_code,
        "resolved_by": comment.resolved_by.get_username() if comment.resolved_by else None,
        "resolved_at": comment.resolved_at,
    }
