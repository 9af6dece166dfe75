"""Prove that the signed-in wall stands on a 4K wall and on a laptop: all of it there, nothing over another, legible."""

from itertools import combinations

import pytest
import shapely
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.seats import DRAWN_MS, TOLD_MS, seated

SMALLEST = """
() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  let least = Infinity
  while (texts.nextNode()) {
    const { parentElement: of } = texts.currentNode
    if (!texts.currentNode.data.trim() || !of.checkVisibility() || of.closest('.visually-hidden')) continue
    least = Math.min(least, parseFloat(getComputedStyle(of).fontSize))
  }
  return least
}
"""
"""The smallest letters that are seen, in pixels."""
FITS = """
() => document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight
"""


@pytest.mark.parametrize(("size", "letters"), [((3840, 2160), 24), ((1440, 900), 12)], ids=["4K", "laptop"])
def test_the_wall_is_whole_and_legible(
    browser: Browser, site: str, size: tuple[int, int], letters: float
) -> None:
    seat = seated(browser, site, "dispatcher", size)
    seat.open("/")
    page = seat.page
    expect(page.locator("[data-bars=area] li").first).to_be_visible(timeout=DRAWN_MS)
    expect(page.get_by_role("figure")).to_be_visible(timeout=DRAWN_MS)
    number = seat.report()
    expect(page.locator(f".live [data-number='{number}']")).to_have_count(1, timeout=TOLD_MS)
    assert page.evaluate(FITS)
    window = shapely.box(0, 0, *size)
    panels = [box_of(panel) for panel in parts(page)]
    assert all(window.buffer(0.5).contains(panel) for panel in panels)
    assert all(a.intersection(b).area < 1 for a, b in combinations(panels, 2))
    ground = panels[0]
    assert ground.area > window.area * 0.45, "the map is the most of it"
    assert page.evaluate(SMALLEST) >= letters
    page.context.close()
    assert seat.complaints == []


def parts(page: Page) -> list[Locator]:
    """The map, the panel left of it, the list right of it, the curve below, the bar above."""
    return [
        page.get_by_role("main"),
        page.get_by_role("complementary").first,
        page.get_by_role("complementary", name="未结事件"),
        page.get_by_role("figure"),
        page.get_by_role("banner"),
    ]


def box_of(part: Locator) -> shapely.Polygon:
    found = part.bounding_box()
    assert found
    return shapely.box(found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"])
