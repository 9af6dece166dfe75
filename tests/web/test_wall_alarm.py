"""Prove that the wall calls out what was chosen, by a tone and by a sign, and nothing before somebody has chosen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.axe import serious_faults
from tests.web.seats import TOLD_MS, Seat, seated

COUNT_TONES = """
window.tones = 0
const start = OscillatorNode.prototype.start
OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when) }
"""


@pytest.fixture
def seat(browser: Browser, site: str) -> Iterator[Seat]:
    """A dispatcher before the wall; the tones that the page starts are counted."""
    seat = seated(browser, site, "dispatcher")
    seat.page.add_init_script(COUNT_TONES)
    seat.open("/")
    yield seat
    seat.page.context.close()
    assert seat.complaints == []


def choose(page: Page, which: str) -> None:
    page.get_by_role("button", name="事件提示音").click()
    dialog = page.get_by_role("dialog", name="事件提示音")
    dialog.get_by_label(which).check()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_it_is_silent_until_chosen_then_sounds_and_shows_and_leads_there(seat: Seat) -> None:
    page = seat.page
    live = page.get_by_role("complementary", name="未结事件")
    quiet = seat.report()
    expect(live.locator(f"[data-number='{quiet}']")).to_have_count(1, timeout=TOLD_MS)
    assert page.evaluate("window.tones") == 0
    choose(page, "所有新事件")
    loud = seat.report()
    sign = page.get_by_role("alert")
    expect(sign).to_contain_text("注意：", timeout=TOLD_MS)
    assert page.evaluate("window.tones") == 2
    sign.get_by_role("button").first.click()
    expect(live.locator(f"[data-number='{loud}'] button")).to_have_attribute("aria-current", "true")
    sign.get_by_role("button", name="关闭").click()
    expect(sign).to_have_count(0)


def test_the_choice_is_kept_and_can_be_tried(seat: Seat) -> None:
    page = seat.page
    choose(page, "紧急事项")
    page.reload()
    button = page.get_by_role("button", name="事件提示音：紧急事项")
    button.click()
    dialog = page.get_by_role("dialog", name="事件提示音")
    expect(dialog.get_by_label("紧急事项")).to_be_checked()
    assert serious_faults(page) == []
    dialog.get_by_role("button", name="试听").click()
    page.wait_for_function("window.tones === 2")
