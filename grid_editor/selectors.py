"""Reads of plans: which a user may see, their grids as features, their log, what changed since a revision."""

import json
from collections.abc import Iterable
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gis_core import access
from gis_core.codes import length_of
from gis_core.errors import NotFound
from gis_core.models import Area
from grid_editor import counting, deltas
from grid_editor.deltas import Delta
from grid_editor.models import Plan, PlanCommand, PlanGrid, PlanLog

SCOPE_TIERS = ("county", "town", "village")
PRECISION = 8
"""Decimals in GeoJSON: the stored ones, so that a shared vertex stays bit-equal."""


def plans(user: access.Anyone) -> QuerySet[Plan]:
    """The plans that the user may see, newest first. Raises NotSignedIn."""
    if not user.is_authenticated:
        raise access.NotSignedIn(_("Sign in first."))
    return Plan.objects.filter(access.within("scope_code", access.prefixes(user, "view_plan")))


def plan(user: access.Anyone, plan_id: int) -> Plan:
    """One plan. Raises NotSignedIn, or NotFound also for a plan that the user may not see."""
    found = plans(user).defer("base_versions").filter(pk=plan_id).first()
    if found is None:
        raise NotFound(_("There is no plan %(plan)s.") % {"plan": plan_id}, {"plan": plan_id})
    return found


def scope_names(scopes: Iterable[str]) -> dict[str, str]:
    """Each scope's code -> its name after those of the areas above it, from the county down."""
    chains = {scope: [scope[: length_of(tier)] for tier in SCOPE_TIERS] for scope in scopes}
    wanted = {code for chain in chains.values() for code in chain}
    names = dict(Area.objects.live().filter(code__in=wanted).values_list("code", "name"))
    return {
        scope: " ".join(names[code] for code in dict.fromkeys(chain) if code in names)
        for scope, chain in chains.items()
    }


def features(rows: QuerySet[PlanGrid]) -> list[dict[str, Any]]:
    """GeoJSON Features of grids, EPSG:4490; the id is the code, `properties.id` the row's."""
    fields = ("id", "code", "name", "kind", "parent_code", "area_m2", "households", "residents", "buildings")
    found = rows.annotate(json=AsGeoJSON("geom", precision=PRECISION)).order_by("code")
    return [
        {
            "type": "Feature",
            "id": row["code"],
            "geometry": json.loads(row.pop("json")),
            "properties": {
                **row,
                "load": counting.load_of(row["households"], row["kind"], row["parent_code"]),
            },
        }
        for row in found.values(*fields, "attributes", "json")
    ]


def collection(found: list[dict[str, Any]]) -> dict[str, Any]:
    """A FeatureCollection."""
    return {"type": "FeatureCollection", "features": found}


def changes_since(plan: Plan, revision: int) -> tuple[list[dict[str, Any]], list[str]]:
    """Grids that were written after a revision, as they are now, and the codes that are no more."""
    touched = [deltas.from_json(command.delta) for command in _commands_since(plan, revision)]
    ids, codes = _mentioned(touched)
    rows = plan.grids.filter(pk__in=ids)
    there = plan.grids.filter(code__in=codes).values_list("code", flat=True)
    return features(rows), sorted(codes - set(there))


def codes_since(plan: Plan, revision: int) -> set[str]:
    """The grids that really changed after a revision, by every code they have or had."""
    return {code for command in _commands_since(plan, revision) for code in command.codes}


def _commands_since(plan: Plan, revision: int) -> QuerySet[PlanCommand]:
    numbers = plan.log.filter(revision__gt=revision, command__isnull=False).values("command")
    return plan.commands.filter(pk__in=numbers).defer("arguments")


def _mentioned(touched: Iterable[Delta]) -> tuple[set[int], set[str]]:
    grids = [grid for delta in touched for c in delta.grids for grid in (c.before, c.after) if grid]
    return {grid.id for grid in grids if grid.id}, {grid.code for grid in grids}


def log(plan: Plan, since: int = -1) -> list[dict[str, Any]]:
    """Who did what, and when, newest first, in the reader's language."""
    rows = plan.log.filter(revision__gt=since).select_related("user", "command").order_by("-id")
    return [_entry(row) for row in rows]


def _entry(row: PlanLog) -> dict[str, Any]:
    return {
        "id": row.pk,
        "at": row.at,
        "user": row.user.get_username() if row.user else None,
        "action": row.action,
        "revision": row.revision,
        "command": row.command.number if row.command else None,
        "kind": row.command.kind if row.command else None,
        "codes": row.command.codes if row.command else [],
        "undone": row.command.undone if row.command else False,
        "discarded": row.command.discarded if row.command else False,
        "text": _text(row),
    }


def _text(row: PlanLog) -> str:
    words = row.details.get("words", {})
    spoken = words.get(get_language() or "", "") or next(iter(words.values()), "")
    title = PlanLog.Action(row.action).label
    return (
        spoken
        if row.action == PlanLog.Action.COMMAND and spoken
        else ": ".join(filter(None, [str(title), spoken]))
    )


def can_go(plan: Plan) -> tuple[bool, bool]:
    """Whether there is anything to undo, and to redo; without reading what was done, which may be large."""
    found = plan.commands.order_by().values_list("undone", "discarded").distinct()
    states = set(found)
    return any(not undone for undone, _ in states), (True, False) in states


def undoable(plan: Plan) -> PlanCommand | None:
    """What undo would take back: the last command that holds."""
    return plan.commands.filter(undone=False).order_by("-number").first()


def redoable(plan: Plan) -> PlanCommand | None:
    """What redo would bring again: the one undone last, unless something else was done since."""
    return plan.commands.filter(undone=True, discarded=False).order_by("number").first()
