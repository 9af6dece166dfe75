"""Prove the one-click page in a real browser: by number and by coordinates, on three screens, for who may see."""

import base64
import json
import os
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.web.screens import screen

PICTURES = os.environ.get("INCIDENT_PICTURES")
"""A folder for screenshots."""
DRAWN_MS = 60_000
SCREENS = {"wall": (1920, 1080), "laptop": (1366, 768), "phone": (390, 844)}


@pytest.fixture(scope="module")
def dispatcher(site: str) -> Callable[..., Any]:
    """Ask the server as somebody who has signed in as the sample's dispatcher."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    body = json.dumps({"username": "dispatcher", "password": "sample-dispatcher"}).encode()
    headers = {"Content-Type": "application/json"}
    opener.open(urllib.request.Request(f"{site}/api/v1/session/", body, headers)).close()

    def ask(path: str) -> Any:
        return opener.open(f"{site}{path}", timeout=60)

    return ask


@pytest.fixture(scope="module")
def number(site: str, dispatcher: Callable[..., Any]) -> str:
    """An incident that has just been reported, in the middle of a grid."""
    grid = json.load(dispatcher("/api/v1/areas/?tier=grid&limit=1&geometry=none"))["features"][0]
    lon, lat = json.load(dispatcher(f"/api/v1/areas/{grid['properties']['code']}/"))["properties"]["centre"]
    body = {"item": "26", "description": "路口有垃圾", "lon": lon, "lat": lat, "crs": "4490"}
    sign = base64.b64encode(b"worker:sample-worker").decode()
    headers = {"Authorization": f"Basic {sign}", "Content-Type": "application/json"}
    sent = urllib.request.Request(f"{site}/api/v1/incidents/", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(sent, timeout=60) as answer:
        return str(json.load(answer)["number"])


@pytest.fixture(scope="module")
def complaints() -> list[str]:
    return []


@pytest.fixture
def opened(browser: Browser, site: str, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """A page of somebody's own browser, signed in as one of the sample's people, or nobody."""
    contexts: list[BrowserContext] = []

    def go(path: str, name: str | None = None, size: str = "laptop") -> Page:
        context = screen(browser, SCREENS[size])
        contexts.append(context)
        if name:
            body = {"username": name, "password": f"sample-{name}"}
            assert context.request.post(f"{site}/api/v1/session/", data=body).ok
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site}{path}")
        return page

    yield go
    for context in contexts:
        context.close()


def drawn(page: Page) -> None:
    expect(page.locator(".map")).to_have_attribute("aria-busy", "false", timeout=DRAWN_MS)


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(1200)
        page.screenshot(path=Path(PICTURES) / f"incident-{name}.png")


@pytest.mark.parametrize("size", SCREENS)
def test_everything_of_an_incident_is_on_one_page(
    opened: Callable[..., Page], number: str, size: str, complaints: list[str]
) -> None:
    page = opened(f"/incidents/{number}", "dispatcher", size)
    drawn(page)
    panel = page.get_by_role("main")
    expect(panel.get_by_text("本环节")).to_be_visible()
    expect(panel.get_by_text("全案")).to_be_visible()
    expect(panel.get_by_role("button", name="受理", exact=True)).to_be_visible()
    picture(page, size)
    if size != "wall":
        page.get_by_role("tab", name="周边").click()
    around = page.get_by_role("complementary")
    expect(around.get_by_text("网格长").first).to_be_visible()
    line = around.get_by_role("button", name=re.compile("消火栓")).first
    line.click()
    expect(line).to_have_class(re.compile("focused"))
    picture(page, f"{size}-around")
    sideways = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert (sideways, complaints) == (0, [])


def test_a_place_by_coordinates_is_for_everybody_and_tells_less(
    opened: Callable[..., Page], dispatcher: Callable[..., Any], number: str
) -> None:
    spot = json.load(dispatcher(f"/api/v1/incidents/{number}/"))["properties"]
    page = opened(f"/incidents/?lon={spot['lon']}&lat={spot['lat']}&crs=4490&lang=en")
    drawn(page)
    expect(page.get_by_role("main").get_by_text("EPSG:4490").first).to_be_visible()
    page.get_by_role("tab", name="Around").click()
    expect(page.get_by_text("Fire hydrant").first).to_be_visible()
    expect(page.get_by_text("Open incidents near")).to_have_count(0)
    picture(page, "place")


def test_who_may_not_see_it_is_told_what_to_do(opened: Callable[..., Page], number: str) -> None:
    page = opened(f"/incidents/{number}")
    expect(page.get_by_text("查看事件需要登录")).to_be_visible()
    page.get_by_role("button", name=re.compile("^dispatcher ")).click()
    page.get_by_role("button", name="登录", exact=True).click()
    drawn(page)
    expect(page.get_by_role("button", name="dispatcher", exact=True)).to_be_visible()


def test_an_unknown_number_is_a_404_with_words(
    opened: Callable[..., Page], dispatcher: Callable[..., Any], site: str, number: str
) -> None:
    page = opened("/incidents/4102020100012026010199999", "dispatcher")
    expect(page.get_by_text("没有找到该事件")).to_be_visible()
    picture(page, "missing")
    for ask, path in ((dispatcher, "/incidents/4102020100012026010199999"), (urllib.request.urlopen, None)):
        with pytest.raises(urllib.error.HTTPError) as refused:
            ask(path or f"{site}/incidents/12345")
        assert refused.value.code == 404
    # Nobody who has not signed in learns whether there is an incident behind a number that may be one.
    assert urllib.request.urlopen(f"{site}/incidents/4102020100012026010199999").status == 200


def test_only_what_is_made_for_frames_may_be_framed(site: str, number: str) -> None:
    plain = urllib.request.urlopen(f"{site}/incidents/{number}")
    assert plain.headers["X-Frame-Options"] == "SAMEORIGIN"
    framed = urllib.request.urlopen(f"{site}/incidents/{number}?embed=1")
    assert framed.headers["X-Frame-Options"] is None
    assert framed.headers["Content-Security-Policy"].endswith("frame-ancestors 'self'")


def test_an_action_is_done_by_its_button_and_shown_on_another_open_page(
    opened: Callable[..., Page], number: str
) -> None:
    watching = opened(f"/incidents/{number}", "viewer")
    drawn(watching)
    page = opened(f"/incidents/{number}", "dispatcher")
    drawn(page)
    page.get_by_role("button", name="备注", exact=True).click()
    dialog = page.get_by_role("dialog", name="备注")
    dialog.get_by_label("说明").fill("已电话联系")
    dialog.get_by_role("button", name="备注", exact=True).click()
    expect(page.get_by_text("已电话联系")).to_be_visible()
    page.get_by_role("button", name="受理", exact=True).click()
    page.get_by_role("dialog", name="受理").get_by_role("button", name="受理", exact=True).click()
    expect(page.get_by_role("banner").get_by_text("村（社区）受理")).to_be_visible()
    expect(watching.get_by_role("banner").get_by_text("村（社区）受理")).to_be_visible(timeout=10_000)


def test_a_report_by_the_form_is_one_incident_also_when_its_answer_is_lost(
    opened: Callable[..., Page], dispatcher: Callable[..., Any], number: str
) -> None:
    spot = json.load(dispatcher(f"/api/v1/incidents/{number}/"))["properties"]
    page = opened(f"/incidents/?lon={spot['lon']}&lat={spot['lat']}", "worker")
    drawn(page)
    box = page.locator(".map canvas").first.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2 - 60, box["y"] + box["height"] / 2 - 60)
    page.get_by_role("button", name="在此上报").click()
    dialog = page.get_by_role("dialog", name="上报事件")
    expect(dialog.get_by_label("经度")).to_have_value(re.compile(r"^114\.\d+"))
    dialog.get_by_label("事项").select_option("33")
    dialog.get_by_label("情况描述").fill("井盖缺失，经表单上报")
    picture(page, "report")
    lost: list[str] = []

    def lose_the_first(route: Any) -> None:
        if lost or route.request.method != "POST":
            route.continue_()
            return
        lost.append(route.request.headers["idempotency-key"])
        route.fetch()
        route.abort()

    page.route("**/api/v1/incidents/", lose_the_first)
    dialog.get_by_role("button", name="上报", exact=True).dblclick()
    expect(dialog.get_by_text("已登记")).to_be_visible(timeout=20_000)
    expect(dialog.get_by_text("所属网格")).to_be_visible()
    picture(page, "reported")
    assert len(lost) == 1
    rows = json.load(dispatcher("/api/v1/incidents/?item=33&limit=100"))["features"]
    found = [row["properties"] for row in rows if row["properties"]["description"] == "井盖缺失，经表单上报"]
    assert len(found) == 1
    assert found[0]["located_by"] == "map"
