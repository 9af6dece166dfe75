"""Publish: make an approved plan the live coverage, in one transaction (docs/lifecycle.md). On failure nothing has
happened.
"""

from typing import Any

import shapely
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from gis_core import events
from gis_core.errors import Conflict
from grid_editor import services
from grid_editor.deltas import GridChange
from grid_editor.lifecycle import services as lifecycle
from grid_editor.lifecycle import states
from grid_editor.models import Plan, PlanLog
from grid_editor.publishing import comparing, conflicts, ground, writing
from grid_editor.publishing.comparing import Standing

PUBLISHING = 0x7075626C
"""Advisory lock ("publ" in ASCII): publications go one after the other, each takes a second or two."""
TRIES = 3
AGAIN = ("40001", "40P01")
"""Another writer was there at the same moment (serialization failure, deadlock): the whole may be tried again."""


class LiveChanged(Conflict):
    """Others have changed what this plan changes; details list it. A rebase takes it over."""

    code = "conflict"


def publish(user: Any, plan_id: int) -> Plan:
    """Publish now. Raises LiveChanged, writing.CoverageRefused, and as `states.check`."""
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                return _published(user, plan_id)
        except OperationalError as error:
            state = getattr(error.__cause__, "sqlstate", None)
            if state not in AGAIN or attempt == TRIES or connection.in_atomic_block:
                raise
    raise AssertionError("unreachable")


def _published(user: Any, plan_id: int) -> Plan:
    plan = lifecycle.locked(user, plan_id)
    states.check(user, plan, states.STEPS["publish"])
    _one_at_a_time()
    at = comparing.standing(plan)
    _refuse_conflicts(plan, at)
    changed, tables = writing.noded(at.to_write(), at)
    pieces = _pieces(changed, at)
    writing.write(plan, changed, tables)
    _finish(plan, user, changed)
    writing.record(plan, pieces)
    _tell(plan, changed)
    return plan


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISHING])


def _refuse_conflicts(plan: Plan, at: Standing) -> None:
    blocking = [one for one in conflicts.found(plan, at) if one.blocking]
    if blocking:
        text = _(
            "%(codes)s changed in the live coverage since this plan began. Return it and take the changes over."
        )
        listed = ", ".join(one.code for one in blocking[:5]) + (" ..." if len(blocking) > 5 else "")
        raise LiveChanged(text % {"codes": listed}, {"conflicts": [one.as_json() for one in blocking]})


def _pieces(changed: list[GridChange], at: Standing) -> list[ground.Piece]:
    """The ground that goes from code to code; of a village that had no grids, from the village."""
    divided = {grid.parent_code for grid in at.live.values()}
    return [
        *ground.moved(changed),
        *ground.settled(comparing.villages(changed) - divided, changed),
        *writing.restored(changed),
    ]


def _finish(plan: Plan, user: Any, changed: list[GridChange]) -> None:
    """The moment is the transaction's, which is that of the new row versions."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (plan.published_at,) = cursor.fetchone()
    plan.state, plan.published_by = Plan.State.PUBLISHED, user
    lifecycle.forget_time(plan)
    plan.save()
    codes = sorted({grid.code for c in changed for grid in (c.before, c.after) if grid})
    services.note(plan, user, PlanLog.Action.PUBLISHED, codes=codes)


def _tell(plan: Plan, changed: list[GridChange]) -> None:
    """The listeners: which codes are other ground or words, which have ended, and where."""
    if not changed:
        return
    grids = [grid for c in changed for grid in (c.before, c.after) if grid]
    data = {
        "plan": plan.pk,
        "codes": sorted({c.after.code for c in changed if c.after}),
        "retired": sorted({c.before.code for c in changed if c.before and not c.after}),
        "bbox": [float(v) for v in shapely.total_bounds([grid.geom for grid in grids])],
    }
    events.emit("areas", plan.scope_code, data)
