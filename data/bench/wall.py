"""From a report until an open map wall in Chromium has it: in the list, and as a pulse on the map.

Counted from when the report is sent, so that the intake's time is in it, until both stand in the page; the next frame
shows them. How long a frame takes is not counted: without a graphics card it says nothing about a wall. The wall is
the whole page over the whole district, a dispatcher signed in. Needs the sample city, Chromium and Playwright, which
the tests install.
"""

import json
import shutil
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from importlib.util import find_spec
from random import Random
from statistics import median
from time import sleep, time
from typing import TYPE_CHECKING

from django.core.management import call_command

from data.bench.figure import Figure, summarise
from data.bench.serving import server
from gis_core import selectors
from gis_core.errors import WanggeError
from gis_core.models import Membership

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Spot = tuple[float, float]
REPORTS = 50
TARGET = "<= 1000 ms"
SYSTEM = "bench"
NAME, PASSWORD = "dispatcher", "sample-dispatcher"
PATIENCE_MS = 60_000
# WebGL without a graphics card.
FLAGS = (
    "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
)  # fmt: skip

WATCH = """
() => {
  window.seen = {}
  const note = (key) => (window.seen[key] ??= Date.now())
  new MutationObserver(() => {
    for (const row of document.querySelectorAll('[data-number]')) {
      note(`${row.classList.contains('pulse') ? 'map' : 'list'} ${row.dataset.number}`)
    }
  }).observe(document.body, { subtree: true, childList: true })
}
"""
"""Notes when the page first had each incident, by the clock that the measurement has too: both are on one machine."""
THERE = "keys => keys.every((key) => window.seen[key]) && Math.max(...keys.map((key) => window.seen[key]))"


def measure() -> list[Figure]:
    """One process; another process than the wall's; the wall's own after it was away. Takes the incidents back."""
    if find_spec("playwright") is None or _chromium() is None:
        sys.stderr.write("  left out: Chromium and Playwright are not there; `make test` installs them\n")
        return []
    spots = _spots()
    try:
        with _browser() as browser:
            return _all(browser, spots)
    finally:
        call_command("clear_incidents", SYSTEM, verbosity=0)


def _spots() -> list[Spot]:
    """Places in the middle of the picture, one a grid: the list tells only of what is in it."""
    prefix = Membership.objects.filter(user__username=NAME).values_list("code_prefix", flat=True).first()
    if prefix is None:
        raise WanggeError(f"There is no {NAME}; load the sample city first.")
    grids = selectors.areas().filter(tier="grid", code__startswith=prefix).order_by("code")
    spots = [(point.x, point.y) for point in map(selectors.inner_point, grids)]
    lon, lat = (median(values) for values in zip(*spots, strict=True))
    nearest = sorted(spots, key=lambda spot: (spot[0] - lon) ** 2 + (spot[1] - lat) ** 2)
    return nearest[: len(spots) // 4]


def _all(browser: "Browser", spots: list[Spot]) -> list[Figure]:
    with server() as port:
        page = _signed_in(browser, port)
        found = _figures("reported -> on the wall, one process", page, port, spots)
        with server() as other:
            found += _figures("reported to another process -> on the wall", page, other, spots)
    _expect(page, "已断开")
    with server(port):
        _expect(page, "已连接")
        found += _figures("reported -> on the wall, after a reconnect", page, port, spots)
    return found


def _figures(work: str, page: "Page", port: int, spots: list[Spot]) -> list[Figure]:
    """The first report warms up and does not count."""
    chance, spent = Random(1), []
    for _n in range(REPORTS + 1):
        spot = chance.choice(spots)
        began = time()
        number = _report(port, spot)
        keys = [f"list {number}", f"map {number}"]
        # By the clock, not with the frames.
        there = page.wait_for_function(THERE, arg=keys, timeout=PATIENCE_MS, polling=20)
        spent.append(float(there.json_value()) / 1000 - began)
        # Pulses last three seconds; the wall has twenty at most.
        sleep(chance.uniform(0.3, 0.7))
    return [summarise(work, spent[1:], TARGET), summarise(f"{work}: the quickest", [min(spent[1:])], "")]


def _report(port: int, spot: Spot) -> str:
    body = {
        "item": "26", "description": "路口有垃圾", "lon": spot[0], "lat": spot[1], "crs": "4490",
        "source_system": SYSTEM,
    }  # fmt: skip
    sign_in = b64encode(f"{NAME}:{PASSWORD}".encode()).decode()
    headers = {"Authorization": f"Basic {sign_in}", "Content-Type": "application/json"}
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/api/v1/incidents/", json.dumps(body), headers)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    if answer.status != 201:
        raise WanggeError(f"The report was refused: {answer.status} {said[:300]!r}")
    return str(json.loads(said)["number"])


def _chromium() -> str | None:
    return shutil.which("chromium")


@contextmanager
def _browser() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=list(FLAGS))
        yield browser
        browser.close()


def _signed_in(browser: "Browser", port: int) -> "Page":
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"http://127.0.0.1:{port}/")
    page.get_by_role("button", name="登录").click()
    page.get_by_label("用户名").fill(NAME)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("dialog").get_by_role("button", name="登录").click()
    page.locator("aside.live[aria-busy=false]").wait_for()
    page.locator("main[aria-busy=false]").wait_for()
    page.evaluate(WATCH)
    return page


def _expect(page: "Page", text: str) -> None:
    page.get_by_text(text).first.wait_for()
