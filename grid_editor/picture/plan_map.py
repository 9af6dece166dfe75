"""A map of grids on paper: ground, fills by load, borders, what is emphasised, names, scale bar, north arrow."""

from dataclasses import dataclass

import numpy as np
import shapely

from grid_editor.picture import ground as grounds
from grid_editor.picture import labels, marks
from grid_editor.picture.drawing import path
from grid_editor.picture.frame import Frame
from grid_editor.picture.ground import Ground, Street
from grid_editor.picture.labels import Label, Taken
from grid_editor.picture.tags import group, svg, tag
from layers.palette import colour

MARGIN = 26
LABEL, LARGE_LABEL, FEW = 10.5, 13, 40
"""Type sizes of grid labels in units: for many grids, and for at most FEW."""
FILLS = {"under": "load_under", "within": "load_within", "over": "load_over", None: "load_none"}
TIER_WIDTHS = {"village": 2.4, "town": 3.6, "county": 4.4}


@dataclass(frozen=True)
class Shape:
    """A grid on the map: `geom` EPSG:4490; `load` under, within, over or None; `emphasis`: drawn strongly."""

    geom: shapely.Geometry
    label: Label
    load: str | None = None
    emphasis: bool = False


@dataclass(frozen=True)
class Border:
    """An area above the grids; only its outline is drawn."""

    geom: shapely.Geometry
    tier: str


def bounds_of(shapes: list[Shape], borders: list[Border]) -> tuple[float, float, float, float]:
    """West, south, east, north of all of it."""
    every = [one.geom for one in shapes] + [one.geom for one in borders]
    west, south, east, north = shapely.total_bounds(np.array(every, dtype=object))
    return float(west), float(south), float(east), float(north)


def draw(
    shapes: list[Shape],
    borders: list[Border],
    width: float,
    height: float,
    theme: str = "light",
    **root: object,
) -> str:
    """The SVG of a map of `width` x `height` units that just holds the shapes; `root`: attributes of the svg."""
    frame = Frame.around(bounds_of(shapes, borders), width, height, MARGIN)
    paper = Paper(frame, theme)
    below = grounds.below(frame)
    taken = Taken([shapely.box(0, height - 34, 260, height), shapely.box(width - 40, 0, width, 54)])
    names = [*paper.area_names(shapes, taken), *paper.street_names(below.streets, taken)]
    parts = [
        paper.land(),
        paper.ground(below),
        paper.fills(shapes),
        paper.streets(below.streets),
        paper.outlines(shapes, borders),
        group(names),
        marks.scale_bar(frame, 16, height - 18, 180, paper.ink("label"), paper.ink("halo")),
        marks.north_arrow(width - 22, 34, paper.ink("label"), paper.ink("halo")),
    ]
    return svg(width, height, *parts, **root)


@dataclass(frozen=True)
class Paper:
    """A frame in one theme's colours."""

    frame: Frame
    theme: str

    def ink(self, name: str) -> str:
        return colour(name, self.theme)

    def land(self) -> str:
        return tag("rect", width=self.frame.width, height=self.frame.height, fill=self.ink("land"))

    def ground(self, below: Ground) -> str:
        """Parks, water, buildings."""
        placed = {name: self._placed(getattr(below, name)) for name in ("green", "water", "buildings")}
        return group(
            [
                path(placed["green"], fill=self.ink("park")),
                path(placed["water"], fill=self.ink("water")),
                path(placed["buildings"], fill=self.ink("building"), fill_rule="evenodd"),
            ]
        )

    def fills(self, shapes: list[Shape]) -> str:
        """The grids' ground by load, one path a class."""
        classes = {load: self._placed([one.geom for one in shapes if one.load == load]) for load in FILLS}
        return group(
            path(geoms, fill=self.ink(FILLS[load]), fill_opacity=0.62, fill_rule="evenodd")
            for load, geoms in classes.items()
        )

    def streets(self, streets: list[Street]) -> str:
        """Casings first, so that crossings are open."""
        classes = [name for name in reversed(grounds.WIDTHS) if name != "railway"]
        placed = {
            name: self._placed([one.geom for one in streets if one.road_class == name])
            for name in grounds.WIDTHS
        }
        round_ends = {"fill": "none", "stroke_linecap": "round", "stroke_linejoin": "round"}
        casing = [
            path(
                placed[name],
                stroke=self.ink("road_casing"),
                stroke_width=self._width(name) + 0.9,
                **round_ends,
            )
            for name in classes
        ]
        surface = [
            path(placed[name], stroke=self.ink("secondary"), stroke_width=self._width(name), **round_ends)
            for name in classes
        ]
        rails = path(
            placed["railway"],
            stroke=self.ink("railway"),
            stroke_width=1.2,
            stroke_dasharray="5 3",
            fill="none",
        )
        return group([*casing, *surface, rails])

    def outlines(self, shapes: list[Shape], borders: list[Border]) -> str:
        """Grid borders thin, the areas above stronger, what is emphasised strongest."""
        join = {"fill": "none", "stroke_linejoin": "round"}
        grids = path(
            self._placed([one.geom for one in shapes]), stroke=self.ink("border"), stroke_width=1.1, **join
        )
        strong = self._placed([one.geom for one in shapes if one.emphasis])
        above = [
            path(
                self._placed([one.geom for one in borders if one.tier == tier]),
                stroke=self.ink("border"),
                stroke_width=width,
                stroke_opacity=0.75,
                **join,
            )
            for tier, width in TIER_WIDTHS.items()
        ]
        return group([grids, *above, path(strong, stroke=self.ink("changed"), stroke_width=3, **join)])

    def area_names(self, shapes: list[Shape], taken: Taken) -> list[str]:
        placed = [(one.label, self.frame.place(one.geom)) for one in shapes]
        return list(
            labels.of_areas(
                placed,
                taken,
                LABEL if len(placed) > FEW else LARGE_LABEL,
                self.ink("label"),
                self.ink("halo"),
            )
        )

    def street_names(self, streets: list[Street], taken: Taken) -> list[str]:
        placed = [(one.name, self.frame.place(one.geom)) for one in streets if one.road_class != "lane"]
        look = (8.5, self.ink("label_road"), self.ink("halo"))
        return list(labels.along_streets(placed, self.frame.box, taken, look))

    def _width(self, road_class: str) -> float:
        """Narrower where the picture is far."""
        return grounds.WIDTHS[road_class] * min(1.0, max(0.35, 4 / self.frame.metres_per_unit))

    def _placed(self, geometries: list[shapely.Geometry]) -> list[shapely.Geometry]:
        return [self.frame.place(geom) for geom in geometries]
