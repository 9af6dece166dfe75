"""The table of formats."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from layers.exporting.gdal import geopackage, shapefile
from layers.exporting.parquet import geoparquet
from layers.exporting.sheet import Sheet
from layers.exporting.text import comma_separated, geojson


@dataclass(frozen=True)
class Format:
    """`encoded`: whether it may be in UTF-8 or GBK; the others are always UTF-8."""

    stream: Callable[[Sheet], Iterator[bytes]]
    media_type: str
    ending: str
    encoded: bool = False


FORMATS: dict[str, Format] = {
    "gpkg": Format(geopackage, "application/geopackage+sqlite3", "gpkg"),
    "shp": Format(shapefile, "application/zip", "shp.zip", encoded=True),
    "geojson": Format(geojson, "application/geo+json", "geojson"),
    "parquet": Format(geoparquet, "application/vnd.apache.parquet", "parquet"),
    "csv": Format(comma_separated, "text/csv", "csv", encoded=True),
}
