"""The notice as a page and as a PDF, from one template; nothing is fetched for either."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from grid_editor.models import Plan
from grid_editor.notices import drawing, facts

WIDTH, HEIGHT = 680, 500
"""The map in CSS pixels, which are its units: the width of A4 between the margins."""
KEEP = 3600
"""Seconds that a published notice is kept in memory."""

Made = TypeVar("Made", str, bytes)


def html(plan: Plan, printed: bool = False) -> str:
    """In the active language; `printed` leaves out what only a screen needs."""
    return _kept(plan, f"html{printed:d}", lambda: _html(plan, printed))


def pdf(plan: Plan) -> bytes:
    """The same, on A4. Takes seconds the first time."""
    return _kept(plan, "pdf", lambda: _pdf(plan))


def _kept(plan: Plan, form: str, make: Callable[[], Made]) -> Made:
    """What was made a while ago, for a published plan: everybody may ask for it, and it changes no more."""
    if plan.state != Plan.State.PUBLISHED:
        return make()
    key = f"notice-{plan.pk}-{plan.published_at:%Y%m%d%H%M%S%f}-{form}-{get_language()}"
    found: Made | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, KEEP)
    return found


def _html(plan: Plan, printed: bool) -> str:
    return render_to_string("grid_editor/notice.html", _context(facts.of_plan(plan), printed))


def _pdf(plan: Plan) -> bytes:
    from weasyprint import HTML  # half a second to load, which only who prints should wait for

    return bytes(HTML(string=_html(plan, printed=True), url_fetcher=_nothing).write_pdf())


def _nothing(url: str, *args: Any, **kwargs: Any) -> Any:
    """The page is whole in itself; a plan's name cannot make the server fetch anything."""
    raise ValueError(f"{url[:80]}: nothing is fetched for a notice")


def _context(notice: facts.Notice, printed: bool) -> dict[str, Any]:
    summary = notice.diff.grids
    rows = [(row, facts.what_happened(row.what)) for row in notice.rows]
    chinese = (get_language() or "").startswith("zh")
    return {
        "notice": notice,
        "plan": notice.plan,
        "printed": printed,
        "draft": notice.plan.state != Plan.State.PUBLISHED,
        "language": get_language(),
        "chinese": chinese,
        "day_format": "Y年n月j日" if chinese else "j F Y",
        "moment_format": "Y年n月j日 H:i" if chinese else "j F Y, H:i",
        "map": drawing.draw(notice, WIDTH, HEIGHT),
        "rows": rows,
        "count": {what: sum(line.what == what for line in summary) for what in _KINDS},
        "hectares": sum(one.piece.m2 for one in notice.diff.moved) / 1e4,
        "households": sum(one.count.households for one in notice.diff.moved),
        "at": timezone.localtime(notice.at) if notice.at else None,
    }


_KINDS = ("new", "retired", "changed", "renamed", "renumbered")
