"""Prove that the pages work under their Content-Security-Policy: a real browser finds nothing to complain about."""

import pytest
from playwright.sync_api import Browser

from tests.web.screens import screen

PAGES = ("/", "/editor/", "/incidents/", "/connect/", "/admin/login/", "/api/v1/docs/")
MUST_SHOW = {"/": "canvas", "/editor/": "form", "/incidents/": "#app *", "/connect/": "h1", "/admin/login/": "form",
             "/api/v1/docs/": ".swagger-ui .info"}  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_no_page_breaks_its_policy(site: str, browser: Browser, path: str):
    context = screen(browser)
    said: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    answer = page.goto(f"{site}{path}")
    assert answer is not None
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    page.wait_for_selector(MUST_SHOW[path], timeout=60_000)
    page.wait_for_timeout(1500)
    assert [text for text in said if "Content Security Policy" in text or "CSP" in text] == []
    context.close()


def test_a_script_within_a_page_is_not_run(site: str, browser: Browser):
    """So that the tests above could fail at all."""
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{site}/connect/")
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.body.append(s) }"
    )
    assert page.evaluate("() => window.ran") is None
    assert any("Content Security Policy" in text for text in said)
    page.close()
