"""Limits in working or natural time, and the light that follows: asked of the database, which alone decides them."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from incidents.models import Incident


def _ask(query: str, arguments: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        return cursor.fetchone()[0]


def add(moment: datetime, hours: float, unit: str) -> datetime:
    """The moment when so many hours of that unit have passed since `moment`; fewer than none goes back.

    Raises django.db.DataError beyond the calendar (2045).
    """
    return _ask("SELECT time_add(%s, %s, %s)", [moment, timedelta(hours=hours), unit])


def between(since: datetime, until: datetime, unit: str) -> float:
    """Hours of that unit between two moments."""
    return _ask("SELECT time_between(%s, %s, %s)", [since, until, unit]).total_seconds() / 3600


def light(incident: Incident, moment: datetime) -> str:
    """green, yellow or red, by whichever of the two clocks is further on."""
    stopped = incident.suspended_at or incident.closed_at
    return _ask(
        "SELECT incident_light(%s, %s, %s, %s, %s, %s)",
        [incident.yellow_at, incident.due_at, incident.step_yellow_at, incident.step_due_at, stopped, moment],
    )


def as_json(incident: Incident) -> dict[str, Any]:
    """Both clocks: when they began, when yellow and red begin, in which unit."""
    return {
        "case": {
            "since": incident.reported_at,
            "yellow_at": incident.yellow_at,
            "due_at": incident.due_at,
            "original_due_at": incident.original_due_at,
            "limit_hours": float(incident.limit_hours) if incident.limit_hours is not None else None,
            "unit": incident.limit_unit,
        },
        "step": {
            "since": incident.step_since,
            "yellow_at": incident.step_yellow_at,
            "due_at": incident.step_due_at,
            "unit": incident.step_unit,
        },
        "stopped_at": incident.suspended_at or incident.closed_at,
    }
