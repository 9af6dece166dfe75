"""Prove that the wall shows a past day as it was, on map, in list and figures, and never mixes it with now."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web import axe
from tests.web.asking import ask
from tests.web.conftest import ROOT
from tests.web.live_wall import DRAWN_MS, drawn, live, report
from tests.web.seats import seated

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def day(site: str, database_url: str, state: str) -> dict[str, Any]:
    """Three days ago, as the interface tells it; each incident a dictionary."""
    load = [sys.executable, "manage.py", "load_incidents", "--days", "8", "--count", "1500"]
    environment = {**os.environ, "DATABASE_URL": database_url, "WANGGE_STATE": state}
    subprocess.run(load, cwd=ROOT, env=environment, check=True)
    wanted = (datetime.now(CHINA) - timedelta(days=3)).date().isoformat()
    told: dict[str, Any]
    _ok, told = ask(site, f"incidents/replay/?day={wanted}")
    told["incidents"] = [dict(zip(told["fields"], row, strict=True)) for row in told["incidents"]]
    return told


def at(day: dict[str, Any], text: str) -> float:
    return datetime.fromisoformat(f"{day['day']}T{text}+08:00").timestamp()


def light(day: dict[str, Any], incident: dict[str, Any], moment: float) -> str | None:
    """Its light then; None if it was not open."""
    passed = [change for change in incident["changes"] if change[0] <= moment]
    if not passed or not day["states"][passed[-1][1]]["is_open"]:
        return None
    _at, _state, yellow, red = passed[-1]
    return "red" if red and moment > red else "yellow" if yellow and moment >= yellow else "green"


def bar(page: Page) -> Locator:
    return page.get_by_role("region", name="回放", exact=True)


def slider(page: Page) -> Locator:
    return bar(page).get_by_role("slider", name="回放时刻")


def go(page: Page, site: str, query: str) -> None:
    page.goto(f"{site}/?{query}")
    if "replay=" in query:
        expect(bar(page)).to_have_attribute("aria-busy", "false", timeout=DRAWN_MS)
    drawn(page)


@pytest.fixture(scope="module")
def wall(browser: Browser, site: str) -> Iterator[Page]:
    """A dispatcher's page, which each test opens where it wants it."""
    seat = seated(browser, site, "dispatcher", (1500, 800))
    yield seat.page
    seat.page.context.close()
    assert seat.complaints == []


def test_list_and_figures_are_those_of_the_moment(wall: Page, site: str, day: dict[str, Any]) -> None:
    for clock in ("08:30", "17:45"):
        moment = at(day, clock)
        lights = [light(day, one, moment) for one in day["incidents"]]
        opened = len(lights) - lights.count(None)
        reported = sum(at(day, "00:00") <= one["reported_at"] <= moment for one in day["incidents"])
        assert opened > 30, "the sample has a day to show"
        assert reported > 10
        go(wall, site, f"replay={day['day']}T{clock}")
        expect(slider(wall)).to_have_attribute("aria-valuetext", clock)
        expect(live(wall)).to_contain_text(f"共 {opened:,}")
        expect(live(wall)).to_contain_text(f"回放 {clock}")
        figures = wall.get_by_role("region", name="关键指标")
        expect(figures).to_contain_text(re.compile(rf"当日上报\s*{reported:,}\D"))
        expect(figures).to_contain_text(f"其中超期 {lights.count('red'):,} / {opened:,}")
        expect(wall.get_by_text("回放 · 非实时")).to_be_visible()


def test_what_is_closed_by_now_is_on_the_map_of_then_alone(
    wall: Page, site: str, day: dict[str, Any]
) -> None:
    moment = at(day, "12:00")
    now = open_now(site)
    one = next(
        one for one in day["incidents"]
        if light(day, one, moment) and one["number"] not in now and one["area_code"]
    )  # fmt: skip
    place = f"at={one['lon']:.5f},{one['lat']:.5f}&z=18"
    row = live(wall).locator(f"[data-number='{one['number']}'] button[aria-current]")
    go(wall, site, f"{place}&replay={day['day']}T12:00")
    press_middle(wall)
    expect(row).to_have_count(1)
    bar(wall).get_by_role("button", name="回到实时").click()
    expect(bar(wall)).to_have_count(0)
    expect(live(wall).locator(f"[data-number='{one['number']}']")).to_have_count(0)
    wall.wait_for_url(lambda url: "replay=" not in url)


def open_now(site: str) -> set[str]:
    found: set[str] = set()
    following = "incidents/?open=true&limit=1000"
    while following:
        _ok, page = ask(site, following)
        found |= {one["properties"]["number"] for one in page["features"]}
        following = (page["next"] or "").partition("/api/v1/")[2]
    return found


def press_middle(page: Page) -> None:
    box = page.locator(".map canvas").first.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_what_comes_meanwhile_is_counted_and_there_on_return(
    wall: Page, site: str, day: dict[str, Any]
) -> None:
    go(wall, site, f"replay={day['day']}T10:00")
    before = live(wall).get_by_text(re.compile("共 ")).inner_text()
    number = report(site)
    expect(bar(wall)).to_contain_text("期间新上报 1 件", timeout=30_000)
    row = live(wall).locator(f"[data-number='{number}']")
    expect(row).to_have_count(0)
    expect(wall.locator(f".pulse[data-number='{number}']")).to_have_count(0)
    assert live(wall).get_by_text(re.compile("共 ")).inner_text() == before
    bar(wall).get_by_role("button", name="回到实时").click()
    expect(row).to_have_count(1)


def test_it_plays_pulses_stops_and_moves_by_keys_and_the_address_keeps_the_moment(
    wall: Page, site: str, day: dict[str, Any]
) -> None:
    one = next(one for one in day["incidents"] if one["reported_at"] > at(day, "09:00") and one["area_code"])
    start = datetime.fromtimestamp(one["reported_at"] - 120, CHINA).strftime("%H:%M")
    go(wall, site, "")
    wall.keyboard.press("r")
    expect(bar(wall)).to_have_attribute("aria-busy", "false", timeout=DRAWN_MS)
    go(wall, site, f"replay={day['day']}T{start}")
    bar(wall).get_by_label("速度").select_option("600")
    slider(wall).focus()
    wall.keyboard.press(" ")
    expect(wall.locator(f".pulse[data-number='{one['number']}']")).to_have_count(1, timeout=30_000)
    expect(bar(wall).get_by_role("button", name="暂停")).to_be_visible()
    wall.keyboard.press(" ")
    expect(bar(wall).get_by_role("button", name="播放")).to_be_visible()
    was = minute(wall)
    for key, by in (("ArrowRight", 1), ("Shift+ArrowRight", 15), ("ArrowLeft", -1), ("PageUp", 60)):
        slider(wall).press(key)
        was += by
        assert abs(minute(wall) - was) <= 1, key
    slider(wall).press("Home")
    expect(slider(wall)).to_have_attribute("aria-valuetext", "00:00")
    slider(wall).press("PageUp")
    wall.wait_for_url(re.compile(f"replay={day['day']}T01:00"))
    wall.reload()
    expect(slider(wall)).to_have_attribute("aria-valuetext", "01:00", timeout=DRAWN_MS)
    drawn(wall)  # until the panels beside the map are open, the bar still moves
    box = slider(wall).bounding_box()
    assert box
    wall.mouse.move(box["x"] + box["width"] / 24, box["y"] + 10)
    wall.mouse.down()
    wall.mouse.move(box["x"] + box["width"] / 2, box["y"] + 10)
    wall.mouse.up()
    expect(slider(wall)).to_have_attribute("aria-valuetext", re.compile("^(11:5|12:0)"))
    bar(wall).get_by_role("button", name="前一天").click()
    before = datetime.fromisoformat(day["day"]) - timedelta(days=1)
    wall.wait_for_url(re.compile(f"replay={before.date()}T1"))


def minute(page: Page) -> int:
    return int(slider(page).get_attribute("aria-valuenow") or -1)


def test_nothing_in_it_is_out_of_reach(wall: Page, site: str, day: dict[str, Any]) -> None:
    go(wall, site, f"replay={day['day']}T10:00")
    assert axe.serious_faults(wall) == []
