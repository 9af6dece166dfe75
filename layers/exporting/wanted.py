"""The parameters of an export, read strictly into what is to be written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from gis_core import masking
from gis_core.api import filters
from gis_core.crs import STORED
from gis_core.shapefile import ENCODINGS
from layers import registry
from layers.exporting.formats import FORMATS, Format
from layers.exporting.sheet import Sheet
from layers.surfaces import rest_query

OWN = ("format", "crs", "encoding", "titles", "purpose")
PAGING = ("limit", "cursor")
SYSTEMS = (STORED, 4326, 3857, *range(4491, 4555))
"""CGCS2000, WGS 84, Web Mercator, and the Gauss-Krueger zones of CGCS2000 (EPSG:4491-4554)."""


@dataclass(frozen=True)
class Wanted:
    """A format and what goes into it."""

    format: Format
    sheet: Sheet

    @property
    def file_name(self) -> str:
        return f"{self.sheet.layer.key}.{self.format.ending}"

    def heard_by(self, told: Callable[[int], None]) -> "Wanted":
        return replace(self, sheet=replace(self.sheet, told=told))


def read(user: Any, key: str, parameters: Mapping[str, str]) -> Wanted:
    """Rows and columns are those that the user may see. Raises NotFound, or WanggeError naming the parameter."""
    layer = registry.find_for(user, key)
    form = FORMATS[_one_of("format", parameters.get("format", ""), tuple(FORMATS))]
    choosing = {name: value for name, value in parameters.items() if name not in OWN}
    for name in PAGING:
        if name in choosing:
            raise filters.bad(name, choosing[name], _("a file holds all rows; choose with area or bbox"))
    sheet = Sheet(
        layer=layer,
        rows=rest_query.chosen(layer, layer.queryset_for(user), choosing),
        inner=registry.internal_prefixes(user, layer),
        purpose=masking.checked(parameters.get("purpose", "")),
        crs=_system(parameters.get("crs", str(STORED))),
        encoding=_encoding(form, parameters),
        lang=_one_of("titles", parameters.get("titles", ""), ("", "zh", "en")),
    )
    return Wanted(form, sheet)


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise filters.bad(name, value[:40], ", ".join(filter(None, allowed)))
    return value


def _system(text: str) -> int:
    number = text.upper().removeprefix("EPSG:")
    if not (number.isascii() and number.isdigit() and len(number) < 6 and int(number) in SYSTEMS):
        raise filters.bad("crs", text[:40], "EPSG:4490, 4326, 3857, 4491-4554")
    return int(number)


def _encoding(form: Format, parameters: Mapping[str, str]) -> str:
    given = parameters.get("encoding", "utf-8").lower()
    return _one_of("encoding", given, tuple(ENCODINGS) if form.encoded else ("utf-8",))
