"""Put the rows of a table on the map by two columns: degrees, or metres of a Gauss-Krueger zone as surveyors list them.

Survey lists in China write X for north and Y for east, often with the zone's number before Y (38528121.94). Which
is which is told by the numbers: northings of China lie between 1.8 and 6.2 million, eastings within a zone below
one million.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import shapely
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gis_core import crs
from gis_core.importing.options import refuse
from gis_core.importing.reading import Row
from layers.importing.reasons import Unfit

# In order of preference; compared in lower case.
EAST = (
    "lon",
    "lng",
    "long",
    "longitude",
    "经度",
    "东经",
    "x",
    "x坐标",
    "横坐标",
    "东坐标",
    "easting",
    "y",
    "y坐标",
)
NORTH = ("lat", "latitude", "纬度", "北纬", "y", "y坐标", "纵坐标", "北坐标", "northing", "x", "x坐标")
NORTHINGS = (1.8e6, 6.2e6)
EASTINGS = (1e5, 9.2e5)
PREFIXED = (13e6, 46e6)
DMS = re.compile(
    r"^\s*(\d{1,3})\s*[°度]\s*(\d{1,2})\s*[′'分]\s*(\d{1,2}(?:\.\d+)?)?\s*[″\"秒]?\s*[NSEWnsew北南东西]?\s*$"
)
NO_PLACE = _lazy("%(east)s, %(north)s is no place: longitude -180 to 180, latitude -90 to 90")
NO_METRES = _lazy(
    "%(first)s, %(second)s are no coordinates in metres: north 1.8 to 6.2 million, east 0.1 to 0.92 million or with"
    " the zone before it"
)
SEVERAL_ZONES = _lazy("The eastings are of several zones: %s. Import one zone at a time.")


@dataclass(frozen=True)
class Columns:
    """Two columns with coordinates. `crs`: of what `point` answers. `survey`: metres, in whatever order."""

    east: str
    north: str
    crs: str
    survey: bool = False

    def point(self, row: Row) -> shapely.Point | None:
        """The row's point, None where both cells are empty. Raises Unfit."""
        texts = row.attributes[self.east], row.attributes[self.north]
        if all(text in (None, "") for text in texts):
            return None
        east, north = (number(text) for text in texts)
        if east is None or north is None:
            raise Unfit(
                _("coordinates %(east)r, %(north)r are no numbers") % {"east": texts[0], "north": texts[1]}
            )
        return _surveyed(east, north) if self.survey else _in_degrees(east, north)


def find(
    names: Sequence[str], rows: Sequence[Row], given_crs: str | None, zone_at: float | None
) -> Columns | None:
    """The coordinate columns of a table, by their names and by what is in them; None if there are none.

    `given_crs` as the user said it; `zone_at`: a longitude of the district, which tells the zone of eastings that
    do not. Raises ImportRefused for metres whose zone nobody tells.
    """
    pair = _named(names)
    if pair is None:
        return None
    columns = Columns(*pair, crs=given_crs or "EPSG:4490")
    numbers = [(number(row.attributes[pair[0]]), number(row.attributes[pair[1]])) for row in rows]
    filled = [(a, b) for a, b in numbers if a is not None and b is not None]
    metric = [(a, b) for a, b in filled if max(abs(a), abs(b)) > 400]
    if len(metric) * 2 <= len(filled):
        return columns
    return replace(
        columns, survey=True, crs=_without_zone(given_crs) if given_crs else _zone(metric, zone_at)
    )


def _named(names: Sequence[str]) -> tuple[str, str] | None:
    by_lower = {name.lower(): name for name in names}
    for east in EAST:
        for north in NORTH:
            if east in by_lower and north in by_lower and east != north:
                return by_lower[east], by_lower[north]
    return None


def number(text: Any) -> float | None:
    """Of a number or a text of one, also degrees, minutes and seconds; None for anything else."""
    if isinstance(text, int | float):
        return float(text)
    try:
        value = float(str(text).strip().replace(",", ""))
    except ValueError:
        parts = DMS.match(str(text))
        if parts is None:
            return None
        degrees, minutes, seconds = (float(part or 0) for part in parts.groups())
        value = degrees + minutes / 60 + seconds / 3600
    return value if abs(value) < 1e12 else None


def _in_degrees(east: float, north: float) -> shapely.Point:
    # In China longitudes are above 73 and latitudes below 54: the two cannot be taken for each other.
    if 3 < east < 54 and 73 < north < 136:
        east, north = north, east
    if not (-180 <= east <= 180 and -90 <= north <= 90) or (east, north) == (0, 0):
        raise Unfit(NO_PLACE % {"east": east, "north": north})
    return shapely.Point(east, north)


def _surveyed(first: float, second: float) -> shapely.Point:
    """East, north in metres, without the zone's number, whichever came first."""
    for east, north in ((first, second), (second, first)):
        if PREFIXED[0] <= east <= PREFIXED[1]:
            east %= 1e6
        if EASTINGS[0] <= east <= EASTINGS[1] and NORTHINGS[0] <= north <= NORTHINGS[1]:
            return shapely.Point(east, north)
    raise Unfit(NO_METRES % {"first": first, "second": second})


def _without_zone(given_crs: str) -> str:
    """The same projection with 500,000 as false easting: `_surveyed` has taken the zone's number off."""
    if given_crs.lower() in crs.OFFSET_SYSTEMS:
        raise refuse(_("The coordinates are metres; %s is degrees.") % given_crs)
    code = crs.named(given_crs).to_epsg() or 0
    if 4513 <= code <= 4533:  # CGCS2000, 3 degrees, zone before the easting
        return f"EPSG:{code + 21}"
    return f"EPSG:{code + 11}" if 4491 <= code <= 4501 else given_crs


def _zone(metric: list[tuple[float, float]], zone_at: float | None) -> str:
    """The EPSG code without the zone in the easting: CGCS2000, 3 degrees (4534-4554) or 6 degrees (4502-4512)."""
    zones = {int(value // 1e6) for pair in metric for value in pair if PREFIXED[0] <= value <= PREFIXED[1]}
    if len(zones) == 1:
        zone = zones.pop()
        return f"EPSG:{4534 + zone - 25 if zone >= 25 else 4502 + zone - 13}"
    if zones:
        raise refuse(SEVERAL_ZONES % ", ".join(map(str, sorted(zones))))
    if zone_at is None:
        raise refuse(
            _("The coordinates are metres without a zone. Say which with --crs, as EPSG:4547 (114 E).")
        )
    return f"EPSG:{crs.metric_crs((zone_at, 34.0, zone_at, 34.0)).to_epsg()}"
