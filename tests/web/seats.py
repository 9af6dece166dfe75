"""The sample's people, each before an open page of their own browser: what they see, do by its buttons, and may ask."""

import json
import re
import urllib.error
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.asking import ask
from tests.web.screens import LAPTOP, screen

DRAWN_MS = 60_000
TOLD_MS = 15_000
"""Until a page shows what somebody else did; that it is a second, a bench measures."""


@dataclass
class Seat:
    """One person, signed in as the sample's user of this name, with one page."""

    name: str
    site: str
    page: Page
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.site}{path}")
        expect(self.page.locator(".map")).to_have_attribute("aria-busy", "false", timeout=DRAWN_MS)

    def click_map(self, right: float, down: float) -> None:
        """So many pixels from its middle."""
        box = self.page.locator(".map canvas").first.bounding_box()
        assert box
        self.page.mouse.click(box["x"] + box["width"] / 2 + right, box["y"] + box["height"] / 2 + down)

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("main")

    def button(self, action: str) -> Locator:
        return self.panel.get_by_role("button", name=action, exact=True)

    def begin(self, action: str) -> Locator:
        """The dialog of an action."""
        self.button(action).click()
        return self.page.get_by_role("dialog", name=action)

    def do(self, action: str, dialog: Locator | None = None, **fields: str) -> None:
        """Do it by its button, with these fields chosen or filled in by their label."""
        dialog = dialog or self.begin(action)
        for label, value in fields.items():
            fill(dialog, label, value)
        dialog.get_by_role("button", name=action, exact=True).click()
        expect(dialog).to_have_count(0)

    def shows(self, state: str) -> None:
        expect(self.page.get_by_role("banner").get_by_text(state, exact=True)).to_be_visible(timeout=TOLD_MS)

    def shows_step(self, title: str, who: str, text: str = "") -> None:
        """The latest entry of the timeline that somebody made."""
        entry = self.panel.locator(".timeline li").filter(has_text=who).first
        expect(entry.locator("b")).to_have_text(re.compile(f"^{title}"), timeout=TOLD_MS)
        expect(entry).to_contain_text(text)

    def shows_clock(self, name: str, words: str) -> None:
        clock = self.panel.get_by_role("list", name="时限").get_by_role("listitem").filter(has_text=name)
        if words:
            expect(clock).to_have_text(re.compile(words), timeout=TOLD_MS)
        else:
            expect(clock).to_have_count(0, timeout=TOLD_MS)

    def add_photo(self, phase: str, jpeg: bytes) -> None:
        before = self.panel.locator(".photos img").count()
        photo = {"name": "after.jpg", "mimeType": "image/jpeg", "buffer": jpeg}
        self.panel.get_by_label(f"添加{phase}照片").set_input_files(files=[photo])
        expect(self.panel.locator(".photos img")).to_have_count(before + 1)

    def ask(self, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """The interface's status and answer for this person, as any other program gets them."""
        try:
            return ask(self.site, path, body, self.name)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def middle_of_a_grid(self) -> tuple[float, float]:
        _ok, grids = self.ask("areas/?tier=grid&limit=1&geometry=none")
        _ok, grid = self.ask(f"areas/{grids['features'][0]['properties']['code']}/")
        lon, lat = grid["properties"]["centre"]
        return lon, lat

    def report(self, item: str = "33", description: str = "路面破损") -> str:
        """Report something in the middle of a grid as a program would; its number."""
        lon, lat = self.middle_of_a_grid()
        body = {"item": item, "description": description, "lon": lon, "lat": lat, "crs": "4490"}
        status, made = self.ask("incidents/", body)
        assert status == 201, made
        return str(made["number"])

    def is_kept_from(self, number: str, key: str, title: str) -> None:
        """They see no button for it, and the interface refuses them in words that people read."""
        expect(self.button(title)).to_have_count(0)
        status, answer = self.ask(f"incidents/{number}/actions/{key}/", {})
        message = answer["error"]["message"]
        assert status == 403, (self.name, key, answer)
        assert title in message
        assert not re.search(r"[a-z]+_[a-z]+", message), f"a name of the code is no word: {message}"


def fill(dialog: Locator, label: str, value: str) -> None:
    """Choose or fill in one field, whatever it is: a list, a set of choices, a text."""
    group = dialog.get_by_role("group", name=label)
    if group.count():
        group.get_by_label(value).check()
        return
    box = dialog.get_by_label(label)
    if box.evaluate("box => box.tagName") == "SELECT":
        box.select_option(label=value)
    else:
        box.fill(value)


def seated(browser: Browser, site: str, name: str, size: tuple[int, int] = LAPTOP, **more: Any) -> Seat:
    """Somebody's own browser, signed in, with a page that has opened nothing yet."""
    context = screen(browser, size, **more)
    answer = context.request.post(
        f"{site}/api/v1/session/", data={"username": name, "password": f"sample-{name}"}
    )
    assert answer.ok
    seat = Seat(name, site, context.new_page())
    seat.page.on("pageerror", lambda error: seat.complaints.append(str(error)))
    return seat
