"""The legend of a layer, as data: its classes with their titles, values and symbols in both themes."""

from typing import Any

from layers.palette import THEMES, colour
from layers.registry import Layer
from layers.styling import Circle, Fill, StyleClass, Symbol


def legend(layer: Layer) -> list[dict[str, Any]]:
    """One entry for each class, in drawing order; `values` are those of the field that `field` names."""
    return [_entry(layer, cls) for cls in layer.style.classes]


def _entry(layer: Layer, cls: StyleClass) -> dict[str, Any]:
    return {
        "title": {"zh": cls.title.zh, "en": cls.title.en},
        "field": layer.style.field if cls.values else None,
        "values": list(cls.values),
        "symbols": [_symbol(symbol) for symbol in cls.symbols],
    }


def _symbol(symbol: Symbol) -> dict[str, Any]:
    shown: dict[str, Any] = {"type": type(symbol).__name__.lower(), "colour": _themes(symbol.colour)}
    if isinstance(symbol, Fill):
        rim = symbol.outline
    elif isinstance(symbol, Circle):
        rim = symbol.rim_colour
    else:
        rim = symbol.casing
        shown["dash"] = list(symbol.dash)
    return shown | {"outline": _themes(rim) if rim else None}


def _themes(name: str) -> dict[str, str]:
    return {theme: colour(name, theme) for theme in THEMES}
