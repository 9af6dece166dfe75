"""Prove that the wall goes from scene to scene in full screen, by one map, until somebody touches it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web import axe
from tests.web.live_wall import live, sign_in
from tests.web.screens import screen

TURN_MS = 30_000
"""Until the next scene is there: five seconds, on a machine that others use too."""

COUNT_EMPTYINGS = """
() => {
  const canvas = document.querySelector('.map canvas')
  const { get, set } = Object.getOwnPropertyDescriptor(HTMLCanvasElement.prototype, 'width')
  window.emptied = 0
  Object.defineProperty(canvas, 'width', {
    get,
    set(width) {
      window.emptied += 1
      set.call(this, width)
    },
  })
}
"""
"""A canvas loses what it shows whenever its width is set, also to what it was."""


def card(page: Page) -> Locator:
    return page.get_by_role("complementary", name="场景轮播")


def open_card(page: Page) -> None:
    page.get_by_role("button", name="场景轮播").click()
    expect(card(page)).to_be_visible()


def caption(page: Page, n: int) -> Locator:
    return page.get_by_role("img", name=re.compile(f"^第 {n} 个场景，共 "))


def start(page: Page) -> None:
    card(page).get_by_label("每隔").fill("1")
    card(page).get_by_label("每隔").press("Tab")
    expect(card(page).get_by_label("每隔")).to_have_value("5")
    card(page).get_by_role("button", name="全屏轮播").click()


def stamp(page: Page) -> None:
    """Mark the map's canvas, to know it again."""
    page.evaluate("document.querySelector('.map canvas').dataset.stamp = 'first'")


def counts(page: Page) -> dict[str, Any]:
    return page.evaluate(
        "() => ({maps: document.querySelectorAll('.map canvas').length,"
        " first: document.querySelectorAll('canvas[data-stamp=first]').length,"
        " history: history.length, full: document.fullscreenElement !== null})"
    )


def test_the_district_and_each_town_are_shown_by_one_map_until_a_key_is_pressed(wall: Page) -> None:
    stamp(wall)
    before = counts(wall)
    open_card(wall)
    towns = card(wall).get_by_role("listitem")
    assert towns.count() == 15, "the district and its fourteen towns"
    first_town = towns.nth(1).inner_text()
    assert axe.serious_faults(wall) == []
    start(wall)
    expect(wall.locator(".caption")).to_be_visible()
    expect(wall.get_by_role("banner")).to_be_hidden()
    expect(live(wall)).to_be_visible()
    expect(caption(wall, 2)).to_be_visible(timeout=TURN_MS)
    wall.evaluate(COUNT_EMPTYINGS)
    wall.wait_for_url(re.compile(r"code=\d{9}"))
    expect(wall.locator(".caption")).to_contain_text(first_town)
    expect(caption(wall, 3)).to_be_visible(timeout=TURN_MS)
    assert wall.evaluate("window.emptied") == 0, "the map is not blank for a moment as the scene changes"
    now = counts(wall)
    assert now == {**before, "full": True}, "the same map, nothing more in the browser's history"
    wall.keyboard.press("x")
    expect(wall.get_by_role("banner")).to_be_visible()
    expect(wall.locator(".caption")).to_have_count(0)
    wall.wait_for_function("document.fullscreenElement === null")
    assert counts(wall) == before


def test_the_mouse_stops_it_too(wall: Page) -> None:
    open_card(wall)
    start(wall)
    expect(caption(wall, 2)).to_be_visible(timeout=TURN_MS)
    wall.mouse.move(500, 400)
    wall.mouse.move(700, 500)
    expect(wall.get_by_role("banner")).to_be_visible()


def test_scenes_of_ones_own_keep_place_and_filters_and_are_there_again(wall: Page, site: str) -> None:
    wall.goto(f"{site}/?at=114.30000,34.80000&z=14&on=heat&show=light%3Ared")
    expect(live(wall)).to_have_attribute("aria-busy", "false", timeout=60_000)
    open_card(wall)
    card(wall).get_by_label("为当前画面取名").fill("老城超期")
    card(wall).get_by_role("button", name="加入当前画面").click()
    expect(card(wall)).to_contain_text("我的场景")
    wall.goto(site)
    expect(live(wall)).to_have_attribute("aria-busy", "false", timeout=60_000)
    open_card(wall)
    expect(card(wall).get_by_label("场景名称")).to_have_value("老城超期")
    card(wall).get_by_role("button", name="前往: 老城超期").click()
    wall.wait_for_url(re.compile(r"at=114\.30000,34\.80000&z=14&.*on=heat&show=light%3Ared"), timeout=TURN_MS)
    card(wall).get_by_role("button", name="删除").click()
    expect(card(wall)).to_contain_text("默认场景")


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_the_map_glides_but_jumps_for_who_wants_no_motion(browser: Browser, site: str, motion: Any) -> None:
    page = screen(browser, motion=motion).new_page()
    sign_in(page, site)
    page.evaluate("""() => localStorage.setItem('wangge.scenes.dispatcher', JSON.stringify({scenes: [
        {name: '西', query: '?at=114.25000,34.80000&z=14'}, {name: '东', query: '?at=114.35000,34.82000&z=14'}]}))""")
    page.reload()
    expect(live(page)).to_have_attribute("aria-busy", "false", timeout=60_000)
    open_card(page)
    page.evaluate("""() => {
      window.places = new Set()
      const foot = document.querySelector('footer.foot')
      const note = () => window.places.add(foot.innerText)
      new MutationObserver(note).observe(foot, {subtree: true, childList: true, characterData: true})
    }""")
    card(page).get_by_role("button", name="前往: 东").click()
    page.wait_for_url(re.compile("at=114.35000,34.82000"), timeout=TURN_MS)
    places = page.evaluate("window.places.size")
    assert (places == 1) == (motion == "reduce"), f"{places} places on the way"
    page.close()
