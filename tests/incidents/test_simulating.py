"""Prove that a played day goes through the public intake: nothing lost, all tagged, worked on by the loop's rules."""

import os
import re
import subprocess
import sys
from datetime import datetime

import psycopg
import pytest
from django.conf import settings

from incidents.sample import rhythm
from tests import sample_city
from tests.serving import server

MADE = """
SELECT count(*), count(*) FILTER (WHERE grid_code <> '' OR nearest_grid <> ''), count(DISTINCT item_code),
  count(*) FILTER (WHERE state <> 'reported')
FROM incidents_incident WHERE source_system = 'simulation'
"""


def test_a_day_with_a_storm_is_played_through_a_real_server():
    """Some 200 reports in ten seconds."""
    pace = ["--day", "2026-11-23", "--speed", "8640", "--rate", "0.1", "--loop", "1"]
    with sample_city.copied("simulated") as url, server(url) as site:
        done = subprocess.run(
            [sys.executable, "manage.py", "simulate_incidents", "--url", site.address, "--storm", *pace],
            cwd=settings.BASE_DIR, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True,
            timeout=240, check=True,
        )  # fmt: skip
        with psycopg.connect(url) as raw:
            made, tagged, items, worked = raw.execute(MADE).fetchone() or ()
    tally = done.stdout.splitlines()[-1]
    sent, accepted, _retried, refused, actions = map(int, re.findall(r"\d+", tally))
    assert (sent, accepted, refused) == (made, made, 0), tally
    assert made > 100
    assert tagged == made
    assert items > 10
    assert actions >= worked > 0


@pytest.mark.parametrize("hour", range(24))
def test_a_storm_raises_only_its_own_hours(hour):
    at = datetime(2026, 11, 23, hour)
    assert (rhythm.pace(at, True) > rhythm.pace(at, False)) == (14 <= hour < 20)
