"""Prove that everybody can read the one-click page: no serious fault by axe, and a legend for every dot."""

import pytest
from playwright.sync_api import Browser, expect

from tests.web.axe import serious_faults
from tests.web.seats import seated


@pytest.mark.parametrize("look", ["theme=dark&lang=zh", "theme=light&lang=en"])
@pytest.mark.parametrize("size", [(1920, 1080), (390, 844)], ids=["wide", "phone"])
def test_axe_finds_no_serious_fault(browser: Browser, site: str, look: str, size: tuple[int, int]) -> None:
    seat = seated(browser, site, "dispatcher", size)
    seat.open(f"/incidents/{seat.report()}?{look}")
    page, english = seat.page, "en" in look
    assert serious_faults(page) == []
    if size[0] < 1700:
        page.get_by_role("tab").nth(1).click()
        page.locator(".map details summary").click()
        assert serious_faults(page) == []
        page.locator(".map details summary").click()
        page.get_by_role("tab").first.click()
    seat.button("Accept" if english else "受理").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert serious_faults(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("banner").get_by_role("button", name="Report" if english else "上报").click()
    expect(page.get_by_role("dialog").get_by_role("combobox").first).to_be_visible()
    assert serious_faults(page) == []
    page.context.close()


def test_the_legend_has_the_words_of_every_dot_and_no_others(browser: Browser, site: str) -> None:
    seat = seated(browser, site, "dispatcher", (1920, 1080))
    number = seat.report()
    _ok, told = seat.ask(f"incidents/{number}/situation/")
    helping = {(one["layer"], one["id"]) for one in told["help"]}
    rows = [one["properties"] for one in told["features"]["features"] if one["properties"]["part"] == "row"]
    dots = [
        row
        for row in rows
        if not row["layer"].startswith("incidents") and (row["layer"], row["id"]) not in helping
    ]
    assert dots
    seat.open(f"/incidents/{number}?theme=light")
    legend = seat.page.get_by_role("region", name="图例")
    layers = {one["layer"]: one["title"]["zh"] for one in told["counts"]}
    for layer in {row["layer"] for row in dots}:
        titles = {row["title"]["zh"] for row in dots if row["layer"] == layer}
        section = legend.locator("section").filter(
            has=seat.page.get_by_role("heading", name=layers[layer], exact=True)
        )
        assert set(section.get_by_role("listitem").all_inner_texts()) == titles, layer
    colours = {row["colour"]["light"] for row in dots}
    shown = legend.locator(".dot").evaluate_all("dots => dots.map(dot => dot.style.background)")
    assert {as_rgb(colour) for colour in colours} == set(shown)
    seat.page.context.close()


def as_rgb(colour: str) -> str:
    """`#1e64c8` as browsers write it."""
    return "rgb({}, {}, {})".format(*(int(colour[at : at + 2], 16) for at in (1, 3, 5)))
