"""A plan as a file: GeoPackage, Shapefile, GeoJSON, a printed map; one module each, and the table of them here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from grid_editor.exporting import geojson, geopackage, pdf, shapefile
from grid_editor.exporting.sheet import File
from grid_editor.models import Plan

Options = Mapping[str, str]


@dataclass(frozen=True)
class Format:
    """How to write one format: `options` are the query parameters it understands, with what each may be."""

    write: Callable[[Plan, Options], File]
    options: Mapping[str, tuple[str, ...]]


FORMATS: dict[str, Format] = {
    "gpkg": Format(geopackage.write, {}),
    "shp": Format(shapefile.write, {"encoding": tuple(shapefile.ENCODINGS), "titles": ("en", "zh")}),
    "geojson": Format(geojson.write, {}),
    "pdf": Format(pdf.write, {"paper": tuple(pdf.PAPERS)}),
}
