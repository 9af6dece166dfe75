"""The notice's map: the new grids over the streets, what they were before in broken lines, and what ended or began."""

import shapely
from django.contrib.gis.db.models.functions import AsWKB

from grid_editor.notices.facts import Notice
from grid_editor.picture import ground as grounds
from grid_editor.picture import marks
from grid_editor.picture.drawing import path
from grid_editor.picture.frame import Frame
from grid_editor.picture.labels import Label, Taken
from grid_editor.picture.plan_map import Border, Paper, Shape
from grid_editor.picture.tags import group, svg, tag

AROUND = 0.35
"""Share of the changed ground's extent that is shown around it, so that people find the place."""
MARGIN = 30
INK = "#c2410c"
"""Former borders; what the palette calls `changed`."""


def draw(notice: Notice, width: float, height: float) -> str:
    """The SVG; it fills `width` x `height` units."""
    frame = Frame.around(_bounds(notice), width, height, MARGIN)
    paper, below = Paper(frame, "light"), grounds.below(frame)
    shapes, borders = _shapes(notice, frame), _borders(notice)
    taken = Taken([shapely.box(0, height - 34, 260, height), shapely.box(width - 40, 0, width, 54)])
    names = [*paper.area_names([s for s in shapes if s.emphasis], taken)]
    names += paper.street_names(below.streets, taken)
    names += paper.area_names([s for s in shapes if not s.emphasis], taken)
    moved = [frame.place(one.piece.geom) for one in notice.diff.moved]
    parts = [
        paper.land(),
        paper.ground(below),
        paper.streets(below.streets),
        path([frame.place(s.geom) for s in shapes if s.emphasis], fill="#155fd0", fill_opacity=0.1),
        path(moved, fill=INK, fill_opacity=0.16, fill_rule="evenodd"),
        _outlines(paper, shapes, borders),
        path(
            [frame.place(grid.geom.boundary) for grid in notice.old],
            fill="none",
            stroke=INK,
            stroke_width=1.8,
            stroke_dasharray="7 4",
            stroke_linejoin="round",
        ),
        group(names),
        marks.scale_bar(frame, 16, height - 18, 180, paper.ink("label"), paper.ink("halo")),
        marks.north_arrow(width - 22, 34, paper.ink("label"), paper.ink("halo")),
        tag("rect", width=width, height=height, fill="none", stroke=paper.ink("label"), stroke_width=1.5),
    ]
    return svg(width, height, *parts, role="img", width_="100%", style="display:block")


def _outlines(paper: Paper, shapes: list[Shape], borders: list[Border]) -> str:
    """All grids thin, the areas above stronger, what the plan makes strongest."""
    plain = [Shape(one.geom, one.label) for one in shapes]
    strong = [paper.frame.place(one.geom) for one in shapes if one.emphasis]
    return group(
        [
            paper.outlines(plain, borders),
            path(strong, fill="none", stroke="#123f8c", stroke_width=2.6, stroke_linejoin="round"),
        ]
    )


def _bounds(notice: Notice) -> tuple[float, float, float, float]:
    """The changed grids with something around them; without any, the whole scope."""
    ours = [notice.grids[row.code].geom for row in notice.rows]
    every = [*ours, *(grid.geom for grid in notice.old)] or [g.geom for g in notice.grids.values()]
    west, south, east, north = map(float, shapely.total_bounds(every))
    wide, high = (east - west) * AROUND, (north - south) * AROUND
    return west - wide, south - high, east + wide, north + high


def _shapes(notice: Notice, frame: Frame) -> list[Shape]:
    """The grids in the picture; those that the notice is about by name and code, the others by the end of theirs."""
    changed = {row.code for row in notice.rows}
    view = shapely.box(*frame.bounds)
    return [
        Shape(grid.geom, _label(grid.code, grid.name, code in changed), None, code in changed)
        for code, grid in notice.grids.items()
        if shapely.intersects(grid.geom, view)
    ]


def _label(code: str, name: str, changed: bool) -> Label:
    if not changed:
        return Label(((code[-3:],),))
    village = code[-6:-3]
    return Label(((name or code[-3:], f"{village}-{code[-3:]}"), (f"{village}-{code[-3:]}",), (code[-3:],)))


def _borders(notice: Notice) -> list[Border]:
    rows = notice.plan.boundaries.annotate(wkb=AsWKB("geom")).values_list("tier", "wkb")
    return [Border(shapely.from_wkb(bytes(wkb)), tier) for tier, wkb in rows]
