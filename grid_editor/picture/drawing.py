"""Shapes and words on the paper. Everything taken here is already in drawing units (Frame.place)."""

from collections.abc import Iterable

import shapely

from grid_editor.picture.tags import number, tag, words

FONT = "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','Microsoft YaHei',sans-serif"


def path_data(geometry: shapely.Geometry) -> str:
    """The `d` of a path: lines open, rings closed; empty for what has no extent."""
    return "".join(_pieces(geometry))


def _pieces(geometry: shapely.Geometry) -> Iterable[str]:
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon":
            for ring in (part.exterior, *part.interiors):
                yield _line(ring, closed=True)
        elif part.geom_type == "LineString":
            yield _line(part, closed=False)


def _line(line: shapely.Geometry, closed: bool) -> str:
    corners = shapely.get_coordinates(line)
    if closed:
        corners = corners[:-1]
    if len(corners) < 2 + closed:
        return ""
    steps = "L".join(f"{number(x)} {number(y)}" for x, y in corners)
    return f"M{steps}{'Z' if closed else ''}"


def path(geometries: Iterable[shapely.Geometry], **look: object) -> str:
    """One path of all these geometries in one look; nothing where none has an extent."""
    data = "".join(path_data(geometry) for geometry in geometries)
    return tag("path", d=data, **look) if data else ""


def text(
    x: float, y: float, said: str, size: float, fill: str, halo: str | None = None, **more: object
) -> str:
    """Words around (x, y), with a halo below them: drawn twice, since not every program knows paint-order."""
    shared = {
        "x": number(x),
        "y": number(y),
        "font_size": number(size),
        "font_family": FONT,
        "text_anchor": more.pop("anchor", "middle"),
        **more,
    }
    below = ""
    if halo:
        look = {"stroke": halo, "stroke_width": number(size / 4), "stroke_linejoin": "round", "fill": halo}
        below = tag("text", words(said), **shared, **look)
    return below + tag("text", words(said), fill=fill, **shared)


def width_of(said: str, size: float) -> float:
    """About how wide the words are: a Chinese character is as wide as the type is high, a Latin one half as wide."""
    return sum(size if ord(letter) > 0x2E7F else 0.56 * size for letter in said)
