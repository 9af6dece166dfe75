"""Writes to plans: begin one, give a command, undo, redo. Each is one transaction and one line in the log.

A plan's row is locked while it is written, so two people's commands come one after the other; the second is
judged against what the first left. Every write asks `access.require` and that the plan is not frozen.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from gis_core import access, codes, events
from gis_core.errors import Conflict, NotFound, WanggeError
from gis_core.models import Area
from grid_editor import basing, counting, deltas, loading, selectors, storing
from grid_editor.commands import Command
from grid_editor.deltas import Delta
from grid_editor.models import Plan, PlanBoundary, PlanCommand, PlanGrid, PlanLog

SCOPES = ("county", "town", "village")


class Frozen(Conflict):
    """The plan is in a state in which nobody may edit it."""

    code = "frozen"


class Stale(Conflict):
    """The command was made on an older revision, and touches what changed since."""

    code = "stale_revision"


@dataclass(frozen=True)
class Outcome:
    """What a write did: the plan after it, and the delta in the direction it was applied."""

    plan: Plan
    command: PlanCommand
    delta: Delta


# ---- begin --------------------------------------------------------------------------------------------------


@transaction.atomic
def create_plan(user: Any, name: str, scope_code: str, origin: str = Plan.Origin.MANUAL) -> Plan:
    """A plan that begins as a copy of the live grids below a county, town or village.

    Raises NotSignedIn, Refused; NotFound when the scope is not live; WanggeError for a tier that is no scope.
    """
    access.require(user, "edit_plan", scope_code)
    scope = Area.objects.live().filter(code=scope_code).first()
    if scope is None:
        raise NotFound(
            _("There is no live area %(code)s.") % {"code": scope_code}, {"code": scope_code}, "no_such_area"
        )
    if scope.tier not in SCOPES:
        text = _("A plan is made for a county, a town or a village; %(code)s is none of these.")
        raise WanggeError(text % {"code": scope_code}, {"allowed": SCOPES}, "bad_scope")
    plan = Plan.objects.create(
        name=name, scope_code=scope_code, origin=origin, created_by=user, base_at=timezone.now()
    )
    _copy_live(plan, scope)
    note(plan, user, PlanLog.Action.CREATED)
    return plan


def _copy_live(plan: Plan, scope: Area) -> None:
    """Copy in one statement, so that it is one moment of the live coverage."""
    tiers = codes.TIERS[codes.rank_of(scope.tier) : codes.rank_of("grid") + 1]
    rows = list(Area.objects.live().filter(code__startswith=scope.code, tier__in=tiers).defer("geom_3857"))
    grids = [row for row in rows if row.tier == "grid"]
    PlanGrid.objects.bulk_create(
        [
            PlanGrid(
                plan=plan,
                code=row.code,
                name=row.name,
                kind=row.kind,
                parent_code=row.parent_code or "",
                geom=row.geom,
                attributes=row.attributes,
            )
            for row in grids
        ],
        batch_size=500,
    )
    PlanBoundary.objects.bulk_create(
        PlanBoundary(
            plan=plan, code=row.code, tier=row.tier, parent_code=row.parent_code, name=row.name, geom=row.geom
        )
        for row in rows
        if row.tier != "grid"
    )
    plan.base_versions = {row.code: row.valid_from.isoformat() for row in grids}
    plan.save(update_fields=["base_versions"])


# ---- commands -----------------------------------------------------------------------------------------------


@transaction.atomic
def run(
    user: Any,
    plan_id: int,
    command: Command,
    revision: int | None = None,
    arguments: dict[str, Any] | None = None,
    token: str = "",
) -> Outcome:
    """Apply a command that was made on `revision` (None: on whatever holds now).

    Raises Stale with what changed when others have touched the same grids since; Frozen; Refusal with the
    command's reason; NotSignedIn, Refused, NotFound. `arguments` is the request, for the log. A command that
    comes again with its `token` has been applied: the first outcome is told again.
    """
    plan = opened(user, plan_id, "edit_plan")
    if told := _told(plan, token):
        return told
    _refuse_frozen(plan)
    draft = loading.for_command(plan, command)
    if revision is not None and revision != plan.revision:
        _refuse_stale(plan, revision, set(command.codes()))
    _after, inverse = command.apply(draft)
    delta = inverse.delta.inverse()
    if revision is not None and revision != plan.revision:
        _refuse_stale(plan, revision, set(delta.codes()))
    delta = storing.store(plan, delta)
    plan.commands.filter(undone=True).update(discarded=True)
    plan.revision += 1
    plan.save(update_fields=["revision", "changed_at"])
    last = plan.commands.order_by("-number").values_list("number", flat=True).first() or 0
    stored = PlanCommand.objects.create(
        plan=plan,
        number=last + 1,
        kind=command.kind,
        arguments=arguments or {},
        user=user,
        revision=plan.revision,
        codes=delta.codes(),
        delta=deltas.as_json(delta),
    )
    note(plan, user, PlanLog.Action.COMMAND, stored, token, words=_in_every_language(command, delta))
    counting.count_missing(plan)
    return Outcome(plan, stored, delta)


def locked(user: Any, plan_id: int, action: str) -> Plan:
    """The plan's row, locked until the transaction ends, which the user may edit now.

    Raises NotFound, NotSignedIn, Refused, Frozen.
    """
    plan = opened(user, plan_id, action)
    _refuse_frozen(plan)
    return plan


def opened(user: Any, plan_id: int, action: str) -> Plan:
    """The plan's row, locked until the transaction ends, whatever its state. Raises NotFound, NotSignedIn, Refused."""
    seen = selectors.plan(user, plan_id)
    access.require(user, action, seen.scope_code)
    return Plan.objects.select_for_update(of=("self",)).get(pk=plan_id)


def _refuse_frozen(plan: Plan) -> None:
    if not plan.editable:
        text = _("The plan is %(state)s and cannot be edited; only drafts and returned plans can.")
        raise Frozen(text % {"state": plan.get_state_display()}, {"state": plan.state})


def told_before(user: Any, plan_id: int, token: str) -> Outcome | None:
    """The outcome of the write that brought this token, if one did. Raises NotFound, NotSignedIn, Refused."""
    return _told(opened(user, plan_id, "edit_plan"), token)


def _told(plan: Plan, token: str) -> Outcome | None:
    """Call with the plan's row locked: the first of two that come together is then known to the second."""
    if not token:
        return None
    entry = plan.log.filter(token=token, command__isnull=False).select_related("command").first()
    if entry is None or entry.command is None:
        return None
    delta = deltas.from_json(entry.command.delta)
    return Outcome(plan, entry.command, delta.inverse() if entry.action == PlanLog.Action.UNDO else delta)


def _refuse_stale(plan: Plan, revision: int, touched: set[str]) -> None:
    """Raise Stale if any of these grids changed after `revision`; a revision to come is a mistake as well."""
    changed = selectors.codes_since(plan, revision)
    if revision <= plan.revision and not touched & changed:
        return
    features, removed = selectors.changes_since(plan, revision)
    raise Stale(
        _("Others have changed %(codes)s meanwhile. Look at the changes and give the command again.")
        % {"codes": ", ".join(sorted(touched & changed)) or _("the plan")},
        {
            "revision": plan.revision,
            "changed": selectors.collection(features),
            "removed": removed,
            "log": [{**entry, "at": entry["at"].isoformat()} for entry in selectors.log(plan, revision)],
        },
    )


def _in_every_language(command: Command, delta: Delta) -> dict[str, str]:
    words = {}
    for language, _title in settings.LANGUAGES:
        with translation.override(language):
            words[language] = command.words(delta)
    return words


# ---- undo and redo ------------------------------------------------------------------------------------------


@transaction.atomic
def undo(user: Any, plan_id: int, revision: int | None = None, token: str = "") -> Outcome:
    """Take back the last command that holds, whoever gave it. Raises Conflict when there is none; as `run`."""
    if token and (told := told_before(user, plan_id, token)):
        return told
    plan = locked(user, plan_id, "edit_plan")
    command = selectors.undoable(plan)
    if command is None:
        raise Conflict(_("There is nothing to undo."), code="nothing_to_undo")
    return _again(plan, user, command, revision, PlanLog.Action.UNDO, token)


@transaction.atomic
def redo(user: Any, plan_id: int, revision: int | None = None, token: str = "") -> Outcome:
    """Bring back the command undone last. Raises Conflict when there is none; as `run`."""
    if token and (told := told_before(user, plan_id, token)):
        return told
    plan = locked(user, plan_id, "edit_plan")
    command = selectors.redoable(plan)
    if command is None:
        raise Conflict(_("There is nothing to redo."), code="nothing_to_redo")
    return _again(plan, user, command, revision, PlanLog.Action.REDO, token)


def _again(
    plan: Plan, user: Any, command: PlanCommand, revision: int | None, action: PlanLog.Action, token: str
) -> Outcome:
    if revision is not None and revision != plan.revision:
        _refuse_stale(plan, revision, selectors.codes_since(plan, revision) | set(command.codes))
    delta = deltas.from_json(command.delta)
    if action == PlanLog.Action.UNDO:
        delta = delta.inverse()
    storing.store(plan, delta)
    command.undone = action == PlanLog.Action.UNDO
    command.save(update_fields=["undone"])
    basing.follow(plan, command)
    plan.revision += 1
    plan.save(update_fields=["revision", "changed_at", "base_versions"])
    said = plan.log.filter(command=command, action=PlanLog.Action.COMMAND).first()
    note(plan, user, action, command, token, **(said.details if said else {}))
    counting.count_missing(plan)
    return Outcome(plan, command, delta)


def note(
    plan: Plan, user: Any, action: str, command: PlanCommand | None = None, token: str = "", **details: Any
) -> PlanLog:
    """One line in the plan's log, told to everybody who may see the plan."""
    told = {"plan": plan.pk, "revision": plan.revision, "action": str(action)}
    events.emit("plan", plan.scope_code, told, permission="view_plan")
    return PlanLog.objects.create(
        plan=plan,
        user=user,
        action=action,
        revision=plan.revision,
        command=command,
        details=details,
        token=token,
    )
