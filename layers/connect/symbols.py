"""A layer's style as QGIS keeps it: one rule for each legend class, and its labels.

QGIS has one size where a declaration has stops: that of the zoom at which people edit. Colours are the light theme's.
"""

from typing import Any

from lxml import etree

from layers.palette import colour
from layers.registry import Layer
from layers.styling import EVERY_ZOOM, Circle, Fill, Label, Line, Size, StyleClass, Symbol, ZoomRange

THEME = "light"
ZOOM = 15.5
WORLD_METRES = 40_075_016.685578488
DOTS_PER_METRE = 96 / 0.0254
KINDS = {"point": "marker", "line": "line", "polygon": "fill"}
Element = Any


def scale(zoom: float) -> float:
    """QGIS's scale denominator (96 dots per inch) at a zoom of MapLibre's, in EPSG:3857."""
    return WORLD_METRES / (512 * 2**zoom) * DOTS_PER_METRE


def renderer(layer: Layer) -> Element:
    """Rules in drawing order, each with its class's title, values and smallest scale."""
    top = etree.Element("renderer-v2", type="RuleRenderer", symbollevels="0", forceraster="0")
    rules = etree.SubElement(top, "rules", key="{root}")
    symbols = etree.SubElement(top, "symbols")
    for number, cls in enumerate(layer.style.classes):
        first = max(layer.zooms[0], cls.min_zoom, min(symbol.zooms[0] for symbol in cls.symbols))
        rule = {"key": f"{{{layer.key}-{number}}}", "symbol": str(number), "label": cls.title.zh}
        rule |= {"scalemaxdenom": f"{scale(first):.0f}", "scalemindenom": "0"}
        if cls.values and layer.style.field:
            rule["filter"] = _filter(layer.style.field, cls)
        etree.SubElement(rules, "rule", rule)
        symbols.append(_symbol(layer, cls, str(number)))
    return top


def _filter(field: str, cls: StyleClass) -> str:
    quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in cls.values)
    return f'"{field}" IN ({quoted})'


def _symbol(layer: Layer, cls: StyleClass, name: str) -> Element:
    top = etree.Element("symbol", name=name, type=KINDS[layer.geometry_type], alpha="1", clip_to_extent="1")
    for symbol in cls.symbols:
        for kind, properties in _drawn(symbol, layer.geometry_type == "polygon"):
            drawn = etree.SubElement(
                top, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"}
            )
            for key, value in properties.items():
                etree.SubElement(drawn, "prop", k=key, v=value)
            if symbol.zooms != EVERY_ZOOM:
                drawn.append(_between(symbol.zooms))
    return top


def _between(zooms: ZoomRange) -> Element:
    """A symbol's own range of scales: QGIS has none but an expression."""
    near = f" AND @map_scale > {scale(zooms[1]):.0f}" if zooms[1] < EVERY_ZOOM[1] else ""
    expression = f"@map_scale <= {scale(zooms[0]):.0f}{near}"
    top = etree.Element("data_defined_properties")
    whole = etree.SubElement(top, "Option", type="Map")
    etree.SubElement(whole, "Option", name="name", type="QString", value="")
    properties = etree.SubElement(whole, "Option", name="properties", type="Map")
    enabled = etree.SubElement(properties, "Option", name="enabled", type="Map")
    etree.SubElement(enabled, "Option", name="active", type="bool", value="true")
    etree.SubElement(enabled, "Option", name="expression", type="QString", value=expression)
    etree.SubElement(
        enabled, "Option", name="type", type="int", value="3"
    )  # QgsProperty.ExpressionBasedProperty
    etree.SubElement(whole, "Option", name="type", type="QString", value="collection")
    return top


def _drawn(symbol: Symbol, outlined: bool) -> list[tuple[str, dict[str, str]]]:
    if isinstance(symbol, Fill):
        edge = {"outline_color": rgba(symbol.outline)} if symbol.outline else {"outline_style": "no"}
        fill = {"color": rgba(symbol.colour, size(symbol.opacity)), "style": "solid", **edge}
        fill |= {"outline_width": "0.6", "outline_width_unit": "Pixel"}
        if symbol.shift:
            fill |= {"offset": f"{symbol.shift[0]},{symbol.shift[1]}", "offset_unit": "Pixel"}
        return [("SimpleFill", fill)]
    if isinstance(symbol, Circle):
        dot = {"name": "circle", "color": rgba(symbol.colour), "outline_color": rgba(symbol.rim_colour)}
        dot |= {"size": f"{2 * size(symbol.radius):.2f}", "size_unit": "Pixel"}
        return [("SimpleMarker", dot | {"outline_width": f"{symbol.rim}", "outline_width_unit": "Pixel"})]
    return _line(symbol)


def _line(symbol: Line) -> list[tuple[str, dict[str, str]]]:
    """The casing beneath, then the line; an outline is a line too, as QGIS draws it on polygons."""
    width = size(symbol.width)
    common = {"line_width_unit": "Pixel", "line_style": "solid"}
    common |= {"capstyle": "flat" if symbol.dash else "round", "joinstyle": "round"}
    if symbol.dash:
        pattern = ";".join(f"{part * width:.2f}" for part in symbol.dash)
        common |= {"use_custom_dash": "1", "customdash": pattern, "customdash_unit": "Pixel"}
    body = {"line_color": rgba(symbol.colour, size(symbol.opacity)), "line_width": f"{width:.2f}"}
    drawn = [("SimpleLine", common | body)]
    if symbol.casing:
        around = {"line_color": rgba(symbol.casing), "line_width": f"{width + 2 * size(symbol.rim):.2f}"}
        drawn.insert(0, ("SimpleLine", common | around))
    return drawn


def labels(label: Label, geometry_type: str) -> Element:
    """Text with a halo; along the line, over the point, or inside the polygon."""
    top = etree.Element("labeling", type="simple")
    settings = etree.SubElement(top, "settings", calloutType="simple")
    style = {"fieldName": label.field, "isExpression": "0", "fontFamily": "Noto Sans CJK SC"}
    style |= {"fontSize": f"{size(label.size):.1f}", "fontSizeUnit": "Pixel", "textColor": rgba(label.colour)}
    style |= {"fontWeight": "75" if label.strong else "50", "textOpacity": "1", "multilineHeight": "1"}
    text = etree.SubElement(settings, "text-style", style)
    halo = {"bufferDraw": "1", "bufferSize": "1.4", "bufferSizeUnits": "Pixel", "bufferOpacity": "1"}
    etree.SubElement(text, "text-buffer", halo | {"bufferColor": rgba("halo")})
    # 0 around a point, 1 over a point (a polygon's inside), 3 curved along a line: QgsPalLayerSettings.Placement.
    placement = {"point": "0", "line": "3", "polygon": "1"}[geometry_type]
    where = {"placement": placement, "placementFlags": "9", "dist": "4", "distUnits": "Pixel"}
    where |= {"priority": "8" if label.strong else "6" if geometry_type == "polygon" else "4"}
    if label.spacing:
        where |= {"repeatDistance": f"{label.spacing:.0f}", "repeatDistanceUnits": "Pixel"}
    etree.SubElement(settings, "placement", where)
    # In this element, min and max are of the denominator.
    last = f"{scale(label.zooms[1]):.0f}" if label.zooms[1] < EVERY_ZOOM[1] else "1"
    limits = {"scaleVisibility": "1", "scaleMin": last, "scaleMax": f"{scale(label.zooms[0]):.0f}"}
    # No obstacles: every name lies on some ground, and QGIS would leave it out.
    etree.SubElement(settings, "rendering", {**limits, "drawLabels": "1", "obstacle": "0"})
    return top


def size(value: Size) -> float:
    """The size at ZOOM, between its stops."""
    if isinstance(value, int | float):
        return float(value)
    before = max((stop for stop in value if stop[0] <= ZOOM), default=value[0])
    after = min((stop for stop in value if stop[0] > ZOOM), default=value[-1])
    if before[0] >= after[0] or before[0] >= ZOOM:
        return before[1]
    return before[1] + (after[1] - before[1]) * (ZOOM - before[0]) / (after[0] - before[0])


def rgba(name: str, opacity: float = 1) -> str:
    """As QGIS writes colours: red,green,blue,alpha of 255."""
    text = colour(name, THEME)
    return ",".join(str(int(text[i : i + 2], 16)) for i in (1, 3, 5)) + f",{round(opacity * 255)}"
