"""Windows of a browser, each with a session of its own."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext

LAPTOP = (1366, 768)
COARSE = 0.5
"""Pixels of the picture for one of the page, each way: drawn without a graphics card, every one costs."""


def screen(
    browser: Browser, size: tuple[int, int] = LAPTOP, motion: Any = "reduce", **more: Any
) -> BrowserContext:
    """A window of this size in the page's pixels; without motion unless a test is about it."""
    viewport = {"width": size[0], "height": size[1]}
    return browser.new_context(
        viewport=viewport, reduced_motion=motion, **{"device_scale_factor": COARSE, **more}
    )
