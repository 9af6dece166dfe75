"""What flickers on an open page while incidents come: rows taken out and put back, panels that move, a blank map."""

import base64
import io
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import numpy as np
from PIL import Image
from playwright.sync_api import Page

WATCH = """
(panels) => {
  const seen = window.steadiness = { arrived: 0, returned: [], shift: 0, shifted: [], moved: 0, over: false }
  const live = document.querySelector('aside.live')
  const rows = (nodes) => [...nodes].filter((node) => node.nodeType === 1)
    .flatMap((node) => [node, ...node.querySelectorAll('[data-number]')]).filter((node) => node.dataset.number)
  const gone = new Set()
  // The list is cut at its end: what falls off there comes back when another is closed, and nobody sees it flicker.
  const changes = new MutationObserver((records) => {
    for (const { addedNodes, removedNodes, nextSibling, target } of records) {
      if (target.tagName === 'UL' && nextSibling === null) continue
      for (const row of rows(removedNodes)) gone.add(row.dataset.number)
      for (const { dataset } of rows(addedNodes)) {
        if (gone.has(dataset.number)) seen.returned.push(dataset.number)
        else seen.arrived += 1
      }
    }
  })
  changes.observe(live, { childList: true, subtree: true })
  const of = ({ node }) => (node?.nodeType === 1 ? node : node?.parentElement)
  // Rows make room for one that comes; all else is to stay.
  const shifts = new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) {
      const others = sources.map(of).filter((node) => node && !node.closest('aside.live ul'))
      if (!others.length) continue
      seen.shift += value
      seen.shifted.push(...others.map((node) => node.className || node.tagName))
    }
  })
  shifts.observe({ type: 'layout-shift' })
  const nowhere = new DOMRect(-9999, -9999, 0, 0)
  const boxes = () => panels.map((panel) => document.querySelector(panel)?.getBoundingClientRect() ?? nowhere)
  const before = boxes()
  const look = () => {
    boxes().forEach((box, n) => {
      const edges = ['left', 'top', 'right', 'bottom'].map((side) => Math.abs(box[side] - before[n][side]))
      seen.moved = Math.max(seen.moved, ...edges)
    })
    if (!seen.over) requestAnimationFrame(look)
  }
  look()
}
"""


@dataclass(frozen=True)
class Found:
    """`returned`: rows that were taken out and put back. `shift`: layout-shift but of rows, as the browser counts it.

    `moved`: how far an edge of a panel was from where it began, in pixels. `ink`: the least part of a frame of the
    map that is not of its commonest colour, next to the first frame's; 0 is a blank map.
    """

    arrived: int
    returned: list[str]
    shift: float
    shifted: list[str]
    moved: float
    frames: int
    ink: float


class Steadiness:
    """Watches while the block runs; `found` after it. `ground`: CSS selector of the map's canvas."""

    def __init__(self, page: Page, ground: str, panels: tuple[str, ...]) -> None:
        self._page, self._ground, self._panels = page, ground, panels
        self._frames: list[str] = []
        self._cdp = page.context.new_cdp_session(page)
        self._cdp.on("Page.screencastFrame", self._frame)

    def __enter__(self) -> Self:
        self._page.evaluate(WATCH, list(self._panels))
        self._cdp.send("Page.startScreencast", {"format": "png", "maxWidth": 800, "everyNthFrame": 1})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cdp.send("Page.stopScreencast")
        if error is None:
            seen = self._page.evaluate("() => { window.steadiness.over = true; return window.steadiness }")
            inks = [self._ink(frame) for frame in self._frames]
            seen.pop("over")
            self.found = Found(**seen, frames=len(inks), ink=min(inks) / inks[0])

    def _frame(self, event: dict[str, Any]) -> None:
        self._frames.append(event["data"])
        self._cdp.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

    def _ink(self, frame: str) -> float:
        """Of the middle of the map, clear of its buttons."""
        picture = Image.open(io.BytesIO(base64.b64decode(frame))).convert("RGB")
        size, box = self._page.viewport_size, self._page.locator(self._ground).bounding_box()
        assert size
        assert box
        scale = picture.width / size["width"]
        inset = box["width"] / 5, box["height"] / 5
        corners = (
            box["x"] + inset[0], box["y"] + inset[1],
            box["x"] + box["width"] - inset[0], box["y"] + box["height"] - inset[1],
        )  # fmt: skip
        pixels = np.asarray(picture.crop(tuple(round(side * scale) for side in corners)), dtype=np.uint32)
        colours = pixels[..., 0] << 16 | pixels[..., 1] << 8 | pixels[..., 2]
        return 1 - float(np.unique(colours, return_counts=True)[1].max()) / colours.size
