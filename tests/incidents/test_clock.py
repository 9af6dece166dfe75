"""Prove the working clock against a slow one that counts minute by minute, across weekends, holidays and 调休 days."""

from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents import clock

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")
SPANS = ((8 * 60 + 30, 12 * 60), (13 * 60 + 30, 18 * 60))

# The National Day of 2025 (1 to 8 October, worked on 28 September and 11 October), and New Year 2024.
moments = st.one_of(
    st.integers(0, 30 * 1440).map(lambda n: datetime(2025, 9, 20, tzinfo=CHINA) + timedelta(minutes=n)),
    st.integers(0, 20 * 1440).map(lambda n: datetime(2024, 2, 1, tzinfo=CHINA) + timedelta(minutes=n)),
)


@cache
def worked(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


def slow_add(moment: datetime, minutes: int) -> datetime:
    """Count minutes of work one by one."""
    while minutes > 0:
        since_midnight = moment.hour * 60 + moment.minute
        if worked(moment.date()) and any(a <= since_midnight < b for a, b in SPANS):
            minutes -= 1
        moment += timedelta(minutes=1)
    return moment


@settings(max_examples=60, deadline=None)
@given(moments, st.integers(1, 60 * 60))
def test_working_time_is_added_as_by_counting_minutes(moment, minutes):
    found = clock.add(moment, minutes / 60, "working")
    assert abs(found - slow_add(moment, minutes)) < timedelta(seconds=1)


@settings(max_examples=60, deadline=None)
@given(moments, st.floats(0.01, 300))
def test_between_undoes_add_and_add_goes_back(moment, hours):
    later = clock.add(moment, hours, "working")
    assert clock.between(moment, later, "working") == pytest.approx(hours, abs=1e-5)
    assert clock.between(moment, clock.add(later, -hours, "working"), "working") == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize(
    ("begin", "hours", "end"),
    [
        ("2026-11-20 17:00", 4, "2026-11-23 11:30"),  # Friday evening to Monday
        ("2026-11-20 17:00", 1, "2026-11-20 18:00"),  # the end of the day, not the next morning
        ("2026-11-21 12:00", 8, "2026-11-23 18:00"),  # from a Saturday
        ("2025-09-30 17:00", 2, "2025-10-09 09:30"),  # over the National Day
        ("2025-09-26 17:00", 2, "2025-09-28 09:30"),  # a Sunday that is worked
        ("2026-11-23 12:30", 0.5, "2026-11-23 14:00"),  # from the noon break
    ],
)
def test_days_that_everybody_knows(begin, hours, end):
    local = [datetime.fromisoformat(text).replace(tzinfo=CHINA) for text in (begin, end)]
    assert clock.add(local[0], hours, "working") == local[1]


def test_natural_hours_know_no_weekend():
    friday = datetime(2026, 11, 20, 17, tzinfo=CHINA)
    assert clock.add(friday, 24, "natural") == friday + timedelta(days=1)


def test_the_calendar_is_replaced_by_a_file(tmp_path):
    file = tmp_path / "days.csv"
    file.write_text("day,working,name\n2026-11-23,0,当地休息\n")
    call_command("load_holidays", str(file), verbosity=0)
    friday = datetime(2026, 11, 20, 17, tzinfo=CHINA)
    assert clock.add(friday, 4, "working") == datetime(2026, 11, 24, 11, 30, tzinfo=CHINA)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM incidents_calendarday WHERE day = '2026-11-23'")
    assert clock.add(friday, 4, "working") == datetime(2026, 11, 23, 11, 30, tzinfo=CHINA)
