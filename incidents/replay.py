"""A day's incidents as they were: each with where it lies and every change of its state or clocks on that day.

In compact form, so that a page can hold a day and show any moment of it without asking again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from gis_core import access
from gis_core.errors import WanggeError
from incidents import selectors
from incidents.loop.states import BY_KEY, STATES, WHISTLES, YELLOW_FROM
from incidents.models import Incident
from incidents.presenting import Reader

MOST = 20_000
"""Incidents in one answer: about 4 MB. A district has as many only after years without closing any."""
FIELDS = (
    "number", "item", "source", "urgency", "lon", "lat", "area_code", "address_text", "reported_at", "changes",
)  # fmt: skip
CHANGE = ("at", "state", "yellow_at", "red_at")
Change = tuple[float, str, float | None, float | None]

# A light follows from the earlier of both clocks. The present step's stand in the incident; those of earlier steps
# come from the limit of their state, or of the whistle. While a case is suspended its light stays what it was.
DAY = """
WITH shown AS (
  SELECT * FROM incidents_incident WHERE id = ANY(%(shown)s)
), told AS (
  SELECT s.id, s.incident_id, s.at, s.to_state, lead(s.at) OVER following AS ends,
    max(s.id) FILTER (WHERE s.action IN ('extend', 'resume', 'verify_fail', 'reopen'))
      OVER (PARTITION BY s.incident_id) AS clock_moved
  FROM incidents_step s JOIN shown i ON i.id = s.incident_id
  WHERE s.from_state <> s.to_state OR s.action = 'extend'
  WINDOW following AS (PARTITION BY s.incident_id ORDER BY s.id)
), ticking AS (
  SELECT t.*, coalesce(c.yellow, i.yellow_at) AS case_yellow, coalesce(c.due, i.due_at) AS case_due,
    CASE WHEN t.ends IS NULL THEN i.step_yellow_at WHEN w.id IS NOT NULL
      THEN time_add(w.sent_at, time_between(w.sent_at, w.due_at, w.unit) * %(yellow)s, w.unit)
      ELSE time_add(t.at, make_interval(secs => r.limit_hours * 3600 * %(yellow)s), r.limit_unit) END AS step_yellow,
    CASE WHEN t.ends IS NULL THEN i.step_due_at WHEN w.id IS NOT NULL THEN w.due_at
      ELSE time_add(t.at, make_interval(secs => r.limit_hours * 3600), r.limit_unit) END AS step_due
  FROM told t JOIN shown i ON i.id = t.incident_id
  JOIN incidents_loopstate r ON r.state = t.to_state AND r.is_open
  LEFT JOIN LATERAL (
    SELECT k.* FROM incident_case_clock(i, t.id, %(yellow)s) k WHERE t.id < t.clock_moved LIMIT 1) c ON true
  LEFT JOIN LATERAL (
    SELECT w.id, w.sent_at, w.due_at, CASE WHEN w.kind = ANY(%(working)s) THEN 'working' ELSE 'natural' END AS unit
    FROM incidents_whistle w WHERE w.incident_id = t.incident_id AND w.sent_at = t.at AND w.is_lead
      AND t.to_state = 'whistled' LIMIT 1) w ON true
  WHERE t.at < %(until)s AND (t.ends IS NULL OR t.ends > %(since)s)
), changes AS (
  SELECT t.incident_id, t.id, t.at, t.to_state,
    CASE WHEN t.to_state <> 'suspended' OR k.yellow <= t.at THEN k.yellow END AS yellow,
    CASE WHEN t.to_state <> 'suspended' OR k.due < t.at THEN k.due END AS due
  FROM ticking t CROSS JOIN LATERAL (
    SELECT least(t.case_yellow, t.step_yellow) AS yellow, least(t.case_due, t.step_due) AS due) k
  UNION ALL
  SELECT t.incident_id, t.id, t.at, t.to_state, NULL, NULL FROM told t
  JOIN incidents_loopstate r ON r.state = t.to_state AND NOT r.is_open AND r.state <> 'draft'
  WHERE t.at < %(until)s AND t.at >= %(since)s
)
SELECT i.number, i.item_code, i.source, i.urgency, ST_X(i.geom), ST_Y(i.geom), i.area_code, i.address_text,
  extract(epoch FROM i.reported_at)::bigint, found.changes
FROM shown i LEFT JOIN (
  SELECT c.incident_id, json_agg(json_build_array(extract(epoch FROM c.at)::bigint, c.to_state,
    ceil(extract(epoch FROM c.yellow))::bigint, ceil(extract(epoch FROM c.due))::bigint) ORDER BY c.id) AS changes
  FROM changes c GROUP BY c.incident_id) found ON found.incident_id = i.id
ORDER BY i.reported_at, i.id
"""


@dataclass(frozen=True)
class Day:
    """A local day as far as it has come, within an area ('' is everywhere)."""

    day: date
    within: str = ""

    @property
    def since(self) -> datetime:
        return _midnight(self.day)

    @property
    def until(self) -> datetime:
        return min(_midnight(self.day + timedelta(days=1)), timezone.now())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def of_day(user: access.Anyone, asked: Day) -> dict[str, Any]:
    """The day's incidents that the user may see and that were open at some moment of it.

    Raises NotSignedIn, or WanggeError `too_many` where there are more than MOST.
    """
    rows = _told(selectors.visible(user), asked)
    reader = Reader(user)
    number = {state.key: place for place, state in enumerate(STATES)}
    kept = [row for row in rows if any(BY_KEY[state].is_open for _at, state, _y, _r in row[-1] or ())]
    return {
        "day": asked.day,
        "area": asked.within,
        "since": asked.since,
        "until": asked.until,
        "states": [{"state": state.key, "is_open": state.is_open} for state in STATES],
        "items": {code: reader.item_name(code) for code in sorted({row[1] for row in kept})},
        "fields": FIELDS,
        "change": CHANGE,
        "incidents": [
            [*row[:-1], [[at, number[state], yellow, red] for at, state, yellow, red in row[-1]]]
            for row in kept
        ],
    }


def open_at(among: QuerySet[Incident], at: datetime) -> Iterator[tuple[tuple[Any, ...], str, str]]:
    """Of these the ones that were open at a moment, in order of their report: the row by FIELDS, state, light.

    web/src/wall/replay.ts finds the same in what `of_day` tells. Raises WanggeError `too_many` as that does.
    """
    for row in _told(among, Day(timezone.localdate(at))):
        now = _change_at(row[-1] or (), at.timestamp())
        if now and BY_KEY[now[1]].is_open:
            yield row, now[1], _light(now, at.timestamp())


def _change_at(changes: Iterable[Change], at: float) -> Change | None:
    passed = [change for change in changes if change[0] <= at]
    return passed[-1] if passed else None


def _light(change: Change, at: float) -> str:
    _at, _state, yellow, red = change
    if red is not None and at > red:
        return "red"
    return "yellow" if yellow is not None and at >= yellow else "green"


def _told(among: QuerySet[Incident], asked: Day) -> list[tuple[Any, ...]]:
    """The day's rows of these incidents. Raises WanggeError `too_many`."""
    shown = _shown(among, asked)
    if len(shown) > MOST:
        raise WanggeError(
            _("More than %(most)s incidents on that day: ask for one area (area=).") % {"most": MOST},
            {"most": MOST, "parameter": "area"},
            code="too_many",
        )
    return _rows(shown, asked)


def _shown(among: QuerySet[Incident], asked: Day) -> list[int]:
    """The keys of the day's incidents, one more than MOST at the most."""
    still_open = Q(closed_at=None) | Q(closed_at__gte=asked.since)
    of_the_day = Q(is_draft=False, reported_at__lt=asked.until, scope_code__startswith=asked.within)
    found = among.filter(of_the_day & still_open).order_by("pk")
    return list(found.values_list("pk", flat=True)[: MOST + 1])


def _rows(shown: list[int], asked: Day) -> list[tuple[Any, ...]]:
    arguments: dict[str, Any] = {
        "shown": shown,
        "since": asked.since,
        "until": asked.until,
        "yellow": YELLOW_FROM,
        "working": [kind for kind, (_title, limit) in WHISTLES.items() if limit.unit == "working"],
    }
    with connection.cursor() as cursor:
        cursor.execute(DAY, arguments)
        return cursor.fetchall()
