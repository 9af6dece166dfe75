"""Prove that the wall's figures lead from the district to its towns, villages and grids, each with its denominator."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Locator, Page, expect

from tests import sample_city
from tests.web.seats import seated

DRAWN_MS = 60_000


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    """The sample city with incidents of three weeks."""
    with sample_city.copied("figures") as url:
        command = [sys.executable, "manage.py", "load_incidents", "--count", "500", "--days", "21", "-v0"]
        subprocess.run(command, cwd=settings.BASE_DIR, env={**os.environ, "DATABASE_URL": url}, check=True)
        yield url


@pytest.fixture
def wall(browser: Browser, site: str) -> Iterator[Page]:
    """The wall before a dispatcher."""
    seat = seated(browser, site, "dispatcher", (1440, 900))
    seat.open("/")
    expect(bars(seat.page, "area").locator("li").first).to_be_visible(timeout=DRAWN_MS)
    yield seat.page
    seat.page.context.close()
    assert seat.complaints == []


def bars(page: Page, of: str) -> Locator:
    return page.locator(f"[data-bars={of}]")


def into_the_first(page: Page) -> str:
    """Go into the area of the first bar; its code."""
    code = bars(page, "area").locator("li").first.get_attribute("data-key")
    assert code
    bars(page, "area").locator("li button").first.press("Enter")
    expect(page).to_have_url(re.compile(f"code={code}&"), timeout=DRAWN_MS)
    return code


def test_bars_lead_from_town_to_village_to_grid_and_all_figures_follow(wall: Page) -> None:
    expect(bars(wall, "area").get_by_role("heading")).to_have_text("各乡镇街道")
    town = into_the_first(wall)
    expect(bars(wall, "area").get_by_role("heading")).to_have_text("各村社区", timeout=DRAWN_MS)
    for part in bars(wall, "area").locator("li").all():
        assert (part.get_attribute("data-key") or "").startswith(town)
    village = into_the_first(wall)
    assert village.startswith(town)
    expect(bars(wall, "area").get_by_role("heading")).to_have_text("各网格", timeout=DRAWN_MS)
    grid = into_the_first(wall)
    card = wall.get_by_role("complementary", name="区域卡片")
    expect(card).to_have_attribute("aria-busy", "false", timeout=DRAWN_MS)
    name = card.get_by_role("heading", level=2).inner_text()
    expect(wall.get_by_role("region", name="关键指标").get_by_role("heading")).to_contain_text(name)
    assert grid.startswith(village)
    wall.get_by_role("navigation", name="所在位置").get_by_role("button").nth(1).click()
    expect(wall).to_have_url(re.compile(f"code={town}&"))
    expect(bars(wall, "area").get_by_role("heading")).to_have_text("各村社区", timeout=DRAWN_MS)


def test_a_rate_is_never_shown_without_its_part_and_its_whole(wall: Page) -> None:
    for measure in ("办结率", "超期率", "满意率"):
        wall.get_by_label("近 30 天，比较").select_option(label=measure)
        expect(bars(wall, "area").locator("small").first).to_be_visible()
        for of in ("area", "item"):
            for value in bars(wall, of).locator(".value").all_inner_texts():
                assert re.fullmatch(r"(—|\d+\.\d%)\s*[\d,]+/[\d,]+|—", value), (measure, of, value)


def test_an_item_narrows_the_map_and_the_list_to_it_and_lets_go_again(wall: Page) -> None:
    first = bars(wall, "item").locator("li").first
    name = first.locator(".name").inner_text()
    first.get_by_role("button").click()
    expect(first.get_by_role("button")).to_have_attribute("aria-pressed", "true")
    live = wall.get_by_role("complementary", name="未结事件")
    for what in live.locator(".what").all_inner_texts():
        assert what == name
    expect(wall).to_have_url(re.compile("show=item%3A"))
    first.get_by_role("button").click()
    expect(wall).not_to_have_url(re.compile("show="))


def test_beside_the_card_of_an_area_the_list_stays_at_hand(wall: Page) -> None:
    into_the_first(wall)
    wall.get_by_role("tab", name=re.compile("^未结事件")).press("Enter")
    row = wall.get_by_role("complementary", name="未结事件").locator("li button").first
    row.press("Enter")
    expect(row).to_have_attribute("aria-current", "true")
    wall.get_by_role("tab", name=re.compile("^未结事件")).press("ArrowLeft")
    expect(wall.get_by_role("complementary", name="区域卡片")).to_be_visible()
