"""Prove that figures and picture follow the hand with 600 grids in view, and measure what script that takes.

`make test-long PYTEST_ARGS="tests/web/test_dragging.py -s"` prints the milliseconds (docs/bench.md).
"""

import math
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import shapely
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from tests.web.editor_ground import Screen, camera

pytestmark = pytest.mark.long
COUNTY = "410202"
GRIDS, MOVES = 600, 40
STREETS_FROM_ZOOM = 13.6
DRAWN_MS = 120_000
FROM_BORDER = 6e-4
"""Degrees between the corner that is dragged and the nearest village's border, which a plan does not move."""


@pytest.fixture(scope="module")
def drawer(browser: Browser, site: str) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 860}, reduced_motion="reduce")
    login = {"username": "drawer", "password": "sample-drawer"}
    answer = context.request.post(f"{site}/api/v1/session/", data=login)
    assert answer.ok
    context.set_extra_http_headers({"X-CSRFToken": answer.json()["csrf"], "Referer": site})
    yield context
    context.close()


def shapes(context: BrowserContext, address: str) -> dict[str, shapely.Geometry]:
    found = context.request.get(address).json()["features"]
    return {feature["id"]: shapely.geometry.shape(feature["geometry"]) for feature in found}


@pytest.fixture(scope="module")
def plan(drawer: BrowserContext, site: str) -> str:
    """The address of a plan over the county, its grids split until there are enough."""
    plans = f"{site}/api/v1/plans/"
    made = drawer.request.post(plans, data={"name": "拖动", "scope_code": COUNTY}).json()
    address, revision = f"{plans}{made['id']}/", made["revision"]
    before = shapes(drawer, f"{address}grids/")
    missing = GRIDS - len(before)
    for code, grid in before.items():
        if missing <= 0:
            break
        answer = drawer.request.post(f"{address}commands/", data=halving(code, grid, revision))
        if answer.ok:
            revision, missing = answer.json()["revision"], missing - 1
    assert missing <= 0
    return address


def halving(code: str, grid: shapely.Geometry, revision: int) -> dict[str, Any]:
    _west, south, _east, north = grid.bounds
    x = shapely.point_on_surface(grid).x
    line = {"type": "LineString", "coordinates": [[x, south - 0.001], [x, north + 0.001]]}
    return {"kind": "split", "revision": revision, "code": code, "line": line}


def shared_corner(context: BrowserContext, plan: str) -> tuple[float, float]:
    """The corner of several grids nearest to the middle of all, off the villages' borders."""
    grids = shapes(context, f"{plan}grids/")
    villages = shapes(context, f"{plan}boundaries/?tier=village")
    borders = shapely.union_all([shapely.boundary(village) for village in villages.values()])
    whole = shapely.total_bounds(list(grids.values()))
    middle = ((whole[0] + whole[2]) / 2, (whole[1] + whole[3]) / 2)
    seen: set[tuple[float, float]] = set()
    shared: set[tuple[float, float]] = set()
    for grid in grids.values():
        own = set(map(tuple, shapely.get_coordinates(grid).tolist()))
        shared |= own & seen
        seen |= own
    free = [place for place in shared if borders.distance(shapely.Point(place)) > FROM_BORDER]
    return min(free, key=lambda place: math.dist(place, middle))


@pytest.fixture(scope="module")
def page(drawer: BrowserContext, site: str, plan: str) -> Page:
    """The whole plan in sight, after a look at the streets, which the corner snaps to from then on."""
    corner = shared_corner(drawer, plan)
    page = drawer.new_page()
    number = plan.rstrip("/").rsplit("/", 1)[1]
    page.goto(f"{site}/editor/{number}?lang=zh&at={corner[0]:.5f},{corner[1]:.5f}&z={STREETS_FROM_ZOOM}")
    expect(page.locator("main.map[aria-busy=false]")).to_be_visible(timeout=DRAWN_MS)
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="显示全区").click()
    expect(page).not_to_have_url(re.compile(f"z={STREETS_FROM_ZOOM}"), timeout=DRAWN_MS)
    page.wait_for_timeout(3000)
    return page


@pytest.mark.parametrize("snapping", [True, False], ids=["snapping", "free"])
def test_figures_and_picture_follow_the_hand_with_600_grids_in_view(
    page: Page, drawer: BrowserContext, plan: str, snapping: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    screen = Screen(page, *camera(page))
    assert_in_view(screen, shapes(drawer, f"{plan}grids/"))
    x, y = screen.at(shared_corner(drawer, plan))
    page.keyboard.press("m")
    page.mouse.move(x + 20, y + 20)
    page.mouse.move(x, y, steps=4)
    page.mouse.down()
    if not snapping:
        page.keyboard.down("Alt")
    page.mouse.move(x + 3, y + 3, steps=2)
    figures = page.locator(".figures article")
    expect(figures).not_to_have_count(0, timeout=DRAWN_MS)
    first = (figures.all_inner_texts(), picture(page, x, y))
    spent = milliseconds(drawer.new_cdp_session(page), page, x, y)
    page.mouse.move(x - 12, y + 9)
    page.wait_for_timeout(2000)
    last = (figures.all_inner_texts(), picture(page, x, y))
    page.keyboard.press("Escape")
    page.mouse.up()
    page.keyboard.up("Alt")
    assert last[0] != first[0], "the figures"
    assert last[1] != first[1], "the picture"
    with capsys.disabled():
        sys.stdout.write(f"\ndragging, {'snapping' if snapping else 'free'}: {spent}\n")


def assert_in_view(screen: Screen, grids: dict[str, shapely.Geometry]) -> None:
    box = screen.page.locator("#map canvas").first.bounding_box()
    assert box
    west, south, east, north = shapely.total_bounds(list(grids.values()))
    (left, bottom), (right, top) = screen.at((west, south)), screen.at((east, north))
    assert len(grids) >= GRIDS
    assert box["x"] <= left < right <= box["x"] + box["width"]
    assert box["y"] <= top < bottom <= box["y"] + box["height"]


def picture(page: Page, x: float, y: float) -> bytes:
    return page.screenshot(timeout=DRAWN_MS, clip={"x": x - 40, "y": y - 40, "width": 80, "height": 80})


def milliseconds(chrome: CDPSession, page: Page, x: float, y: float) -> str:
    """Processor time of the page's own thread for a move of the hand, each of which is drawn."""
    chrome.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = metrics(chrome)
    for turn in range(MOVES):
        reach = 10 * math.sin(turn / 11)
        page.mouse.move(x + reach * math.cos(turn / 7), y + reach * math.sin(turn / 7))
    after = metrics(chrome)
    names = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration")
    return ", ".join(f"{name} {(after[name] - before[name]) * 1000 / MOVES:.2f} ms a move" for name in names)


def metrics(chrome: CDPSession) -> dict[str, float]:
    return {one["name"]: one["value"] for one in chrome.send("Performance.getMetrics")["metrics"]}
