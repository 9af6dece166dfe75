"""How a layer looks, said once: the model from which MapLibre style, legend and MapServer classes derive.

Colours are names of `palette.COLOURS`, so both themes follow; sizes are pixels, as one number or as stops
((zoom, size), ...) between which every surface interpolates. Symbols of a class are drawn in their order.
"""

from dataclasses import dataclass

Stops = tuple[tuple[float, float], ...]
Size = float | Stops
ZoomRange = tuple[float, float]
EVERY_ZOOM: ZoomRange = (0, 24)


@dataclass(frozen=True)
class Title:
    """A name in both languages."""

    zh: str
    en: str

    def of(self, lang: str) -> str:
        """The title for 'zh' or 'en'."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Fill:
    """The inside of a polygon; `shift` (pixels right, down) draws a shadow."""

    colour: str
    opacity: Size = 1
    outline: str | None = None
    shift: tuple[float, float] | None = None
    zooms: ZoomRange = EVERY_ZOOM


@dataclass(frozen=True)
class Line:
    """A line or an outline; `casing` names the colour of a rim of `rim` pixels on each side."""

    colour: str
    width: Size
    opacity: Size = 1
    casing: str | None = None
    rim: Size = 1
    dash: tuple[float, ...] = ()
    zooms: ZoomRange = EVERY_ZOOM


@dataclass(frozen=True)
class Circle:
    """A dot with a rim."""

    colour: str
    radius: Size
    rim_colour: str = "halo"
    rim: float = 1
    zooms: ZoomRange = EVERY_ZOOM


Symbol = Fill | Line | Circle


@dataclass(frozen=True)
class StyleClass:
    """What looks the same: rows whose field has one of `values`, or every row if there are none.

    Below `min_zoom` its rows are left out of the tiles too.
    """

    title: Title
    symbols: tuple[Symbol, ...]
    values: tuple[str, ...] = ()
    min_zoom: int = 0


@dataclass(frozen=True)
class Style:
    """Classes in drawing order, told apart by the value of `field`."""

    classes: tuple[StyleClass, ...]
    field: str | None = None


@dataclass(frozen=True)
class Label:
    """Text from a field, at the middle or along the line; with `minor` below it in smaller type."""

    field: str
    size: Size
    colour: str = "label"
    zooms: ZoomRange = EVERY_ZOOM
    along: bool = False
    spacing: float = 0
    minor: str | None = None
    strong: bool = False
