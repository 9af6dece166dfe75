"""The MapLibre style of the whole map, for a theme and a language: every layer's look, in drawing order.

Each layer is a source of its own under its key, so that a page can switch, refresh or filter it alone. There
are no glyphs and no sprite: MapLibre paints labels from the page's own fonts.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from gis_core import errors
from gis_core.errors import WanggeError
from layers import registry
from layers.palette import THEMES, colour
from layers.registry import Layer
from layers.styling import Circle, Fill, Label, Line, Size, StyleClass, Symbol, ZoomRange
from layers.surfaces import counted
from layers.surfaces.mvt import LABELS
from layers.surfaces.tilejson import language, tile_address
from layers.surfaces.tiles import has_label_points

Spec = dict[str, Any]
LANGUAGES = ("zh", "en")


def style_view(request: HttpRequest) -> HttpResponse:
    """GET /tiles/style.json?theme=dark|light&lang=zh|en; by default dark, and the request's language."""
    try:
        theme = _choice(request, "theme", THEMES, THEMES[0])
        lang = _choice(request, "lang", LANGUAGES, language())
    except WanggeError as error:
        return errors.as_response(error)
    root = request.build_absolute_uri("/").rstrip("/")
    document = style(registry.visible_to(request.user), theme, lang, root)
    response = JsonResponse(document, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-cache"
    return response


def _choice(request: HttpRequest, name: str, allowed: tuple[str, ...], default: str) -> str:
    value = request.GET.get(name, default)
    if value in allowed:
        return value
    message = _("%(name)s=%(value)s is not known. Allowed: %(allowed)s.")
    values = {"name": name, "value": value[:40], "allowed": ", ".join(allowed)}
    raise WanggeError(message % values, {"allowed": list(allowed)})


def style(layers: list[Layer], theme: str, lang: str, root: str) -> Spec:
    """The style document for layers in drawing order; `root` is the site's address without slash."""
    ground = {
        "id": "background",
        "type": "background",
        "paint": {"background-color": colour("ground", theme)},
    }
    drawn = [_shown(layer, spec) for layer in layers for spec in _symbols(layer, theme)]
    with_counts = [layer for layer in layers if layer.counted]
    drawn += [_shown(layer, counted.circle(layer, theme)) for layer in with_counts]
    # The map's most important names come last in the list, and last wins the place on the map: areas before marks.
    by_weight = sorted(layers, key=lambda layer: layer.geometry_type != "point")
    labels = [
        _shown(layer, _label(layer, layer.label, theme, lang))
        for layer in by_weight
        if layer.label is not None
    ]
    numbers = [_shown(layer, counted.number(layer, theme, lang)) for layer in with_counts]
    return {
        "version": 8,
        "name": f"Wangge {theme}",
        "metadata": {"wangge:theme": theme, "wangge:lang": lang},
        "sources": {layer.key: _source(layer, root) for layer in layers},
        "layers": [ground, *drawn, *numbers, *labels],
    }


def _shown(layer: Layer, spec: Spec) -> Spec:
    """What is not on the map from the start is there to be switched on; its tiles are not fetched before."""
    if layer.shown:
        return spec
    return spec | {"layout": {**spec.get("layout", {}), "visibility": "none"}}


def source_names(layer: Layer) -> list[str]:
    """The source layers that the map fetches in one tile."""
    return [layer.key, layer.key + LABELS] if has_label_points(layer) else [layer.key]


def _source(layer: Layer, root: str) -> Spec:
    spec: Spec = {
        "type": "vector",
        "tiles": [tile_address(root, source_names(layer))],
        "minzoom": layer.tile_zooms[0],
        "maxzoom": layer.zooms[1],
    }
    return spec if layer.id_field == "id" else {**spec, "promoteId": layer.id_field}


def _symbols(layer: Layer, theme: str) -> list[Spec]:
    """Every class's first symbol, then every class's second: a casing never lies over its neighbour's road."""
    casings = [_casing(layer, cls, s, theme) for cls, s in _pairs(layer) if isinstance(s, Line) and s.casing]
    depth = max(len(cls.symbols) for cls in layer.style.classes)
    bodies = [
        _body(layer, cls, position, theme)
        for position in range(depth)
        for cls in layer.style.classes
        if position < len(cls.symbols)
    ]
    return casings + bodies


def _pairs(layer: Layer) -> list[tuple[StyleClass, Symbol]]:
    return [(cls, symbol) for cls in layer.style.classes for symbol in cls.symbols]


def _base(layer: Layer, cls: StyleClass, kind: str, name: str, zooms: ZoomRange) -> Spec:
    suffix = f"-{cls.values[0]}" if cls.values else ""
    spec: Spec = {"id": f"{layer.key}-{name}{suffix}", "type": kind, "source": layer.key}
    spec |= {"source-layer": layer.key, **_zooms(zooms)}
    if cls.values and layer.style.field:
        spec["filter"] = ["in", ["get", layer.style.field], ["literal", list(cls.values)]]
    return spec


def _zooms(zooms: ZoomRange) -> Spec:
    spec: Spec = {}
    if zooms[0] > 0:
        spec["minzoom"] = zooms[0]
    if zooms[1] < 24:
        spec["maxzoom"] = zooms[1]
    return spec


def _body(layer: Layer, cls: StyleClass, position: int, theme: str) -> Spec:
    symbol = cls.symbols[position]
    name = f"{type(symbol).__name__.lower()}{position or ''}"
    if isinstance(symbol, Fill):
        return _base(layer, cls, "fill", name, symbol.zooms) | {"paint": _fill_paint(symbol, theme)}
    if isinstance(symbol, Circle):
        return _base(layer, cls, "circle", name, symbol.zooms) | {"paint": _circle_paint(symbol, theme)}
    line = _base(layer, cls, "line", name, symbol.zooms)
    return line | {"layout": _line_layout(symbol), "paint": _line_paint(symbol, theme)}


def _fill_paint(symbol: Fill, theme: str) -> Spec:
    paint: Spec = {"fill-color": colour(symbol.colour, theme), "fill-opacity": _size(symbol.opacity)}
    if symbol.outline:
        paint["fill-outline-color"] = colour(symbol.outline, theme)
    if symbol.shift:
        paint["fill-translate"] = list(symbol.shift)
    return paint


def _circle_paint(symbol: Circle, theme: str) -> Spec:
    return {
        "circle-color": colour(symbol.colour, theme),
        "circle-radius": _size(symbol.radius),
        "circle-stroke-color": colour(symbol.rim_colour, theme),
        "circle-stroke-width": symbol.rim,
    }


def _line_layout(symbol: Line) -> Spec:
    return {"line-join": "round", "line-cap": "butt" if symbol.dash else "round"}


def _line_paint(symbol: Line, theme: str) -> Spec:
    paint: Spec = {"line-color": colour(symbol.colour, theme), "line-width": _size(symbol.width)}
    if symbol.opacity != 1:
        paint["line-opacity"] = _size(symbol.opacity)
    if symbol.dash:
        paint["line-dasharray"] = list(symbol.dash)
    return paint


def _casing(layer: Layer, cls: StyleClass, symbol: Line, theme: str) -> Spec:
    """A second line, beneath, that looks out from under the first by the rim on each side."""
    assert symbol.casing is not None
    first = symbol.zooms[0]
    spec = _base(
        layer, cls, "line", "casing", (max(first, first + 1.5 if first > 11 else 11), symbol.zooms[1])
    )
    paint = {"line-color": colour(symbol.casing, theme), "line-gap-width": _size(symbol.width)}
    return spec | {"layout": _line_layout(symbol), "paint": paint | {"line-width": _size(symbol.rim)}}


def _size(size: Size) -> Any:
    if isinstance(size, int | float):
        return size
    return ["interpolate", ["linear"], ["zoom"], *(number for stop in size for number in stop)]


def _label(layer: Layer, label: Label, theme: str, lang: str) -> Spec:
    points = has_label_points(layer)
    return {
        "id": f"{layer.key}-label",
        "type": "symbol",
        "source": layer.key,
        "source-layer": layer.key + LABELS if points else layer.key,
        **_zooms(label.zooms),
        "layout": _label_layout(layer, label, lang),
        "paint": {
            "text-color": colour(label.colour, theme),
            "text-halo-color": colour("halo", theme),
            "text-halo-width": 1.8 if label.strong else 1.4,
            "text-halo-blur": 0.4,
        },
    }


def _label_layout(layer: Layer, label: Label, lang: str) -> Spec:
    layout: Spec = {"text-field": _text(layer, label, lang), "text-size": _size(label.size)}
    layout |= {"text-max-width": 8, "text-padding": 4, "text-letter-spacing": 0.04 if label.strong else 0}
    if label.along:
        layout |= {"symbol-placement": "line", "symbol-spacing": label.spacing, "text-max-angle": 35}
    return layout


def _text(layer: Layer, label: Label, lang: str) -> Any:
    """The label's field; where the layer has the same in English as `<field>_en`, that for English."""
    english = f"{label.field}_en"
    if lang == "en" and any(field.name == english for field in layer.fields):
        return ["coalesce", ["get", english], ["get", label.field]]
    return ["get", label.field]
