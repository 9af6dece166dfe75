"""What /ogc/wfs is told about plans: which there are for a user, and what a Transaction does to them."""

from collections.abc import Sequence
from typing import Any

from django.contrib.gis.db.models import Extent
from django.db.models import F
from gisserver.features import FeatureType

from gis_core import access
from grid_editor import selectors, services
from grid_editor.commands import Several
from grid_editor.counting import count_missing
from grid_editor.models import Plan, PlanBoundary
from grid_editor.reasons import Refusal
from grid_editor.wfs.edits import Edits
from grid_editor.wfs.plan_type import Box, PlanType, name_of, plan_id
from layers.surfaces.wfs.providers import Done
from layers.surfaces.wfs.transaction.actions import Action

OPEN = (*Plan.EDITABLE, Plan.State.SUBMITTED, Plan.State.APPROVED)
"""States of plans that the capabilities list. The others can still be read by their name."""


class Drafts:
    """The provider of `layers.surfaces.wfs.providers`."""

    def claims(self, name: str) -> bool:
        return plan_id(name) is not None

    def types(self, user: Any, names: set[str] | None) -> list[FeatureType]:
        plans = selectors.plans(user).defer("base_versions")
        if names is None:
            found = list(plans.filter(state__in=OPEN))
            boxes = _boxes(found)
            return [PlanType(plan, boxes.get(plan.pk)) for plan in found]
        wanted = [number for name in names if (number := plan_id(name)) is not None]
        found = list(plans.filter(pk__in=wanted)) if wanted else []
        for plan in found:
            count_missing(plan)
        return [PlanType(plan) for plan in found]

    def may_edit(self, user: Any) -> bool:
        within = access.within("scope_code", access.prefixes(user, "edit_plan"))
        return Plan.objects.filter(within, state__in=Plan.EDITABLE).exists()

    def apply(self, user: Any, actions: Sequence[Action]) -> Done:
        result = Done()
        by_plan: dict[str, list[Action]] = {}
        for action in actions:
            by_plan.setdefault(action.type_name, []).append(action)
        for name, own in by_plan.items():
            _apply_to(user, plan_id(name) or 0, own, result)
        return result


def _apply_to(user: Any, number: int, actions: list[Action], result: Done) -> None:
    """One plan's actions as one command, which one undo takes back. Raises WanggeError."""
    plan = services.locked(user, number, "edit_plan")
    edits = Edits(plan)
    for action in actions:
        edits.add(action)
    inserted: list[int] = []
    if edits.commands:
        inserted = _run(user, plan, edits)
    result.inserted += [
        (handle, f"{name_of(plan)}.{pk}") for handle, pk in zip(edits.handles, inserted, strict=True)
    ]
    result.replaced += [(handle, f"{name_of(plan)}.{pk}") for handle, pk in edits.replaced]
    result.updated += edits.updated
    result.deleted += edits.deleted


def _run(user: Any, plan: Plan, edits: Edits) -> list[int]:
    """The ids of the new grids, in the order of the insertions."""
    try:
        command = Several(tuple(edits.commands))
        outcome = services.run(user, plan.pk, command, arguments={"actions": edits.summary})
    except Refusal as refusal:
        # A client that saves what is stored already has done nothing wrong.
        if refusal.code == "nothing_changes":
            return []
        raise
    return [c.after.id for c in outcome.delta.grids if c.before is None and c.after and c.after.id]


def _boxes(plans: list[Plan]) -> dict[int, Box]:
    """West, south, east, north of each plan's scope."""
    scopes = PlanBoundary.objects.filter(plan__in=plans, code=F("plan__scope_code"))
    return dict(scopes.values("plan").annotate(box=Extent("geom")).values_list("plan", "box"))
