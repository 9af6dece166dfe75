"""How MapLibre draws the counts of a point layer at small scales (mvt.COUNTS): circles with a number in them."""

from typing import Any

from layers.palette import colour
from layers.registry import Layer
from layers.styling import Circle
from layers.surfaces.mvt import COUNTS

Spec = dict[str, Any]
RADIUS = ["step", ["get", "count"], 9, 10, 12, 100, 15, 1000, 18, 10_000, 21]
"""Pixels. Cells are 64 pixels wide, so circles of two cells seldom meet."""


def circle(layer: Layer, theme: str) -> Spec:
    """The style layer of the circles."""
    paint = {
        "circle-color": colour(_colour_of(layer), theme),
        "circle-opacity": 0.9,
        "circle-radius": RADIUS,
        "circle-stroke-color": colour("mark_rim", theme),
        "circle-stroke-width": 1.5,
    }
    return _base(layer, "circle", "count") | {"paint": paint}


def number(layer: Layer, theme: str, lang: str) -> Spec:
    """The numbers in the circles; each is shown with its circle, whatever else is there."""
    layout = {
        "text-field": _short(lang),
        "text-size": 11,
        "text-allow-overlap": True,
        "text-ignore-placement": True,
    }
    paint = {"text-color": colour("mark_rim", theme)}
    return _base(layer, "symbol", "count-number") | {"layout": layout, "paint": paint}


def _base(layer: Layer, kind: str, name: str) -> Spec:
    spec = {"id": f"{layer.key}-{name}", "type": kind, "source": layer.key}
    return spec | {"source-layer": layer.key + COUNTS, "maxzoom": layer.zooms[0]}


def _colour_of(layer: Layer) -> str:
    """That of its first mark: counts are of all classes together."""
    marks = [symbol for cls in layer.style.classes for symbol in cls.symbols if isinstance(symbol, Circle)]
    return marks[0].colour if marks else "mark_grey"


def _short(lang: str) -> Any:
    """The number; from ten thousand on in 万 or in thousands."""
    unit, sign, places = (10_000, "万", 10) if lang == "zh" else (1000, "k", 1)
    short = ["/", ["round", ["*", ["/", ["get", "count"], unit], places]], places]
    return ["case", ["<", ["get", "count"], 10_000], ["to-string", ["get", "count"]], ["concat", short, sign]]
