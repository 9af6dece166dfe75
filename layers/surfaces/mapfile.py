"""The raster engine's configuration: every layer that may appear on raster as a MapServer layer.

`mapfile` is text made from the declarations and nothing else, so it cannot drift from them; who asks MapServer is
tile_cache/raster. Sizes that a declaration gives as stops become one STYLE for each zoom level. Scales are those of
MapLibre (512 pixels around the world at zoom 0), so the same ground looks the same on both surfaces.
"""

from collections.abc import Iterator
from itertools import pairwise

from psycopg import sql

from layers.palette import colour
from layers.registry import Layer
from layers.styling import Circle, Fill, Label, Line, Size, StyleClass, Symbol, ZoomRange

THEME = "light"
WORLD_METRES = 40_075_016.685578488
DOTS_PER_METRE = 72 / 0.0254
"""MapServer's pixels per metre by default (RESOLUTION 72)."""
LAST_ZOOM = 20
FONT = "cjk"
Lines = Iterator[str]


def mapfile(layers: list[Layer], connection: str, fonts: str) -> str:
    """The whole mapfile. `connection`: libpq words for a role that may only read; `fonts`: the FONTSET file."""
    head = [
        "MAP",
        '  NAME "wangge"',
        "  STATUS ON",
        "  SIZE 256 256",
        "  MAXSIZE 4096",
        "  UNITS METERS",
        "  EXTENT -20037508.34 -20037508.34 20037508.34 20037508.34",
        f"  FONTSET {_quoted(fonts)}",
        "  IMAGETYPE png",
        '  PROJECTION "init=epsg:3857" END',
        '  SYMBOL NAME "dot" TYPE ELLIPSE FILLED TRUE POINTS 1 1 END END',
        '  OUTPUTFORMAT NAME "png" DRIVER AGG/PNG MIMETYPE "image/png" IMAGEMODE RGBA TRANSPARENT ON'
        ' EXTENSION "png" END',
        "  LEGEND KEYSIZE 20 14 KEYSPACING 6 6 STATUS ON TRANSPARENT ON",
        f"    LABEL TYPE TRUETYPE FONT {_quoted(FONT)} SIZE 9 COLOR {_quoted(colour('label', THEME))} END",
        "  END",
        "  WEB METADATA",
        '    "wms_title" "Wangge" "wms_enable_request" "*" "wms_feature_info_mime_type" "text/plain"',
        '    "wms_srs" "EPSG:3857 EPSG:4326 EPSG:4490" "wms_encoding" "UTF-8" "wms_allow_getmap_without_styles" "true"',
        "  END END",
    ]
    body = [f"  {line}" for layer in layers if layer.on_raster for line in _layer(layer, connection)]
    return "\n".join([*head, *body, "END", ""])


def statement(layer: Layer) -> str:
    """The rows of a layer as MapServer's DATA: its public fields and the EPSG:3857 geometry.

    In the order of the key, so that the same rows give the same picture, wherever they lie in the table.
    """
    names = dict.fromkeys(
        [layer.key_column, *(field.name for field in layer.public_fields()), *_label_fields(layer)]
    )
    columns = {f.name: f.column for f in layer.model_class._meta.concrete_fields}
    wanted = [sql.Identifier(columns.get(name) or name) for name in names]
    conditions = [
        sql.SQL("{} IS NULL").format(sql.Identifier(name))
        if value is None
        else sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value))
        for name, value in layer.conditions
    ]
    query = sql.SQL(
        "{geom} FROM (SELECT {columns}, {geom} FROM {table} WHERE {geom} && !BOX! AND {condition} ORDER BY {key}) AS q"
    ).format(
        geom=sql.Identifier(layer.tile_geom),
        key=sql.Identifier(layer.key_column),
        columns=sql.SQL(", ").join(wanted),
        table=sql.Identifier(layer.table),
        condition=sql.SQL(" AND ").join(conditions) if conditions else sql.SQL("true"),
    )
    return query.as_string(None).replace('"', "") + f" USING UNIQUE {layer.key_column} USING SRID=3857"


def _label_fields(layer: Layer) -> list[str]:
    return [] if layer.label is None else [layer.label.field]


def _layer(layer: Layer, connection: str) -> Lines:
    kind = {"point": "POINT", "line": "LINE", "polygon": "POLYGON"}[layer.geometry_type]
    yield from (
        "LAYER",
        f"  NAME {_quoted(layer.key)}",
        f"  TYPE {kind}",
        "  STATUS OFF",
        "  CONNECTIONTYPE POSTGIS",
    )
    yield f"  CONNECTION {_quoted(connection)}"
    yield f"  DATA {_quoted(statement(layer))}"
    yield '  PROCESSING "CLOSE_CONNECTION=DEFER"'
    yield '  PROJECTION "init=epsg:3857" END'
    yield '  TEMPLATE "dummy.html"  # makes the layer one that can be asked about'
    yield f"  MAXSCALEDENOM {scale(layer.zooms[0] - 0.01):.0f}"
    yield f'  METADATA "wms_title" {_quoted(layer.title.zh)} "wms_abstract" {_quoted(layer.title.en)}'
    yield '    "wms_include_items" "all" "gml_include_items" "all" "wms_opaque" "0" END'
    if layer.label is not None:
        yield f"  LABELITEM {_quoted(layer.label.field)}"
    for cls in layer.style.classes:
        yield from (f"  {line}" for line in _class(layer, cls))
    yield "END"


def _class(layer: Layer, cls: StyleClass) -> Lines:
    yield from ("CLASS", f"  NAME {_quoted(cls.title.zh)}")
    if cls.values and layer.style.field:
        yield f"  EXPRESSION {_values(layer.style.field, cls.values)}"
    first = max(cls.min_zoom, layer.zooms[0])
    if cls.min_zoom > layer.zooms[0]:
        yield f"  MAXSCALEDENOM {scale(cls.min_zoom - 0.01):.0f}"
    for symbol in cls.symbols:
        yield from (f"  {line}" for line in _styles(symbol, first, layer.geometry_type == "polygon"))
    if layer.label is not None:
        yield from (f"  {line}" for line in _labels(layer.label, layer.geometry_type == "point"))
    yield "END"


def _values(field: str, values: tuple[str, ...]) -> str:
    """A list expression: faster than a logical one, and no value is ever read as code."""
    if any(set(value) & set("{},\"'[]") for value in values):
        raise ValueError(f"{field}: a class value with a sign that MapServer's lists do not take: {values}")
    return "(" + " OR ".join(f"'[{field}]' = '{value}'" for value in values) + ")"


# ---- symbols ------------------------------------------------------------------------------------------------


def _styles(symbol: Symbol, first: int, outlined: bool) -> Lines:
    """One STYLE where nothing depends on the zoom, else one for each zoom level.

    `outlined`: a line of a polygon is its outline, which MapServer paints with another colour word.
    """
    paint = "OUTLINECOLOR" if outlined else "COLOR"
    if isinstance(symbol, Line) and symbol.casing:
        for low, high in bands((symbol.width, symbol.rim), symbol.zooms, first):
            middle = _middle(low, high)
            width = size_at(symbol.width, middle) + 2 * size_at(symbol.rim, middle)
            yield _style(f"{paint} {_colour(symbol.casing)} WIDTH {width:.2f} {ROUND}", low, high)
    sizes = _sizes(symbol)
    for low, high in bands(sizes, symbol.zooms, first):
        yield _style(_drawn(symbol, _middle(low, high), paint), low, high)


ROUND = "LINECAP ROUND LINEJOIN ROUND"


def _sizes(symbol: Symbol) -> tuple[Size, ...]:
    if isinstance(symbol, Fill):
        return (symbol.opacity,)
    if isinstance(symbol, Circle):
        return (symbol.radius,)
    return (symbol.width, symbol.opacity)


def _drawn(symbol: Symbol, zoom: float, paint: str) -> str:
    if isinstance(symbol, Fill):
        outline = f" OUTLINECOLOR {_colour(symbol.outline)} WIDTH 0.6" if symbol.outline else ""
        shift = f" OFFSET {symbol.shift[0]} {symbol.shift[1]}" if symbol.shift else ""
        return f"COLOR {_colour(symbol.colour, size_at(symbol.opacity, zoom))}{outline}{shift}"
    if isinstance(symbol, Circle):
        size = 2 * size_at(symbol.radius, zoom)
        rim = f"OUTLINECOLOR {_colour(symbol.rim_colour)} WIDTH {symbol.rim}"
        return f'SYMBOL "dot" SIZE {size:.2f} COLOR {_colour(symbol.colour)} {rim}'
    width = size_at(symbol.width, zoom)
    dash = (
        f" PATTERN {' '.join(f'{part * width:.2f}' for part in symbol.dash)} END"
        if symbol.dash
        else f" {ROUND}"
    )
    return f"{paint} {_colour(symbol.colour, size_at(symbol.opacity, zoom))} WIDTH {width:.2f}{dash}"


def _style(inner: str, low: float, high: float) -> str:
    return f"STYLE {inner}{_between(low, high)} END"


def _labels(label: Label, below: bool) -> Lines:
    """`below`: under the mark that it names."""
    kind = "ANGLE FOLLOW" if label.along else "POSITION LC OFFSET 0 6" if below else "POSITION CC"
    repeat = f" REPEATDISTANCE {label.spacing:.0f}" if label.along and label.spacing else ""
    weight = "PRIORITY 8" if label.strong else "PRIORITY 4"
    for low, high in bands((label.size,), label.zooms, 0):
        size = size_at(label.size, _middle(low, high)) * 0.75  # points, where MapLibre counts pixels
        yield (
            f"LABEL TYPE TRUETYPE FONT {_quoted(FONT)} SIZE {size:.1f} COLOR {_colour(label.colour)}"
            f" OUTLINECOLOR {_colour('halo')} OUTLINEWIDTH 1 {kind} PARTIALS FALSE BUFFER 4 {weight}{repeat}"
            f" MAXOVERLAPANGLE 30{_between(low, high)} END"
        )


# ---- zoom, size, colour -------------------------------------------------------------------------------------


def scale(zoom: float) -> float:
    """MapServer's scale denominator at a zoom of MapLibre's, in EPSG:3857."""
    return WORLD_METRES / (512 * 2**zoom) * DOTS_PER_METRE


def bands(sizes: tuple[Size, ...], zooms: ZoomRange, first: int) -> list[tuple[float, float]]:
    """Zoom ranges within which no size changes by more than a level does; the first begins where `zooms` does."""
    low, high = max(zooms[0], first), zooms[1]
    if all(isinstance(size, int | float) for size in sizes) or low >= high:
        return [(low, high)]
    cuts = [low, *(cut + 0.5 for cut in range(int(low), LAST_ZOOM) if low < cut + 0.5 < high), high]
    return list(pairwise(cuts))


def size_at(size: Size, zoom: float) -> float:
    """The size at a zoom, between its stops as MapLibre's linear interpolation has it."""
    if isinstance(size, int | float):
        return float(size)
    below = [stop for stop in size if stop[0] <= zoom]
    above = [stop for stop in size if stop[0] > zoom]
    if not below or not above:
        return (below[-1] if below else above[0])[1]
    (z0, s0), (z1, s1) = below[-1], above[0]
    return s0 + (s1 - s0) * (zoom - z0) / (z1 - z0)


def _middle(low: float, high: float) -> float:
    return (low + min(high, LAST_ZOOM + 0.5)) / 2


def _between(low: float, high: float) -> str:
    """Scale limits; MapServer draws where MINSCALEDENOM <= scale < MAXSCALEDENOM, so ranges meet without overlap."""
    most = f" MAXSCALEDENOM {scale(low):.0f}" if low > 0 else ""
    least = f" MINSCALEDENOM {scale(high):.0f}" if high < LAST_ZOOM else ""
    return most + least


def _colour(name: str, opacity: float = 1) -> str:
    alpha = "" if opacity >= 1 else f"{round(max(opacity, 0) * 255):02x}"
    return _quoted(colour(name, THEME) + alpha)


def _quoted(text: str) -> str:
    """A mapfile string. What is in it comes from declarations and settings, never from a request."""
    return '"' + text.replace('"', "'") + '"'
