"""Plans as JSON."""

from typing import Any

from rest_framework import serializers

from grid_editor import selectors
from grid_editor.lifecycle import states
from grid_editor.models import Plan


class NewPlanSerializer(serializers.Serializer[Any]):
    """What begins a plan."""

    name = serializers.CharField(max_length=120)
    scope_code = serializers.RegexField(r"^[0-9]{2,20}$", max_length=20)
    from_date = serializers.CharField(
        max_length=40, required=False, help_text="Roll back: a past day (its end) or ISO 8601 time."
    )


class PlanSerializer(serializers.ModelSerializer[Plan]):
    """A plan without its grids; people by their names."""

    created_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)
    submitted_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)
    approved_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)
    returned_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)
    withdrawn_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)
    published_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)

    class Meta:
        model = Plan
        exclude = ("base_versions", "publish_job")


def detail(plan: Plan, user: Any) -> dict[str, Any]:
    """A plan with what an editor must know to begin: how many grids, whether undo and redo have work, and which
    steps of the plan's life the user may take."""
    return {
        **PlanSerializer(plan).data,
        "scope_name": selectors.scope_names([plan.scope_code])[plan.scope_code],
        "editable": plan.editable,
        "grid_count": plan.grids.count(),
        "actions": states.actions(user, plan),
        **buttons(plan),
    }


def buttons(plan: Plan) -> dict[str, bool]:
    """Whether undo and redo have anything to do."""
    undo, redo = selectors.can_go(plan) if plan.editable else (False, False)
    return {"can_undo": undo, "can_redo": redo}
