"""Prove that an open wall holds no more the longer it is open, while incidents come, change and go.

Half a minute here; an hour as a long proof, which leaves its samples in the state folder as `wall-memory.jsonl`. A
city of a million people reports some 600 a day; the hour brings several days of that.
"""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.live_wall import live
from tests.web.memory import Meter, Sample, growth
from tests.web.traffic import Traffic
from tools.clone import STATE

PER_SECOND = 4
WARM_S = 12


def measured(wall: Page, site: str, seconds: float, every: float, log: Path | None = None) -> list[Sample]:
    found = []
    with Traffic(site, PER_SECOND) as traffic:
        wall.wait_for_timeout(WARM_S * 1000)
        for sample in Meter(wall).samples(seconds, every):
            found.append(sample)
            if log:
                counted = {"reported": traffic.reported, "closed": traffic.closed}
                with log.open("a") as lines:
                    lines.write(json.dumps(asdict(sample) | counted) + "\n")
    assert len(traffic.failed) <= traffic.reported / 100, traffic.failed[:3]
    assert traffic.closed > seconds / 4, "the wall had something to take in and to let go"
    for number in traffic.last_closed, traffic.last:
        expect(live(wall).locator(f"[data-number='{number}']")).to_have_count(
            int(number == traffic.last), timeout=30_000
        )
    return found


def test_half_a_minute_of_incidents_leaves_nothing_behind(wall: Page, site: str) -> None:
    grown = growth(measured(wall, site, 20, 1))
    assert grown["objects"] < 0.02
    assert grown["nodes"] < 0.05
    # A few hundred; those of the marks that pulse just then come and go.
    assert grown["listeners"] < 0.15
    assert grown["heap"] < 0.1


@pytest.mark.long
def test_an_hour_of_incidents_leaves_nothing_behind(wall: Page, site: str) -> None:
    log = STATE / "wall-memory.jsonl"
    log.unlink(missing_ok=True)
    grown = growth(measured(wall, site, 3600, 10, log))
    assert grown["objects"] < 0.01
    assert grown["nodes"] < 0.03
    assert grown["listeners"] < 0.03
    assert grown["heap"] < 0.03
    assert grown["resident"] < 0.1


def test_the_meter_sees_what_a_page_holds_on_to_and_not_what_it_lets_go(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<p>Wangge</p>")
    make = "Array.from({ length: 200 }, () => ({}))"
    page.evaluate(f"() => void setInterval(() => {{ window.last = {make} }}, 20)")
    assert abs(growth(list(Meter(page).samples(3, 0.1)))["objects"]) < 0.02
    page.evaluate(f"() => {{ window.kept = []; setInterval(() => window.kept.push(...{make}), 20) }}")
    page.evaluate("() => void setInterval(() => document.body.append(document.createElement('p')), 20)")
    grown = growth(list(Meter(page).samples(3, 0.1)))
    assert grown["objects"] > 0.2
    assert grown["nodes"] > 0.2
    page.close()
