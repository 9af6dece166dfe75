"""Prove the grid editor in a real browser, from an empty list of plans to new grids on a map that nobody reloads."""

import base64
import json
import os
import re
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.web.axe import serious_faults
from tests.web.editor_ground import (
    VILLAGE,
    Screen,
    camera,
    grids_of,
    inside,
    neighbours,
    shared_corner,
    street_across,
)
from tests.web.screens import COARSE, screen

ROOT = Path(settings.BASE_DIR)
PICTURES = os.environ.get("EDITOR_PICTURES")
"""A folder for screenshots; docs/img/editor-*.png are made so."""
DRAWN_MS = 60_000
TOWN = "410202003"
SIZE, PIXELS = ((1440, 860), 1) if PICTURES else ((1180, 700), COARSE)
ZOOM, WALL_ZOOM = 15.2 if PICTURES else 14.8, 15.0

Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def complaints() -> list[str]:
    return []


@pytest.fixture(scope="module")
def person(browser: Browser, site: str, complaints: list[str]) -> Iterator[Opener]:
    """A page of somebody's own browser, signed in as one of the sample's people, or nobody."""
    contexts: list[BrowserContext] = []

    def opened(name: str | None, path: str) -> Page:
        context = screen(browser, SIZE, device_scale_factor=PIXELS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if name is None:
            page.goto(f"{site}{path}")
            return page
        page.goto(f"{site}/editor/")
        page.get_by_role("button", name=re.compile(f"^{name} ")).click()
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
        if path != "/editor/":
            page.goto(f"{site}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def api(site: str) -> Callable[..., Any]:
    """Ask the server as a program does that the drawer has signed in to."""
    sign = base64.b64encode(b"drawer:sample-drawer").decode()

    def ask(path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Authorization": f"Basic {sign}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{site}/api/v1/{path}", data, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    return ask


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"editor-{name}.png")


# ---- the story ----------------------------------------------------------------------------------------------


def saved(page: Page) -> None:
    expect(page.get_by_text("已保存")).to_be_visible()


def drawn(page: Page) -> None:
    expect(page.locator("main#map")).to_have_attribute("aria-busy", "false", timeout=DRAWN_MS)


def tab(page: Page, name: str) -> Locator:
    page.get_by_role("tab", name=re.compile(name)).click()
    return page.get_by_role("tabpanel")


def test_from_an_empty_list_to_new_grids_on_everybodys_map(
    person: Opener, api: Callable[..., Any], complaints: list[str]
) -> None:
    middle = shapely.geometry.shape(api(f"areas/{VILLAGE}/")["geometry"]).envelope.centroid
    here = f"at={middle.x:.5f},{middle.y:.5f}&z="
    wall = person(None, f"/?{here}{WALL_ZOOM}&theme=light")
    page = person("drawer", "/editor/")
    plan = _new_plan(page)
    page.goto(f"{page.url.split('?')[0]}?{here}{ZOOM}")
    drawn(page)
    screen = Screen(page, *camera(page))
    new = _split_along_a_street(page, screen, api, plan)
    _drag_a_shared_corner(page, screen, api, plan)
    _merge_and_undo(page, screen, api, plan)
    _mend_a_defect(page, api, plan)
    _submit(page)
    _approve_and_publish(person("committee", f"/editor/{plan}"))
    expect(page.get_by_text("已公布")).to_be_visible(timeout=30_000)
    _see(wall, inside(grids_of(api, plan)[new]), new)
    assert [text for text in complaints if "409" not in text] == []


def _new_plan(page: Page) -> int:
    expect(page.get_by_text("还没有方案")).to_be_visible()
    page.get_by_role("button", name="新建方案").click()
    page.get_by_label("方案名称").fill("大兴街道网格调整")
    scope = page.get_by_role("combobox", name="范围")
    scope.fill(TOWN)
    page.get_by_role("option", name=re.compile("大兴街道")).click()
    expect(scope).to_have_value(re.compile(TOWN))
    picture(page, "new-plan")
    page.get_by_role("button", name="建立方案").click()
    page.wait_for_url(re.compile(r"/editor/\d+"))
    drawn(page)
    expect(page.get_by_text("10 个网格")).to_be_visible()
    return int(re.search(r"/editor/(\d+)", page.url)[1])  # type: ignore[index]


def _split_along_a_street(page: Page, screen: Screen, api: Callable[..., Any], plan: int) -> str:
    before = grids_of(api, plan)
    first, last = street_across(api, before[f"{VILLAGE}001"])
    page.keyboard.press("d")
    screen.click(first)
    page.mouse.move(*screen.at(last), steps=6)
    page.wait_for_timeout(500)
    picture(page, "trace")
    screen.click(last)
    expect(page.get_by_text("11 个网格")).to_be_visible()
    saved(page)
    after = grids_of(api, plan)
    (new,) = set(after) - set(before)
    assert after[f"{VILLAGE}001"].union(after[new]).symmetric_difference(before[f"{VILLAGE}001"]).area < 1e-12
    return new


def _drag_a_shared_corner(page: Page, screen: Screen, api: Callable[..., Any], plan: int) -> None:
    before = grids_of(api, plan)
    corner, codes = shared_corner(before)
    x, y = screen.at(corner)
    page.keyboard.press("m")
    page.mouse.move(x + 30, y + 30)
    page.mouse.move(x, y, steps=8)
    page.wait_for_timeout(400)
    page.mouse.down()
    page.keyboard.down("Alt")
    page.mouse.move(x + 21, y + 17, steps=8)
    page.wait_for_timeout(300)
    picture(page, "reshape")
    page.mouse.up()
    page.keyboard.up("Alt")
    expect(page.get_by_role("button", name=re.compile("^撤销"))).to_be_enabled()
    page.wait_for_timeout(500)
    saved(page)
    after = grids_of(api, plan)
    assert {code for code in after if not after[code].equals_exact(before[code])} >= set(codes)
    assert shapely.union_all(list(after.values())).area == pytest.approx(
        shapely.union_all(list(before.values())).area
    )


def _merge_and_undo(page: Page, screen: Screen, api: Callable[..., Any], plan: int) -> None:
    before = grids_of(api, plan)
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    for code in neighbours(before):
        screen.click(inside(before[code]))
    expect(page.get_by_text("选中 2")).to_be_visible()
    picture(page, "merge")
    page.keyboard.press("Enter")
    expect(page.get_by_text("10 个网格")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("11 个网格")).to_be_visible()
    saved(page)
    after = grids_of(api, plan)
    assert all(after[code].equals_exact(before[code]) for code in before)
    page.keyboard.press("v")


def _mend_a_defect(page: Page, api: Callable[..., Any], plan: int) -> None:
    """A colleague's program sends a polygon that leaves a corner of its grid to nobody."""
    code = f"{VILLAGE}004"
    whole = grids_of(api, plan)[code]
    hole = shapely.box(*shapely.point_on_surface(whole).buffer(4e-4).bounds)
    left = shapely.geometry.mapping(shapely.difference(whole, hole))
    api(
        f"plans/{plan}/commands/",
        {"kind": "replace", "revision": api(f"plans/{plan}/")["revision"], "code": code, "geometry": left},
    )
    page.keyboard.press("Escape")
    panel = tab(page, "检查")
    expect(panel.get_by_text(re.compile("处错误"))).to_be_visible(timeout=15_000)
    page.keyboard.press("F8")
    panel.get_by_role("button", name="预览修复").click()
    expect(panel.get_by_role("button", name="收起预览")).to_be_visible()
    page.wait_for_timeout(800)
    picture(page, "checks")
    panel.get_by_role("button", name="修复", exact=True).click()
    expect(panel.get_by_text(re.compile("处错误"))).to_have_count(0)
    assert api(f"plans/{plan}/defects/?severity=error")["count"] == 0


def _submit(page: Page) -> None:
    page.get_by_role("button", name="显示全区").click()
    page.get_by_role("button", name="提交", exact=True).click()
    dialog = page.get_by_role("dialog", name="提交方案")
    expect(dialog.get_by_text("新增网格")).to_be_visible()
    dialog.get_by_label("说明（可不填）").fill("沿街划分，请审批")
    page.wait_for_timeout(900)
    picture(page, "submit")
    dialog.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("banner").get_by_text("已提交")).to_be_visible()
    panel = tab(page, "评论")
    expect(panel.get_by_text("沿街划分，请审批")).to_be_visible()
    expect(page.get_by_role("button", name="批准", exact=True)).to_have_count(0)


def _approve_and_publish(page: Page) -> None:
    drawn(page)
    tab(page, "对比")
    page.get_by_role("button", name="批准", exact=True).click()
    page.get_by_role("dialog", name="批准方案").get_by_role("button", name="批准", exact=True).click()
    page.get_by_role("button", name="公布", exact=True).click()
    dialog = page.get_by_role("dialog", name="公布方案")
    expect(dialog.get_by_label(re.compile("立即公布"))).to_be_checked()
    expect(dialog.get_by_text("新增网格")).to_be_visible()
    picture(page, "publish")
    dialog.get_by_role("button", name="公布", exact=True).click()
    expect(page.get_by_role("link", name="公示")).to_be_visible(timeout=30_000)
    picture(page, "published")


def _see(wall: Page, place: tuple[float, float], code: str) -> None:
    """The new grid answers a click on a map that was opened before there was any plan."""
    screen = Screen(wall, *camera(wall))
    card = wall.get_by_role("complementary", name="区域卡片")
    expect(card).to_have_count(0)
    wall.mouse.click(*screen.at(place))
    expect(card.get_by_text(code[-3:]).first).to_be_visible(timeout=15_000)
    expect(wall).to_have_url(re.compile(f"code={code}"))
    picture(wall, "wall")


# ---- beside the story ---------------------------------------------------------------------------------------


def test_a_plan_is_drawn_by_itself_with_a_report(person: Opener) -> None:
    page = person("committee", "/editor/")
    page.get_by_role("button", name="新建方案").click()
    page.get_by_label("方案名称").fill("自动划分")
    page.get_by_role("combobox", name="范围").fill(VILLAGE)
    page.get_by_role("option", name=re.compile("大兴社区")).click()
    page.get_by_role("radio", name=re.compile("^自动划分")).check()
    page.get_by_label("目标户数").fill("350")
    page.get_by_role("button", name="建立并划分").click()
    report = page.get_by_role("dialog", name="自动划分完成")
    expect(report.get_by_role("row", name=re.compile("户数达标"))).to_be_visible(timeout=60_000)
    picture(page, "auto")
    report.get_by_role("button", name="打开方案").click()
    page.wait_for_url(re.compile(r"/editor/\d+"))
    tab(page, "记录")
    expect(page.get_by_role("tabpanel").get_by_text(re.compile("自动"))).to_be_visible()


def test_the_list_filters_withdraws_and_reopens(person: Opener) -> None:
    page = person("drawer", "/editor/")
    card = page.get_by_role("article").filter(has_text="自动划分")
    expect(card.get_by_text("草稿")).to_be_visible()
    picture(page, "plans")
    card.get_by_role("button", name=re.compile("撤回")).click()
    expect(card).to_have_count(0)
    page.get_by_role("button", name=re.compile("^已撤回")).click()
    card.get_by_role("button", name=re.compile("重新打开")).click()
    page.get_by_role("searchbox").fill("龙亭 自动")
    page.get_by_role("button", name=re.compile("^草稿")).click()
    expect(page.get_by_role("article")).to_have_count(1)
    page.get_by_role("button", name="drawer", exact=True).click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", name="登录网格编辑")).to_be_visible()


def test_a_wrong_password_is_said_and_a_viewer_is_offered_no_step(
    person: Opener, api: Callable[..., Any], complaints: list[str]
) -> None:
    page = person(None, "/editor/")
    page.get_by_label("用户名").fill("drawer")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码")
    complaints.clear()  # Chromium itself logs the 401
    page = person("viewer", f"/editor/{api('plans/?state=draft')[0]['id']}")
    expect(page.get_by_role("heading", name="自动划分")).to_be_visible()
    expect(page.get_by_role("button", name="提交", exact=True)).to_have_count(0)
    assert complaints == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_no_serious_fault(person: Opener, api: Callable[..., Any], language: str) -> None:
    page = person("drawer", "/editor/")
    if language == "en":
        page.get_by_role("button", name=re.compile("Switch to English")).click()
    expect(page.get_by_role("article").first).to_be_visible()
    faults = serious_faults(page)
    page.goto(re.sub(r"/editor/.*", f"/editor/{api('plans/?state=draft')[0]['id']}", page.url))
    drawn(page)
    for one in page.get_by_role("tab").all():
        one.click()
        faults += serious_faults(page)
    page.get_by_role("button", name=re.compile("^(提交|Submit)$")).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert faults + serious_faults(page) == []
