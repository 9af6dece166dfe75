"""The days on which China works and rests otherwise than the weekday says, and putting a year's list in force.

The government announces them each November for the next year; the package `chinesecalendar` carries them.
"""

import csv
from datetime import date
from pathlib import Path

from chinese_calendar import constants
from django.db import connection, transaction
from django.utils.translation import gettext as _

from gis_core.errors import WanggeError

SINCE = date(2020, 1, 1)
Day = tuple[date, bool, str]


def announced() -> list[Day]:
    """(day, whether it is worked, name) for every day that differs from Monday to Friday."""
    rest = [(day, False, _name(name)) for day, name in constants.holidays.items() if day.isoweekday() < 6]
    worked = [(day, True, _name(name)) for day, name in constants.workdays.items() if day.isoweekday() > 5]
    return sorted(row for row in rest + worked if row[0] >= SINCE)


def _name(title: str) -> str:
    return str(getattr(title, "value", title)).split(",")[0]


def read(path: Path) -> list[Day]:
    """Rows of a CSV file with the columns day, working (0, 1) and name. Raises WanggeError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [
                (date.fromisoformat(row["day"]), row["working"] == "1", row.get("name", "")[:60])
                for row in csv.DictReader(file)
            ]
    except (OSError, ValueError, KeyError) as error:
        message = _(
            "The file cannot be read: %s. It needs the columns day (2027-01-01), working (0 or 1), name."
        )
        raise WanggeError(message % error, code="bad_calendar") from error


@transaction.atomic
def store(days: list[Day]) -> int:
    """Put these days into the calendar; others stay. Limits already set stay as they are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO incidents_calendarday SELECT * FROM unnest(%s::date[], %s::boolean[], %s::text[])"
            " ON CONFLICT (day) DO UPDATE SET working = excluded.working, name = excluded.name",
            [list(column) for column in zip(*days, strict=True)] if days else [[], [], []],
        )
    return len(days)
