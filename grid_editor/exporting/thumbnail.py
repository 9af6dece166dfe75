"""A plan as a small picture for the list: grids pale by load, what commands changed drawn strongly.

Kept in Django's cache by plan and revision: an edit makes another picture, so none is ever stale.
"""

from django.core.cache import cache

from grid_editor.exporting.shapes import borders_of, shapes_of
from grid_editor.models import Plan
from grid_editor.picture.drawing import path
from grid_editor.picture.frame import Frame
from grid_editor.picture.plan_map import FILLS, Shape, bounds_of
from grid_editor.picture.tags import svg
from layers.palette import colour

WIDTH, HEIGHT, MARGIN = 240, 150, 5
LOOK = 1
"""Counted up when the drawing changes, so that old pictures are not found."""
DAY = 86_400


def etag(plan: Plan, theme: str) -> str:
    return f'"{plan.pk}-{plan.revision}-{theme}-{LOOK}"'


def of_plan(plan: Plan, theme: str) -> str:
    """The SVG of the plan at its present revision."""
    key = f"thumbnail:{plan.pk}:{plan.revision}:{theme}:{LOOK}:{plan.created_at.timestamp()}"
    kept = cache.get(key)
    if kept is None:
        kept = draw(plan, theme)
        cache.set(key, kept, DAY)
    return str(kept)


def draw(plan: Plan, theme: str) -> str:
    shapes, borders = shapes_of(plan), borders_of(plan)
    if not shapes and not borders:
        return svg(WIDTH, HEIGHT)
    frame = Frame.around(bounds_of(shapes, borders), WIDTH, HEIGHT, MARGIN)
    placed = [(one, frame.place(one.geom, 0.4)) for one in shapes]
    outline = [frame.place(one.geom, 0.4) for one in borders]
    line = {"fill": "none", "stroke_linejoin": "round"}
    return svg(
        WIDTH,
        HEIGHT,
        *(_fill(placed, load, theme) for load in FILLS),
        path((g for _one, g in placed), stroke=colour("border_faint", theme), stroke_width=0.5, **line),
        path(outline, stroke=colour("border", theme), stroke_width=0.9, **line),
        path(
            (g for one, g in placed if one.emphasis),
            fill=colour("changed", theme),
            fill_opacity=0.35,
            fill_rule="evenodd",
            stroke=colour("changed", theme),
            stroke_width=1.4,
            stroke_linejoin="round",
        ),
    )


def _fill(placed: list[tuple[Shape, object]], load: str | None, theme: str) -> str:
    return path(
        (g for one, g in placed if one.load == load), fill=colour(FILLS[load], theme), fill_rule="evenodd"
    )
