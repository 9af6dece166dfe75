"""Prove that a report is on an open wall within a second: through another server process too, and after a reconnect."""

import json
import os
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import serving

DRAWN_MS = 60_000
WITHIN_MS = 1000
PLACE = (114.327, 34.794)


@pytest.fixture(scope="module")
def second(database_url: str, site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Another server process on the same database."""
    state = os.environ.get("WANGGE_STATE", str(tmp_path_factory.mktemp("second")))
    with serving.server(database_url, WANGGE_STATE=state) as server:
        yield server.address


def report(site: str) -> str:
    """Report an incident as the sample's worker; its number."""
    lon, lat = PLACE
    body = {"item": "26", "lon": lon, "lat": lat, "crs": "4490", "description": "井盖缺失"}
    key = b64encode(b"worker:sample-worker").decode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {key}"}
    request = urllib.request.Request(f"{site}/api/v1/incidents/", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return str(json.load(answer)["number"])


def appears(page: Page, site: str) -> float:
    """Report, and wait for the list to have it; milliseconds from the answer of the report to the sight of it."""
    number = report(site)
    start = time.monotonic()
    expect(listed(page).get_by_text(number)).to_be_visible(timeout=WITHIN_MS)
    return (time.monotonic() - start) * 1000


def listed(page: Page) -> Any:
    return page.get_by_role("complementary", name="未结事件")


def sign_in(page: Page) -> None:
    page.locator(".sign-in").first.click()
    page.get_by_label("用户名").fill("dispatcher")
    page.get_by_label("密码").fill("sample-dispatcher")
    page.get_by_role("dialog").get_by_role("button", name="登录", exact=True).click()


def test_a_report_is_seen_within_a_second(browser: Browser, site: str, second: str) -> None:
    context = browser.new_context(viewport={"width": 1400, "height": 760})
    page = context.new_page()
    page.goto(f"{site}/")
    expect(page.get_by_role("main")).to_have_attribute("aria-busy", "false", timeout=DRAWN_MS)
    expect(listed(page)).to_have_count(0)
    sign_in(page)
    expect(listed(page)).to_have_attribute("aria-busy", "false")
    page.wait_for_timeout(1000)
    appears(page, site)
    expect(page.locator(".incident-pulse")).to_have_count(1)
    appears(page, second)
    context.set_offline(True)
    missed = report(second)
    page.wait_for_timeout(1500)
    context.set_offline(False)
    expect(listed(page).get_by_text(missed)).to_be_visible(timeout=15_000)
    appears(page, second)
    context.close()
