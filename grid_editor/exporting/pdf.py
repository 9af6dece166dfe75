"""A printed map of a plan: WeasyPrint sets an HTML page around the SVG of `picture`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from grid_editor import selectors
from grid_editor.exporting.shapes import borders_of, shapes_of
from grid_editor.exporting.sheet import File, frame_of
from grid_editor.models import Plan
from grid_editor.picture import plan_map
from grid_editor.picture.plan_map import FILLS
from layers.palette import colour

BESIDE = 22
"""So many rows of the table stand beside the map; with more it goes on pages of its own."""


@dataclass(frozen=True)
class Paper:
    """Landscape; the map's width and height in CSS pixels (1/96 inch), which are its drawing units."""

    size: str
    width: int
    height: int


PAPERS = {"A3": Paper("A3 landscape", 1164, 1008), "A4": Paper("A4 landscape", 742, 686)}


def write(plan: Plan, options: Mapping[str, str]) -> File:
    """`paper`: A3 (default) or A4. In the reader's language."""
    paper = PAPERS[options.get("paper", "A3")]
    from weasyprint import HTML  # half a second to load, which only who prints should wait for

    html = render_to_string("grid_editor/plan_map.html", page(plan, paper))
    return File(HTML(string=html, url_fetcher=_nothing).write_pdf(), "application/pdf", "pdf")


def _nothing(url: str, *args: Any, **kwargs: Any) -> Any:
    """The page is whole in itself; a plan's name cannot make the server fetch anything."""
    raise ValueError(f"{url[:80]}: nothing is fetched for a printed map")


def page(plan: Plan, paper: Paper) -> dict[str, Any]:
    """What the template shows: the map, the rows of the table and their sums."""
    sheet = frame_of(plan)
    rows = [_row(row, number) for number, row in enumerate(sheet.drop(columns="geometry").to_dict("records"))]
    counted = [row for row in rows if row["households"] is not None]
    return {
        "plan": plan,
        "paper": paper,
        "language": get_language(),
        "scope": selectors.scope_names([plan.scope_code])[plan.scope_code],
        "map": _map(plan, paper) if rows else "",
        "rows": rows,
        "beside": len(rows) <= BESIDE,
        "legend": [(_class, colour(name, "light")) for _class, name in FILLS.items()],
        "counts": {_class: sum(row["load"] == _class for row in rows) for _class in FILLS},
        "band": settings.GRID_HOUSEHOLDS,
        "sums": {
            name: sum(row[name] for row in counted) for name in ("households", "residents", "buildings")
        },
        "km2": sum(row["area_m2"] for row in rows) / 1e6,
        "now": timezone.localtime(),
        "ink": {name: colour(name, "light") for name in ("changed", "border", "label", "label_soft")},
    }


def _row(row: dict[str, Any], number: int) -> dict[str, Any]:
    return {**row, "hectares": row["area_m2"] / 1e4, "load": row["load"] or None, "number": number + 1}


def _map(plan: Plan, paper: Paper) -> str:
    return plan_map.draw(
        shapes_of(plan), borders_of(plan), paper.width, paper.height, width_=paper.width, height_=paper.height
    )
