"""Watches the clocks: sets the lights, urges at yellow, supervises at red and again the longer it lasts.

Run every minute by the worker (tasks.py) or by `manage.py escalate_incidents`; running twice does nothing twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.loop import engine
from incidents.loop.states import EVALUATE_DAYS
from incidents.models import Incident

MOST = 2000
"""Incidents in one run; the rest follow in the next."""

# Working hours overdue -> level of supervision: at once the street, after a working day the district, after five the
# discipline inspection.
CHANGED = """
SELECT seen.number, seen.was, seen.light, seen.supervised, seen.wanted
FROM (SELECT i.id, i.number, i.light AS was, lit.light, i.supervised,
             CASE WHEN lit.light <> 'red' OR i.suspended_at IS NOT NULL THEN 0
                  WHEN late.hours >= 40 THEN 3 WHEN late.hours >= 8 THEN 2 ELSE 1 END AS wanted
      FROM incidents_incident i
      CROSS JOIN LATERAL (SELECT incident_light(i.yellow_at, i.due_at, i.step_yellow_at, i.step_due_at, i.suspended_at,
                                                %(at)s)) AS lit(light)
      CROSS JOIN LATERAL (SELECT extract(epoch FROM time_between(least(i.due_at, i.step_due_at), %(at)s, 'working'))
                                 / 3600) AS late(hours)
      WHERE i.is_open) seen
WHERE seen.was <> seen.light OR seen.wanted > seen.supervised
ORDER BY seen.id LIMIT %(most)s
"""


@dataclass(frozen=True)
class Done:
    """How many lights changed, and how many incidents were urged, supervised, evaluated by default."""

    lights: int = 0
    urged: int = 0
    supervised: int = 0
    evaluated: int = 0


def run(at: datetime | None = None) -> Done:
    """Look at every open incident as of `at` (default: now)."""
    moment = at or timezone.now()
    lights = urged = supervised = 0
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, {"at": moment, "most": MOST})
        rows = cursor.fetchall()
    for number, was, light, level, wanted in rows:
        lights += was != light and _light(number, was, light)
        if light == "yellow" and was == "green":
            urged += _do(number, "urge", {"text": _("The limit is nearly used up.")}, moment)
        if wanted > level:
            body = {"text": _("The limit is exceeded."), "supervision": str(wanted)}
            supervised += _do(number, "supervise", body, moment)
    return Done(lights, urged, supervised, _evaluate(moment))


def _light(number: str, was: str, light: str) -> bool:
    return bool(Incident.objects.filter(number=number, light=was, is_open=True).update(light=light))


def _do(number: str, action: str, body: dict[str, str], at: datetime) -> bool:
    """Someone may have moved it on since we looked: then there is nothing to do."""
    try:
        engine.perform(None, number, action, body, at)
    except engine.NotNow:
        return False
    return True


def _evaluate(moment: datetime) -> int:
    over = moment - timedelta(days=EVALUATE_DAYS)
    waiting = Incident.objects.filter(state="closed", closed_at__lt=over).order_by("id")
    numbers = list(waiting.values_list("number", flat=True)[:MOST])
    return sum(_do(number, "evaluate_by_default", {}, moment) for number in numbers)
