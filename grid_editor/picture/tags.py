"""SVG as text: one element from its name, attributes and children, everything escaped."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr


def tag(name: str, *children: str, **attributes: object) -> str:
    """An element. `stroke_width` becomes `stroke-width`, `class_` `class`; None leaves the attribute out."""
    given = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(str(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(children)
    return f"<{name}{given}>{inner}</{name}>" if inner else f"<{name}{given}/>"


def words(text: str) -> str:
    """A text node."""
    return escape(text)


def group(children: Iterable[str], **attributes: object) -> str:
    """A `g` around the children; nothing when there are none."""
    inner = "".join(children)
    return tag("g", inner, **attributes) if inner else ""


def svg(width: float, height: float, *children: str, **attributes: object) -> str:
    """The root element; units are those of `width` and `height`."""
    box = f"0 0 {number(width)} {number(height)}"
    return tag("svg", *children, xmlns="http://www.w3.org/2000/svg", viewBox=box, **attributes)


def number(value: float) -> str:
    """A coordinate with at most one decimal: a tenth of a unit is finer than anybody sees."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"
