"""Prove that the sample's district is in good order: most is done in time, at any hour of the week that it is loaded.

What the wall, the list and the figures say of it is counted from the same rows.
"""

import io
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

from tests.incidents.test_sample import scatter_buildings

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")
HOURS = {
    "Monday, as the day begins": (datetime(2026, 11, 23, 8, 31, tzinfo=CHINA), 0.02),
    "Wednesday afternoon": (datetime(2026, 11, 25, 15, 0, tzinfo=CHINA), 0.02),
    "Saturday night": (datetime(2026, 11, 28, 23, 0, tzinfo=CHINA), 0.02),
    # A week's reports wait beside the few that were late before it.
    "the last day of a week of holidays": (datetime(2026, 10, 7, 12, 0, tzinfo=CHINA), 0.005),
}
"""When the sample is loaded, and the least share of the open incidents that is overdue then."""
OPEN = """
SELECT count(*), avg((light = 'red')::int), avg((light = 'yellow')::int) FROM incidents_incident WHERE is_open
"""
DUE = """
SELECT avg((closed_at IS NOT NULL)::int), avg((closed_at <= original_due_at)::int) FROM incidents_incident
WHERE original_due_at <= %s AND suspended_at IS NULL
"""


def asked(query: str, *values: object) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()


@pytest.mark.parametrize("hour", HOURS)
def test_few_are_overdue_and_most_closed_in_time(town, hour):
    scatter_buildings(60, 4, 2)
    now, least = HOURS[hour]
    with time_machine.travel(now, tick=False):
        call_command("load_incidents", count=2500, days=14, verbosity=0, stdout=io.StringIO())
    count, overdue, pressing = asked(OPEN)
    assert count > 100
    assert least <= overdue <= 0.09
    assert 0 < pressing <= 0.2
    closed, in_time = asked(DUE, now)
    assert 0.95 <= closed < 1
    assert 0.88 <= in_time < 0.99
