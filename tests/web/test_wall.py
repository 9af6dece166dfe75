"""Prove what the map wall adds to the map: layers, search, tools, past grids, and the situation of an area."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.screens import screen

DRAWN_MS = 60_000
VILLAGE = "410202003011"


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """The wall at a village, drawn; an error on the console fails the test."""
    context = screen(browser, (1500, 800))
    opened, complaints = context.new_page(), []
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(f"{site}/?code={VILLAGE}")
    expect(opened.get_by_role("main")).to_have_attribute("aria-busy", "false", timeout=DRAWN_MS)
    yield opened
    context.close()
    assert complaints == []


def click_map(page: Page, x: float, y: float) -> None:
    box = page.locator("#map canvas").first.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)


def test_the_situation_is_told_and_more_of_it_to_who_signs_in(page: Page) -> None:
    situation = page.get_by_role("region", name="区域态势")
    expect(situation.get_by_text("避难场所", exact=True)).to_be_visible()
    expect(situation.get_by_text("户数")).to_be_visible()
    expect(situation.get_by_text("网格长")).to_have_count(0)
    situation.get_by_role("button", name="登录").click()
    page.get_by_label("用户名").fill("dispatcher")
    page.get_by_label("密码").fill("sample-dispatcher")
    page.get_by_role("dialog").get_by_role("button", name="登录").click()
    expect(situation.get_by_text("网格长").first).to_be_visible()
    expect(situation.get_by_text("应急物资库", exact=True).first).to_be_visible()


def test_layers_tools_search_and_past_grids(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^公共服务")).click()
    page.get_by_role("switch", name="医院").press("Enter")
    expect(page).to_have_url(re.compile("on=hospitals"))
    page.get_by_role("button", name="测量距离").click()
    for x in (0.3, 0.6):
        click_map(page, x, 0.5)
    expect(page.get_by_role("complementary", name="测量距离")).to_contain_text(
        re.compile(r"\d+(\.\d+)? (米|公里)")
    )
    page.keyboard.press("Escape")
    page.get_by_role("button", name="点选查询所有图层").click()
    click_map(page, 0.5, 0.55)
    expect(page.get_by_role("complementary", name="点选查询所有图层").locator("h4").first).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="历史网格").click()
    page.get_by_label("历史网格").last.press("ArrowLeft")
    expect(page.get_by_role("status").filter(has_text="画面内")).to_be_visible()
    page.get_by_role("combobox").fill("医院")
    page.get_by_role("option").first.click()
    expect(page.get_by_role("button", name="只看所选区域")).to_be_visible()
