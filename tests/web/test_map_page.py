"""Prove that the map page works in a real browser against a real server: see, find, click, share, switch."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
import shapely
from playwright.sync_api import Browser, Page, expect

from tests.layers.pyramid import ground_of, mercator
from tests.web.axe import serious_faults
from tests.web.screens import screen

DRAWN_MS = 45_000
TOWN, VILLAGE, GRID = "410202003", "410202003011", "410202003011001"

Opener = Callable[..., Page]


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def opened(browser: Browser, site: str, complaints: list[str]) -> Iterator[Opener]:
    """Open the page at a query string and wait until its map is drawn; errors on the console fail the test."""
    context = screen(browser, (1120, 640))

    def open_page(query: str = "", drawn: bool = True) -> Page:
        page = context.new_page()
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site}/{query}")
        if drawn:
            expect(
                page.get_by_role("button", name=re.compile("显示全区|Show the whole district"))
            ).to_be_visible(timeout=DRAWN_MS)
        return page

    yield open_page
    context.close()
    assert complaints == []


def card(page: Page) -> Any:
    return page.get_by_role("complementary", name=re.compile("区域卡片|Area card"))


def heading(page: Page) -> Any:
    return card(page).get_by_role("heading", level=2)


def test_the_district_its_tiers_and_the_sample_badge_are_shown(opened: Opener) -> None:
    page = opened()
    expect(page.get_by_role("heading", name="龙亭区")).to_be_visible()
    expect(page.get_by_text("合成示例数据")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("村社区.*177"))).to_be_visible()
    expect(page.get_by_text("已连接")).to_be_visible()


def test_nothing_is_fetched_from_elsewhere_and_the_label_font_is_ours(browser: Browser, site: str) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/?code={GRID}")
    expect(heading(page)).to_have_text("大兴社区第一网格", timeout=DRAWN_MS)
    assert page.evaluate("document.fonts.check('48px \"Wangge Labels\"', '网格123')")
    assert [url for url in asked if not url.startswith((site, "blob:", "data:"))] == []
    assert any("chinese-simplified-500" in url for url in asked)
    page.close()


def test_an_area_is_found_by_name_from_the_keyboard_alone(opened: Opener) -> None:
    page = opened()
    page.keyboard.press("/")
    page.keyboard.type("大兴社区第")
    options = page.get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("大兴社区第二网格")
    page.keyboard.press("Escape")
    expect(card(page)).to_have_count(0)


def test_an_area_is_found_by_code_and_a_wrong_word_says_so(opened: Opener) -> None:
    page = opened()
    box = page.get_by_role("combobox")
    box.fill("没有这个地方")
    expect(page.get_by_text("没有名称或代码含“没有这个地方”的区域")).to_be_visible()
    box.fill(GRID)
    page.get_by_role("option").first.click()
    expect(heading(page)).to_have_text("大兴社区第一网格")


def test_a_click_opens_the_card_of_the_area_under_it_with_links_up_and_down(opened: Opener) -> None:
    page = opened(f"?code={VILLAGE}")
    expect(heading(page)).to_have_text("大兴社区")
    expect(page.get_by_role("main")).to_have_attribute("aria-busy", "false", timeout=DRAWN_MS)
    box = page.locator("canvas").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 0.45, box["y"] + box["height"] * 0.5)
    expect(heading(page)).to_have_text(re.compile("大兴社区第.网格"))
    for label in ("面积", "四至", "相邻", "下级"):
        expect(card(page).get_by_text(label, exact=False).first).to_be_visible()
    page.get_by_role("navigation", name="所在位置").get_by_role("button", name="大兴街道").click()
    expect(heading(page)).to_have_text("大兴街道")
    card(page).get_by_role("button", name=re.compile("西门社区")).click()
    expect(heading(page)).to_have_text("西门社区")


def test_the_address_carries_the_view_and_back_returns_to_it(opened: Opener) -> None:
    page = opened(f"?at=114.34000,34.80000&z=14.5&code={TOWN}&theme=light&lang=zh&off=roads")
    expect(heading(page)).to_have_text("大兴街道")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    here = re.compile(r"at=114\.34000,34\.80000&z=14\.5&code=410202003&")
    expect(page).to_have_url(here)
    page.get_by_role("button", name="展开面板").click()
    expect(page.get_by_role("switch", name="道路")).not_to_be_checked()
    page.get_by_role("button", name="收起面板").click()
    expect(page).to_have_url(here)
    card(page).get_by_role("button", name=re.compile("大兴社区")).first.click()
    expect(page).to_have_url(re.compile(f"code={VILLAGE}"))
    page.go_back()
    expect(heading(page)).to_have_text("大兴街道")
    expect(page).to_have_url(here)
    page.go_forward()
    expect(heading(page)).to_have_text("大兴社区")


def test_language_and_theme_switch_in_place_and_are_remembered(opened: Opener) -> None:
    page = opened(f"?code={TOWN}")
    page.get_by_role("button", name=re.compile("Switch to English")).click()
    expect(card(page).get_by_text("Neighbours")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
    page.get_by_role("button", name="Switch to light").click()
    expect(page).to_have_url(re.compile("theme=light&lang=en"))
    again = opened("")
    expect(again.get_by_text("Synthetic sample data")).to_be_visible()
    assert again.evaluate("document.documentElement.dataset.theme") == "light"


def test_a_code_that_does_not_exist_is_explained(opened: Opener, complaints: list[str]) -> None:
    page = opened("?code=410202999")
    expect(card(page).get_by_text("没有代码为 410202999 的区域")).to_be_visible()
    card(page).get_by_role("button", name="回到全区").click()
    expect(card(page)).to_have_count(0)
    # Chromium itself logs the 404.
    assert len(complaints) == 1
    complaints.clear()


def test_a_silent_server_is_told_from_a_fresh_picture(opened: Opener, complaints: list[str]) -> None:
    page = opened()
    page.context.set_offline(True)
    expect(page.get_by_text(re.compile("已断开，最后更新 \\d\\d:\\d\\d"))).to_be_visible(timeout=30_000)
    page.context.set_offline(False)
    expect(page.get_by_text("已连接")).to_be_visible(timeout=30_000)
    complaints.clear()


def test_a_page_that_cannot_start_offers_a_way_on(opened: Opener, complaints: list[str]) -> None:
    page = opened("", drawn=False)
    page.context.route("**/api/v1/district/", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("地图暂时打不开")
    page.context.unroute("**/api/v1/district/")
    page.get_by_role("button", name="重试").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    complaints.clear()


@pytest.mark.parametrize("look", ["theme=dark&lang=zh", "theme=light&lang=en"])
def test_axe_finds_no_serious_fault(opened: Opener, look: str) -> None:
    page = opened(f"?code={VILLAGE}&{look}")
    expect(heading(page)).to_have_text("大兴社区")
    assert serious_faults(page) == []


def test_what_another_session_commits_is_fetched_again_and_only_there(
    opened: Opener, database_url: str
) -> None:
    """The page is not touched: the server tells, the page fetches the tiles of the changed grid and no others."""
    page = opened(f"?code={GRID}")
    fetched: list[tuple[str, bytes]] = []
    page.on(
        "response",
        lambda answer: fetched.append((answer.url, answer.body())) if ".mvt" in answer.url else None,
    )
    page.reload()
    known = 0
    while not known or known != len(fetched):  # until the picture is complete
        known = len(fetched)
        page.wait_for_timeout(3000)
    seen = {url for url, _body in fetched}
    fetched.clear()
    with psycopg.connect(database_url) as raw:
        raw.execute(
            "UPDATE gis_core_area SET name = 'renamed live' WHERE code = %s AND valid_to IS NULL", [GRID]
        )
        box = raw.execute(
            "SELECT ST_XMin(geom), ST_YMin(geom), ST_XMax(geom), ST_YMax(geom) FROM gis_core_area"
            " WHERE code = %s AND valid_to IS NULL",
            [GRID],
        ).fetchone()
    for _ in range(100):
        if any(b"renamed live" in body for _url, body in fetched):
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(1000)
    assert any(b"renamed live" in body for _url, body in fetched)
    again = [url for url, _body in fetched if url in seen]
    for url in again:
        keys, z, x, y = re.fullmatch(r".*/tiles/([a-z_,]+)/(\d+)/(\d+)/(\d+)\.mvt", url).groups()
        # A grid's name also shows on its population.
        assert keys.split(",")[0] in ("grids", "population")
        assert ground_of(int(z), int(x), int(y), 0.02).intersects(mercator(shapely.box(*box)))
    assert again
