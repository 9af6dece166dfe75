"""Names on the paper: where each fits, and none over another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import atan2, cos, degrees, hypot, radians, sin

import numpy as np
import shapely

from grid_editor.picture.drawing import text, width_of


@dataclass
class Taken:
    """The places on the paper that already carry words."""

    boxes: list[shapely.Polygon] = field(default_factory=list)

    def claim(self, box: shapely.Polygon) -> bool:
        """Take the place, unless something is there already."""
        if self.boxes and shapely.intersects(np.array(self.boxes, dtype=object), box).any():
            return False
        self.boxes.append(box)
        return True


@dataclass(frozen=True)
class Label:
    """What an area may be called, the fullest first: each is one or two lines, the first of them strong."""

    choices: tuple[tuple[str, ...], ...]


def of_areas(
    areas: Iterable[tuple[Label, shapely.Geometry]], taken: Taken, size: float, fill: str, halo: str
) -> Iterator[str]:
    """One label in each area (drawing units), the largest areas first; what finds no place is left out."""
    for label, geom in sorted(areas, key=lambda pair: -pair[1].area):
        if geom.is_empty or geom.area <= 0:
            continue
        x, y, radius = _inner(geom)
        for lines in label.choices:
            half_width, half_height = _half(lines, size)
            small_enough = half_width < radius * 1.5 or lines == label.choices[-1]
            if small_enough and taken.claim(_around(x, y, half_width, half_height)):
                yield from _written(lines, x, y, (size, fill, halo))
                break


def _written(lines: tuple[str, ...], x: float, y: float, look: tuple[float, str, str]) -> Iterator[str]:
    size, fill, halo = look
    top = y + size * 0.36 - (len(lines) - 1) * size * 0.55
    for row, said in enumerate(lines):
        weight, height = (400, size * 0.85) if row else (600, size)
        yield text(x, top + row * size * 1.1, said, height, fill, halo, font_weight=weight)


def _half(lines: tuple[str, ...], size: float) -> tuple[float, float]:
    """Half the width and half the height of the lines."""
    return max(width_of(said, size) for said in lines) / 2 + 1, len(lines) * size * 0.58


def _around(x: float, y: float, half_width: float, half_height: float) -> shapely.Polygon:
    return shapely.box(x - half_width, y - half_height, x + half_width, y + half_height)


def _inner(geom: shapely.Geometry) -> tuple[float, float, float]:
    """The middle of the largest circle in the largest part, and its radius."""
    part = max(shapely.get_parts(geom), key=lambda p: p.area)
    line = shapely.maximum_inscribed_circle(part, tolerance=max(part.length / 400, 0.5))
    (x, y), _edge = shapely.get_coordinates(line)
    return float(x), float(y), float(line.length)


def along_streets(
    streets: Iterable[tuple[str, shapely.Geometry]],
    paper: shapely.Polygon,
    taken: Taken,
    look: tuple[float, str, str],
) -> Iterator[str]:
    """Each named street's name once, along its straightest long stretch on the paper, never upside down."""
    size, fill, halo = look
    for name, geom in _joined(streets):
        need = width_of(name, size) * 1.15
        for x, y, angle in _stretches(shapely.intersection(geom, paper), need):
            if taken.claim(_tilted(x, y, need, size, angle)):
                turn = f"rotate({angle:.1f} {x:.1f} {y:.1f})"
                yield text(x, y + size * 0.36, name, size, fill, halo, transform=turn)
                break


def _joined(streets: Iterable[tuple[str, shapely.Geometry]]) -> list[tuple[str, shapely.Geometry]]:
    named: dict[str, list[shapely.Geometry]] = {}
    for name, geom in streets:
        if name:
            named.setdefault(name, []).append(geom)
    found = [(name, shapely.line_merge(shapely.union_all(parts))) for name, parts in named.items()]
    return sorted(found, key=lambda pair: -pair[1].length)


def _stretches(geom: shapely.Geometry, need: float) -> Iterator[tuple[float, float, float]]:
    """Middle and angle (degrees, -90..90) of the stretches that hold `need` units and hardly bend."""
    parts = [p for p in shapely.get_parts(geom) if p.geom_type == "LineString" and p.length >= need]
    for part in sorted(parts, key=lambda p: -p.length)[:3]:
        for share in (0.5, 0.3, 0.7):
            at = part.length * share
            start, middle, end = (
                part.interpolate(min(max(at + step, 0), part.length)) for step in (-need / 2, 0, need / 2)
            )
            if hypot(end.x - start.x, end.y - start.y) > need * 0.97:
                angle = degrees(atan2(end.y - start.y, end.x - start.x))
                yield middle.x, middle.y, (angle + 90) % 180 - 90


def _tilted(x: float, y: float, width: float, height: float, angle: float) -> shapely.Polygon:
    turn = radians(angle)
    along = np.array([cos(turn), sin(turn)]) * width / 2
    across = np.array([-sin(turn), cos(turn)]) * height * 0.6
    corners = (along + across, along - across, -along - across, -along + across)
    return shapely.Polygon([(x + dx, y + dy) for dx, dy in corners])
