"""Prove that the map wall tells the situation of an area, and more of it to who may see more."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

DRAWN_MS = 60_000
VILLAGE = "410202003011"


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """The wall at a village, drawn; an error on the console fails the test."""
    context = browser.new_context(viewport={"width": 1500, "height": 800}, reduced_motion="reduce")
    opened, complaints = context.new_page(), []
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(f"{site}/?code={VILLAGE}")
    expect(opened.get_by_role("main")).to_have_attribute("aria-busy", "false", timeout=DRAWN_MS)
    yield opened
    context.close()
    assert complaints == []


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
