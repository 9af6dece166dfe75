"""Prove that every figure of the wall gives out its numbers as CSV and Excel, and a chart as a picture."""

import csv
import io
import math
from collections.abc import Iterator
from pathlib import Path
from zipfile import is_zipfile

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.web.live_wall import report
from tests.web.seats import seated

DRAWN_MS = 60_000
RING = (0xFF, 0xD1, 0x66)
"""The colour of what is new and of what is chosen, in the dark theme."""
SAVE_AT_THE_PULSE = """
() => new MutationObserver((_changes, watching) => {
  const ring = document.querySelector('.pulse i')
  if (!ring) return
  watching.disconnect()
  const [box, map] = [ring, document.querySelector('.map canvas')].map((one) => one.getBoundingClientRect())
  const middle = [box.left + box.width / 2 - map.left, box.top + box.height / 2 - map.top]
  window.ring = [...middle, (ring.offsetWidth - ring.clientLeft) / 2]
  ;[...document.querySelectorAll('button')].find((one) => one.textContent.includes('地图存为图片')).click()
}).observe(document.querySelector('.ground'), { childList: true, subtree: true })
"""
"""A pulse lasts three seconds: the page itself presses the button as soon as there is one, and notes where."""


@pytest.fixture(scope="module")
def wall(browser: Browser, site: str) -> Iterator[Page]:
    """The wall before a dispatcher, with one report of today."""
    seat = seated(browser, site, "dispatcher", (1440, 900), device_scale_factor=1)
    seat.report()
    seat.open("/")
    expect(seat.page.locator("[data-bars=item] li").first).to_be_visible(timeout=DRAWN_MS)
    yield seat.page
    seat.page.context.close()
    assert seat.complaints == []


def taken(page: Page, figure: str, what: str) -> Path:
    """The file that this entry of the figure's menu gives."""
    page.get_by_role("button", name=f"导出{figure}").press("Enter")
    with page.expect_download(timeout=DRAWN_MS) as download:
        page.locator(".menu ul").get_by_text(what, exact=True).press("Enter")
    return Path(download.value.path())


@pytest.mark.parametrize("figure", ["关键指标", "各乡镇街道", "各事项", "今日逐时上报"])
def test_numbers_come_as_csv_and_excel(wall: Page, figure: str) -> None:
    rows = list(csv.reader(io.StringIO(taken(wall, figure, "CSV").read_text(encoding="utf-8-sig"))))
    head = rows[0]
    assert {"reported", "办结率"} <= set(head)
    assert sum(int(row[head.index("reported")]) for row in rows[1:]) >= 1
    assert is_zipfile(taken(wall, figure, "Excel"))


@pytest.mark.parametrize("figure", ["各乡镇街道", "今日逐时上报"])
def test_charts_come_as_pictures(wall: Page, figure: str) -> None:
    picture = taken(wall, figure, "图片 PNG").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") == 2 * 960


def test_the_map_comes_as_a_picture_with_its_caption(wall: Page) -> None:
    with wall.expect_download(timeout=DRAWN_MS) as download:
        wall.get_by_role("button", name="地图存为图片").press("Enter")
    assert download.value.suggested_filename.startswith("龙亭区-")
    picture = Image.open(download.value.path()).convert("RGB")
    width, height = wall.evaluate(
        "(({ width, height }) => [width, height])(document.querySelector('.map canvas'))"
    )
    assert (picture.width, picture.height > height) == (width, True)
    ground, caption = picture.crop((0, 0, width, height)), picture.crop((0, height, width, picture.height))
    assert len(ground.getcolors(width * height) or ()) > 100, "the map is drawn, not blank"
    assert len(caption.getcolors(width * height) or ()) > 10, "place, time and lights stand below it"


def test_the_picture_has_the_rings_of_what_is_new_and_of_what_is_chosen(wall: Page, site: str) -> None:
    wall.evaluate(SAVE_AT_THE_PULSE)
    with wall.expect_download(timeout=DRAWN_MS) as download:
        number = report(site)
    assert ringed(Path(download.value.path()), *wall.evaluate("window.ring"))
    wall.locator(f".live [data-number='{number}'] button").first.click()
    wall.wait_for_url(lambda url: "z=16" in url)
    expect(wall.get_by_role("main")).to_have_attribute("aria-busy", "false", timeout=DRAWN_MS)
    expect(wall.locator(".pulse")).to_have_count(0)
    with wall.expect_download(timeout=DRAWN_MS) as download:
        wall.get_by_role("button", name="地图存为图片").press("Enter")
    map_box = wall.locator(".map canvas").bounding_box()
    assert map_box
    assert ringed(Path(download.value.path()), map_box["width"] / 2, map_box["height"] / 2, 16.5)


def ringed(file: Path, x: float, y: float, radius: float) -> bool:
    """Whether the picture has most of a ring of that radius, in pixels, around a place."""
    picture = Image.open(file).convert("RGB")
    turns = [2 * math.pi * n / 16 for n in range(16)]
    places = [(round(x + radius * math.cos(turn)), round(y + radius * math.sin(turn))) for turn in turns]
    off = [max(abs(a - b) for a, b in zip(picture.getpixel(place), RING, strict=True)) for place in places]
    return sum(one < 40 for one in off) >= 12


def test_the_list_comes_as_it_stands_there(wall: Page) -> None:
    """The last of this file: it leaves a filter behind."""
    live = wall.get_by_role("complementary", name="未结事件")
    listed = live.locator("[data-number]").evaluate_all("rows => rows.map((row) => row.dataset.number)")
    rows = list(csv.reader(io.StringIO(taken(wall, "未结事件", "CSV").read_text(encoding="utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == listed
    assert rows[0][:5] == ["事件编号", "事项", "时限", "环节", "上报时间"]
    live.get_by_role("button", name="筛选").click()
    live.locator("[data-filter=light]").select_option(label="时限内")
    green = list(csv.reader(io.StringIO(taken(wall, "未结事件", "CSV").read_text(encoding="utf-8-sig"))))
    assert {row[2] for row in green[1:]} == {"时限内"}
    assert is_zipfile(taken(wall, "未结事件", "Excel"))
