"""Prove the editor's map with a real browser against a real server: trace, drag, merge, undo, lose the network."""

import math
import re
from collections.abc import Iterator
from typing import Any

import pytest
import shapely
from playwright.sync_api import Browser, BrowserContext, expect

from tests.web.axe import serious_faults
from tests.web.screens import screen

DRAWN_MS = 60_000
VILLAGE = "410202002011"
FIRST = f"{VILLAGE}001"
ZOOM = 16.4
TILE = 512


@pytest.fixture(scope="module")
def signed_in(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """A drawer's browser, signed in, with one plan over the district: `context.plan`."""
    context = screen(browser)
    answer = context.request.post(
        f"{site}/api/v1/session/", data={"username": "drawer", "password": "sample-drawer"}
    )
    assert answer.ok
    context.set_extra_http_headers({"X-CSRFToken": answer.json()["csrf"], "Referer": site})
    yield context
    context.close()


class Desk:
    """The open page of a new plan, looking at the first grid of a village, and where places are on its screen."""

    def __init__(self, context: BrowserContext, site: str, scope: str = VILLAGE) -> None:
        answer = context.request.post(f"{site}/api/v1/plans/", data={"name": "调整", "scope_code": scope})
        assert answer.ok, answer.text()
        self.api, self.site = context.request, site
        self.plan = int(answer.json()["id"])
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        west, south, east, north = shapely.geometry.shape(self.grids()[FIRST]["geometry"]).bounds
        self.centre = (round((west + east) / 2, 5), round((south + north) / 2, 5))
        self.open()

    def open(self) -> None:
        lon, lat = self.centre
        self.page.goto(f"{self.site}/editor/{self.plan}?at={lon},{lat}&z={ZOOM}&lang=zh")
        expect(self.page.locator("main.map[aria-busy=false]")).to_be_visible(timeout=DRAWN_MS)

    def grids(self) -> dict[str, Any]:
        answer = self.api.get(f"{self.site}/api/v1/plans/{self.plan}/grids/").json()
        return {feature["id"]: feature for feature in answer["features"]}

    def defects(self) -> list[Any]:
        answer = self.api.get(f"{self.site}/api/v1/plans/{self.plan}/defects/?severity=error").json()
        return list(answer["features"])

    def pixel(self, place: tuple[float, float] | shapely.Point) -> tuple[float, float]:
        lon, lat = (place.x, place.y) if isinstance(place, shapely.Point) else place
        box = self.page.locator(".ground").first.bounding_box()
        assert box
        (x0, y0), (x, y) = _mercator(*self.centre), _mercator(lon, lat)
        scale = TILE * 2**ZOOM
        return (
            box["x"] + box["width"] / 2 + (x - x0) * scale,
            box["y"] + box["height"] / 2 + (y - y0) * scale,
        )

    def click(self, place: tuple[float, float] | shapely.Point) -> None:
        x, y = self.pixel(place)
        self.page.mouse.move(x + 2, y + 2)
        self.page.mouse.click(x, y)

    def answered(self, address: str = "commands") -> Any:
        return self.page.expect_response(f"**/api/v1/plans/{self.plan}/{address}/")


def _mercator(lon: float, lat: float) -> tuple[float, float]:
    return lon / 360 + 0.5, 0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)


@pytest.fixture
def desk(signed_in: BrowserContext, site: str) -> Iterator[Desk]:
    desk = Desk(signed_in, site)
    yield desk
    desk.page.close()
    assert desk.complaints == []


def corners(grid: Any) -> set[tuple[float, float]]:
    return {tuple(place) for polygon in grid["geometry"]["coordinates"] for place in polygon[0]}


def free_corner(desk: Desk) -> tuple[tuple[float, float], str]:
    """A corner that the first grid shares with another one, in the picture and off the village's border."""
    grids = desk.grids()
    address = f"{desk.site}/api/v1/plans/{desk.plan}/boundaries/?tier=village"
    border = corners(desk.api.get(address).json()["features"][0])
    shared = [
        (place, code)
        for code, grid in sorted(grids.items())
        if code != FIRST
        for place in sorted(corners(grids[FIRST]) & corners(grid) - border)
    ]
    middle = desk.centre
    return min(shared, key=lambda found: math.dist(found[0], middle))


def test_a_split_along_a_street_a_merge_and_two_undos_leave_every_coordinate_as_it_was(desk: Desk) -> None:
    before = desk.grids()
    ground = shapely.geometry.shape(before[FIRST]["geometry"])
    street = street_through(desk, ground)
    desk.page.keyboard.press("d")
    desk.click(street.interpolate(0.35, normalized=True))
    desk.page.mouse.move(*desk.pixel(street.interpolate(0.6, normalized=True)))
    expect(desk.page.locator(".figures article")).to_have_count(2, timeout=20_000)
    shown = [int(text) for text in desk.page.locator(".figures b").all_inner_texts()]
    assert sum(shown) == before[FIRST]["properties"]["households"]
    with desk.answered() as split:
        desk.click(street.interpolate(0.65, normalized=True))
    assert split.value.status == 200, split.value.text()
    pieces = {f["id"]: f for f in split.value.json()["changed"]["features"]}
    new = next(code for code in split.value.json()["codes"] if code != FIRST)
    counted = sorted(pieces[code]["properties"]["households"] for code in (FIRST, new))
    assert counted == sorted(shown), "what was shown while drawing is what the server counts"
    assert desk.defects() == []
    expect(desk.page.locator(f'.row[data-code="{new}"]')).to_be_visible()

    desk.page.keyboard.press("v")
    inner = [shapely.geometry.shape(pieces[code]["geometry"]).representative_point() for code in (FIRST, new)]
    desk.click(inner[0])
    desk.page.keyboard.down("Shift")
    desk.click(inner[1])
    desk.page.keyboard.up("Shift")
    desk.page.keyboard.press("g")
    with desk.answered() as merged:
        desk.page.keyboard.press("Enter")
    assert merged.value.status == 200
    for _ in range(2):
        with desk.answered("undo"):
            desk.page.keyboard.press("Control+z")
    after = desk.grids()
    assert {code: g["geometry"] for code, g in after.items()} == {c: g["geometry"] for c, g in before.items()}


def street_through(desk: Desk, ground: Any) -> shapely.LineString:
    """The longest run of one street well inside the ground."""
    box = ",".join(map(str, ground.bounds))
    answer = desk.api.get(f"{desk.site}/api/v1/snap/?bbox={box}").json()
    by_name: dict[str, list[Any]] = {}
    for identifier, _kind, name, numbers in answer["lines"]:
        if identifier.startswith("r") and name:
            by_name.setdefault(name, []).append(list(zip(numbers[::2], numbers[1::2], strict=True)))
    inner = ground.buffer(-2e-4)
    runs = [
        shapely.line_merge(shapely.MultiLineString(lines).intersection(inner)) for lines in by_name.values()
    ]
    return max((part for run in runs for part in shapely.get_parts(run)), key=lambda part: part.length)


def test_a_dragged_corner_takes_both_grids_along_with_their_figures(desk: Desk) -> None:
    place, other = free_corner(desk)
    before = desk.grids()
    desk.page.keyboard.press("m")
    x, y = desk.pixel(place)
    desk.page.mouse.move(x + 3, y + 2)
    expect(desk.page.locator(".cursor .mark.vertex")).to_be_visible()
    desk.page.mouse.down()
    desk.page.keyboard.down("Alt")
    desk.page.mouse.move(x - 30, y + 8, steps=6)
    expect(desk.page.locator(".figures article")).not_to_have_count(0, timeout=20_000)
    with desk.answered() as reshaped:
        desk.page.mouse.up()
    desk.page.keyboard.up("Alt")
    assert reshaped.value.status == 200, reshaped.value.text()
    assert reshaped.value.request.post_data_json["moves"][0]["from"] == list(place), (
        "the stored double itself"
    )
    assert {FIRST, other} <= set(reshaped.value.json()["codes"])
    after = desk.grids()
    assert place not in corners(after[FIRST]) | corners(after[other])
    assert desk.defects() == []
    total = sum(g["properties"]["households"] for g in before.values())
    assert sum(g["properties"]["households"] for g in after.values()) == total


def test_escape_leaves_everything_as_it_was(desk: Desk) -> None:
    place, _other = free_corner(desk)
    desk.page.keyboard.press("m")
    x, y = desk.pixel(place)
    desk.page.mouse.move(x + 3, y + 2)
    desk.page.mouse.down()
    desk.page.mouse.move(x - 40, y, steps=3)
    desk.page.keyboard.press("Escape")
    desk.page.mouse.up()
    expect(desk.page.locator(".figures")).to_have_count(0)
    assert desk.api.get(f"{desk.site}/api/v1/plans/{desk.plan}/").json()["revision"] == 0


def test_work_without_a_network_is_sent_by_the_next_visit_once(desk: Desk) -> None:
    page, context = desk.page, desk.page.context
    page.keyboard.press("v")
    desk.click(shapely.geometry.shape(desk.grids()[FIRST]["geometry"]).representative_point())
    lost: list[str] = []

    def applied_but_unheard(route: Any) -> None:
        """The server does it, and the answer never arrives; from then on nothing gets through."""
        if not lost:
            lost.append(str(route.fetch().status))
        route.abort()

    page.route("**/commands/", applied_but_unheard)
    page.keyboard.press("F2")
    page.keyboard.type("离线改的名字")
    page.keyboard.press("Enter")
    expect(page.locator(".save")).to_have_text(re.compile("未连接，1 项待发"))
    assert lost == ["200"]
    page.close()
    desk.page = context.new_page()
    with desk.answered() as sent:
        desk.open()
    assert sent.value.status == 200
    expect(desk.page.locator(".save")).to_have_text("已保存")
    detail = desk.api.get(f"{desk.site}/api/v1/plans/{desk.plan}/").json()
    assert detail["revision"] == 1, "applied once"
    assert desk.grids()[FIRST]["properties"]["name"] == "离线改的名字"


def test_another_s_change_to_the_same_grid_is_told_and_taken_in(desk: Desk) -> None:
    page = desk.page
    page.keyboard.press("v")
    desk.click(shapely.geometry.shape(desk.grids()[FIRST]["geometry"]).representative_point())
    other = {"kind": "rename", "code": FIRST, "name": "别人改的", "revision": 0}
    assert desk.api.post(f"{desk.site}/api/v1/plans/{desk.plan}/commands/", data=other).ok
    page.keyboard.press("F2")
    page.keyboard.type("我改的")
    with desk.answered() as stale:
        page.keyboard.press("Enter")
    assert stale.value.status == 409
    expect(page.locator(".stack li")).to_contain_text("其间他人已更改")
    expect(page.locator(f'.row[data-code="{FIRST}"]')).to_contain_text("别人改的")


def test_the_keyboard_alone_goes_through_the_grids_and_out_of_the_map(desk: Desk) -> None:
    page = desk.page
    page.locator(".ground canvas").focus()
    page.keyboard.press("Tab")
    expect(page.locator(f'.row[data-code="{FIRST}"]')).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Tab")
    expect(page.locator(f'.row[data-code="{VILLAGE}002"]')).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("F6")
    assert page.evaluate("document.activeElement.closest('.palette') !== null")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_no_serious_fault(desk: Desk, language: str) -> None:
    page = desk.page
    page.goto(f"{desk.site}/editor/{desk.plan}?lang={language}")
    expect(page.locator("main.map[aria-busy=false]")).to_be_visible(timeout=DRAWN_MS)
    page.locator(".row").first.click()
    assert serious_faults(page) == []
