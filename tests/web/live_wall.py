"""The live wall as a test uses it: a dispatcher signs in and sees what is reported."""

from playwright.sync_api import Locator, Page, expect

from tests.web.asking import ask

DRAWN_MS = 60_000
HERE, FAR = {"lon": 114.3402, "lat": 34.7961}, {"lon": 114.2162, "lat": 34.8245}


def sign_in(page: Page, site: str) -> None:
    """As dispatcher; returns when the wall is drawn and live."""
    page.goto(site)
    sign_in_here(page)


def sign_in_here(page: Page) -> None:
    """As `sign_in`, on the wall that is open."""
    page.get_by_role("button", name="登录").click(timeout=DRAWN_MS)
    page.get_by_label("用户名").fill("dispatcher")
    page.get_by_label("密码").fill("sample-dispatcher")
    page.get_by_role("dialog").get_by_role("button", name="登录").click()
    drawn(page)


def drawn(page: Page) -> None:
    """Wait until the wall is drawn and live."""
    expect(live(page)).to_have_attribute("aria-busy", "false", timeout=DRAWN_MS)
    expect(page.get_by_role("main")).to_have_attribute("aria-busy", "false", timeout=DRAWN_MS)


def live(page: Page) -> Locator:
    """The list of open incidents."""
    return page.get_by_role("complementary", name="未结事件")


def report(site: str, place: dict[str, float] = HERE) -> str:
    """The number of a new incident, reported as another system would."""
    body = {"item": "26", "description": "路口有垃圾", "crs": "4490", **place}
    _created, made = ask(site, "incidents/", body)
    return str(made["number"])
