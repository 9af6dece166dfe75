"""How much an open page holds after a forced collection: bytes of its heap, objects, nodes and listeners."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, fields
from statistics import median
from typing import Any

import psutil
from playwright.sync_api import Page

LEAST = 12
"""Samples, however long they take: a page that is busy drawing lets each wait for a while."""


@dataclass(frozen=True)
class Sample:
    """`heap` and `resident` in bytes: the page's own heap, and the memory of its whole process, workers included."""

    second: float
    heap: int
    objects: int
    nodes: int
    listeners: int
    resident: int


class Meter:
    """Takes samples of a page."""

    def __init__(self, page: Page) -> None:
        self._page, self._cdp, self._began = page, page.context.new_cdp_session(page), time.monotonic()
        self._process = psutil.Process(_renderer(page))
        for domain in ("Performance", "HeapProfiler"):
            self._cdp.send(f"{domain}.enable")
        prototype = self._cdp.send("Runtime.evaluate", {"expression": "Object.prototype"})
        self._prototype = prototype["result"]["objectId"]

    def sample(self) -> Sample:
        objects = self._living()
        self._cdp.send("HeapProfiler.collectGarbage")
        found = {
            one["name"]: int(one["value"]) for one in self._cdp.send("Performance.getMetrics")["metrics"]
        }
        return Sample(
            round(time.monotonic() - self._began, 1),
            found["JSHeapUsedSize"],
            objects,
            found["Nodes"],
            found["JSEventListeners"],
            self._process.memory_info().rss,
        )

    def samples(self, seconds: float, every: float) -> Iterator[Sample]:
        """For so long at least, one each `every` seconds."""
        until, count = time.monotonic() + seconds, 0
        while time.monotonic() < until or count < LEAST:
            yield self.sample()
            count += 1
            self._page.wait_for_timeout(every * 1000)

    def _living(self) -> int:
        """How many objects can be reached in the page, functions and arrays too; the browser collects before it counts.

        Unlike the heap in bytes this does not grow by the code that the browser compiles as a page gets warm.
        """
        query = {"prototypeObjectId": self._prototype, "objectGroup": "counting"}
        found = self._cdp.send("Runtime.queryObjects", query)["objects"]["objectId"]
        length = {
            "objectId": found,
            "functionDeclaration": "function () { return this.length }",
            "returnByValue": True,
        }
        count = int(self._cdp.send("Runtime.callFunctionOn", length)["result"]["value"])
        self._cdp.send("Runtime.releaseObjectGroup", {"objectGroup": "counting"})
        return count


def _renderer(page: Page) -> int:
    """The process that draws the page: the one that has used the most of the processor's time."""
    browser = page.context.browser
    assert browser
    found: list[dict[str, Any]] = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")[
        "processInfo"
    ]
    return int(max((one for one in found if one["type"] == "renderer"), key=lambda one: one["cpuTime"])["id"])


def growth(samples: list[Sample]) -> dict[str, float]:
    """By what share each figure's median has grown from the second third to the last; the first is for warming up."""
    third = len(samples) // 3

    def middle(name: str, part: list[Sample]) -> float:
        return median(float(getattr(one, name)) for one in part)

    names = [field.name for field in fields(Sample) if field.name != "second"]
    middles = {
        name: (middle(name, samples[-2 * third : -third]), middle(name, samples[-third:])) for name in names
    }
    return {name: (after - before) / max(before, 1.0) for name, (before, after) in middles.items()}
