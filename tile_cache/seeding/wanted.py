"""What to draw: layers, kinds of tiles, zooms and ground, checked before a job is made of it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from gis_core import selectors
from gis_core.errors import NotFound, WanggeError
from gis_core.models import Area
from layers import registry
from tile_cache.raster import configuration

KINDS = ("vector", "raster")
LAST_ZOOM = 18
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Wanted:
    """`keys`: layers, by kind; `zooms`: first and last; `box`: west, south, east, north, EPSG:4490."""

    vector: tuple[str, ...]
    raster: tuple[str, ...]
    grid: str
    zooms: tuple[int, int]
    box: Box

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, said: dict[str, Any]) -> "Wanted":
        (first, last), (west, south, east, north) = said["zooms"], said["box"]
        return cls(
            tuple(said["vector"]),
            tuple(said["raster"]),
            said["grid"],
            (first, last),
            (west, south, east, north),
        )


def wanted(keys: Sequence[str], kinds: Sequence[str], zooms: str, area: str | None, grid: str) -> Wanted:
    """From the words of a command. No keys: every public layer as vector tiles, and the whole map as pictures.

    Raises NotFound for a layer or area that is not there, WanggeError for what cannot be drawn ahead.
    """
    vector = _vector(keys) if "vector" in kinds else ()
    raster = _raster(keys) if "raster" in kinds else ()
    if not vector and not raster:
        raise WanggeError(
            _("None of these layers has tiles of that kind which are kept."), code="nothing_to_seed"
        )
    return Wanted(vector, raster, grid, _zooms(zooms), _ground(area))


def _vector(keys: Sequence[str]) -> tuple[str, ...]:
    """Public layers only: of the others there are as many tiles as there are scopes."""
    public = [layer.key for layer in registry.every() if layer.permission is None]
    for key in keys:
        registry.find(key) if key != configuration.WHOLE else None
    return tuple(key for key in public if not keys or key in keys)


def _raster(keys: Sequence[str]) -> tuple[str, ...]:
    pictures = [name for name, layers in configuration.pictures().items() if layers]
    return tuple(name for name in pictures if name in (keys or [configuration.WHOLE]))


def _zooms(text: str) -> tuple[int, int]:
    first, _dash, last = text.partition("-")
    try:
        found = int(first), int(last or first)
    except ValueError:
        found = (-1, -1)
    if not 0 <= found[0] <= found[1] <= LAST_ZOOM:
        message = _("--zooms %(given)s: two zooms between 0 and %(last)d are allowed, such as 8-14.")
        raise WanggeError(message % {"given": text[:20], "last": LAST_ZOOM}, {"last": LAST_ZOOM})
    return found


def _ground(area: str | None) -> Box:
    live = Area.objects.live()
    some = selectors.roots() if area is None else live.filter(code=area)
    if not some.exists():
        if area is None:
            raise NotFound(_("There are no areas yet; import some first."))
        raise NotFound(_("There is no area %(code)s.") % {"code": area[:20]})
    west, south, east, north = selectors.extent(some)
    return west, south, east, north
