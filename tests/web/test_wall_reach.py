"""Prove that the signed-in wall has no serious fault for axe and that the keyboard reaches all of it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.axe import serious_faults
from tests.web.seats import TOLD_MS, Seat, seated

DRAWN_MS = 60_000


@pytest.fixture
def seat(browser: Browser, site: str) -> Iterator[Seat]:
    seat = seated(browser, site, "dispatcher")
    seat.open("/")
    number = seat.report()
    expect(seat.page.locator(f".live [data-number='{number}']")).to_have_count(1, timeout=TOLD_MS)
    expect(seat.page.locator("[data-bars=area] li").first).to_be_visible(timeout=DRAWN_MS)
    yield seat
    seat.page.context.close()
    assert seat.complaints == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_no_serious_fault_with_panels_filters_card_and_dialogs(seat: Seat, theme: str) -> None:
    page = seat.page
    if theme == "light":
        page.get_by_role("button", name="切换为浅色").click()
    page.get_by_role("button", name="筛选").click()
    assert serious_faults(page) == []
    page.get_by_role("tab", name="区划与图层").click()
    page.locator(".live li button").first.click()
    assert serious_faults(page) == []
    page.get_by_role("tab", name="指标").click()
    page.locator("[data-bars=area] li button").first.click()
    expect(page.get_by_role("tab", name=re.compile("^未结事件"))).to_be_visible()
    expect(page.locator(".card")).to_have_attribute("aria-busy", "false", timeout=DRAWN_MS)
    assert serious_faults(page) == []
    page.get_by_role("button", name="上报", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert serious_faults(page) == []


def reached(page: Page, presses: int) -> set[str]:
    """What the Tab key comes to, by name or text, from the start of the page."""
    page.evaluate("document.activeElement.blur()")
    names: set[str] = set()
    for _ in range(presses):
        page.keyboard.press("Tab")
        names.add(
            page.evaluate(
                "() => { const e = document.activeElement;"
                " return (e.getAttribute('aria-label') || e.innerText || e.value || e.tagName).trim().split('\\n')[0] }"
            )
        )
    return names


def test_tab_reaches_bar_panels_tools_and_list(seat: Seat) -> None:
    names = reached(seat.page, 110)
    for wanted in ("上报", "dispatcher", "指标", "点选查询所有图层", "历史网格", "显示全区", "放大", "筛选"):
        assert any(wanted in name for name in names), (wanted, names)
    past = seat.page.get_by_role("button", name="历史网格")
    expect(past).to_have_attribute("aria-pressed", "false")
    past.press("Enter")
    expect(past).to_have_attribute("aria-pressed", "true")
