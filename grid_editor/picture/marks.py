"""What makes a picture a map: a scale bar with a round length, and the north arrow."""

from math import floor, log10

from grid_editor.picture.drawing import text
from grid_editor.picture.frame import Frame
from grid_editor.picture.tags import group, number, tag

STEPS = (5, 2, 1)


def round_length(longest: float) -> float:
    """The largest 1-2-5 length, in metres, of at most `longest`."""
    power = 10 ** floor(log10(max(longest, 1)))
    return next(float(step * power) for step in STEPS if step * power <= max(longest, 1))


def said(metres: float) -> str:
    """A length in words that both languages share."""
    return f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"


def scale_bar(frame: Frame, x: float, y: float, longest: float, ink: str, halo: str) -> str:
    """A bar of four fields from (x, y) to the right, at most `longest` units."""
    metres = round_length(longest * frame.metres_per_unit)
    field = metres / frame.metres_per_unit / 4
    look = {"y": number(y), "width": number(field), "height": "4", "stroke": ink, "stroke_width": "0.8"}
    fields = [tag("rect", x=number(x + i * field), fill=(ink, halo)[i % 2], **look) for i in range(4)]
    ends = [text(x, y - 4, "0", 9, ink, halo), text(x + 4 * field, y - 4, said(metres), 9, ink, halo)]
    return group(fields + ends)


def north_arrow(x: float, y: float, ink: str, halo: str) -> str:
    """An arrow of 26 units whose middle is (x, y); north is up on every picture."""
    left = f"M{number(x)} {number(y - 13)}L{number(x - 7)} {number(y + 9)}L{number(x)} {number(y + 4)}Z"
    right = f"M{number(x)} {number(y - 13)}L{number(x + 7)} {number(y + 9)}L{number(x)} {number(y + 4)}Z"
    look = {"stroke": ink, "stroke_width": "0.8", "stroke_linejoin": "round"}
    return group(
        [
            tag("path", d=left, fill=ink, **look),
            tag("path", d=right, fill=halo, **look),
            text(x, y - 17, "N", 11, ink, halo, font_weight=700),
        ]
    )
