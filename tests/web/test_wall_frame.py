"""Prove that the wall keeps the whole district between its panels until somebody moves the map."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.asking import ask
from tests.web.live_wall import DRAWN_MS, report, sign_in_here
from tests.web.screens import screen

Opener = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, site: str) -> Iterator[Opener]:
    """The wall at a query string, drawn, nobody signed in."""
    context = screen(browser)

    def open_page(query: str = "") -> Page:
        page = context.new_page()
        page.goto(f"{site}/{query}")
        expect(page.get_by_role("main")).to_have_attribute("aria-busy", "false", timeout=DRAWN_MS)
        return page

    yield open_page
    context.close()


def sign_in(page: Page) -> None:
    sign_in_here(page)
    expect(page.get_by_role("figure")).to_be_visible(timeout=DRAWN_MS)


def camera(page: Page) -> tuple[str, str]:
    """Place and zoom as the address tells them, once it says the same twice."""
    before, now = ("", ""), ("", "-")
    while before != now or not now[1]:
        page.wait_for_timeout(1000)
        before, asked = now, parse_qs(urlsplit(page.url).query)
        now = (asked.get("at", [""])[0], asked.get("z", [""])[0])
    return now


def test_panels_that_open_leave_the_whole_district_in_the_picture(opened: Opener) -> None:
    page = opened()
    alone = camera(page)
    sign_in(page)
    expect(page, "the panels took room").not_to_have_url(re.compile(f"z={alone[1]}&"), timeout=DRAWN_MS)
    between = camera(page)
    page.get_by_role("button", name="显示全区").click()
    assert camera(page) == between
    page.get_by_role("button", name="收起面板").press("Enter")
    expect(page, "what a folded panel leaves is used").not_to_have_url(
        re.compile(f"z={between[1]}&"), timeout=DRAWN_MS
    )
    assert float(camera(page)[1]) > float(between[1])


def test_a_map_that_somebody_moved_or_that_the_address_places_stays(opened: Opener) -> None:
    placed = "?at=114.34000,34.80000&z=13"
    page = opened(placed)
    page.get_by_role("button", name="放大", exact=True).click()
    expect(page).to_have_url(re.compile("z=14&"), timeout=DRAWN_MS)
    sign_in(page)
    assert camera(page)[1] == "14"
    again = opened(placed)
    expect(again.get_by_role("figure")).to_be_visible(timeout=DRAWN_MS)
    assert camera(again) == ("114.34000,34.80000", "13")


def test_no_mark_beside_the_district_is_cut_by_the_edge_however_the_wall_is_opened(
    opened: Opener, site: str
) -> None:
    page = opened()
    sign_in(page)
    before = camera(page)
    _ok, district = ask(site, "district/")
    east, middle = district["bbox"][2], district["center"][1]
    pixels = pixels_per_degree(before)
    # In the margin that the district has: its mark would be cut in half.
    lon = east + (map_width(page) / 2 - (east - float(before[0].split(",")[0])) * pixels) / pixels
    report(site, {"lon": round(lon, 6), "lat": middle})
    expect(page, "the map takes it in").not_to_have_url(re.compile(f"z={before[1]}&"), timeout=DRAWN_MS)
    for _again in range(2):
        seen = camera(page)
        right = map_width(page) / 2 - (lon - float(seen[0].split(",")[0])) * pixels_per_degree(seen)
        assert right > 30, f"{right} pixels from the edge"
        page.goto(site)
        expect(page.get_by_role("figure")).to_be_visible(timeout=DRAWN_MS)


def pixels_per_degree(seen: tuple[str, str]) -> float:
    return 512 * 2 ** float(seen[1]) / 360


def map_width(page: Page) -> float:
    box = page.locator(".map canvas").bounding_box()
    assert box
    return float(box["width"])
