"""GetFeature as files: a GeoPackage, or a zipped Shapefile in UTF-8 or GBK. Coordinates are x, y in both.

Written by GDAL (pyogrio) in portions into a temporary file, which is sent and then forgotten. Without COUNT it holds
all that matches. FORMAT_OPTIONS=CHARSET:GBK chooses the encoding, as with GeoServer.
"""

import math
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any, ClassVar

import numpy as np
import pyogrio.raw
import shapely
from django.contrib.gis.db.models.functions import AsWKB, Transform
from django.http import HttpRequest
from gisserver.exceptions import InvalidParameterValue
from gisserver.output import CollectionOutputRenderer
from gisserver.types import XsdTypes

from gis_core.crs import STORED
from gis_core.shapefile import known, short_names, zip_into

PORTION = 5000
CHUNK = 256 * 1024
ENCODINGS = {"UTF-8": "UTF-8", "GBK": "GBK"}
GEOMETRY = {"POINT": "Point", "LINESTRING": "LineString", "POLYGON": "Polygon"}
NUMBERS = {XsdTypes.integer: np.int64, XsdTypes.double: np.float64, XsdTypes.decimal: np.float64}


class FileRenderer(CollectionOutputRenderer):
    """`driver` and `suffix` are GDAL's; a subclass says what is sent of the folder it was written into."""

    driver: ClassVar[str]
    suffix: ClassVar[str]
    max_page_size = math.inf
    encoding = "UTF-8"

    def decorate_queryset(self, projection: Any, queryset: Any) -> Any:
        rows = super().decorate_queryset(projection, queryset)
        column = projection.main_geometry_element.orm_path
        srid = projection.output_crs.srid
        # Of the renderer's names for geometry, which a count leaves out.
        return rows.defer(column).annotate(
            _as_wkb=AsWKB(column if srid == STORED else Transform(column, srid))
        )

    def render_stream(self) -> Iterator[bytes]:
        with tempfile.TemporaryDirectory(prefix="wangge-wfs-") as folder:
            for part in self.collection.results:
                self._write(part, Path(folder))
            with self.packed(Path(folder)) as file:
                while chunk := file.read(CHUNK):
                    yield chunk

    def packed(self, folder: Path) -> IO[bytes]:
        """What is sent of what was written, open for reading."""
        raise NotImplementedError

    def _write(self, part: Any, folder: Path) -> None:
        name = part.feature_types[0].name
        elements = [e for e in part.projection.xsd_root_elements if not e.type.is_geometry]
        names = self.field_names([e.name for e in elements])
        rows, first = iter(self.read_features(part)), True
        while (portion := list(islice(rows, PORTION))) or first:
            columns = [_column(element, portion) for element in elements]
            shapes = shapely.from_wkb([bytes(row._as_wkb) for row in portion])
            pyogrio.raw.write(
                folder / f"{self.file_stem(name)}.{self.suffix}",
                geometry=shapely.to_wkb(np.asarray(shapes, dtype=object)),
                field_data=[self.written(values) for values, _mask in columns],
                field_mask=[mask for _values, mask in columns],
                fields=names,
                layer=name,
                driver=self.driver,
                crs=f"EPSG:{part.projection.output_crs.srid}",
                geometry_type=self.geometry_type(part),
                promote_to_multi=False,
                encoding=self.encoding,
                append=not first,
            )
            first = False

    def geometry_type(self, part: Any) -> str:
        return (
            str(part.projection.main_geometry_element.source.geom_type.title().replace("string", "String"))
            .replace("Multip", "MultiP")
            .replace("Multil", "MultiL")
        )

    def field_names(self, names: list[str]) -> list[str]:
        return names

    def file_stem(self, name: str) -> str:
        return name

    def written(self, values: Any) -> Any:
        return values


class GeoPackage(FileRenderer):
    """One file, a table for each feature type."""

    driver, suffix = "GPKG", "gpkg"
    content_type = "application/geopackage+sqlite3"
    content_disposition = 'attachment; filename="{typenames}.gpkg"'

    def file_stem(self, name: str) -> str:
        return "wfs"

    def packed(self, folder: Path) -> IO[bytes]:
        return (folder / "wfs.gpkg").open("rb")


class ShapeZip(FileRenderer):
    """A zip of a .shp, .shx, .dbf, .prj and .cpg for each feature type."""

    driver, suffix = "ESRI Shapefile", "shp"
    content_type = "application/zip"
    content_disposition = 'attachment; filename="{typenames}.zip"'

    def __init__(self, operation: Any, collection: Any) -> None:
        super().__init__(operation, collection)
        self.encoding = charset(operation.view.request)

    def geometry_type(self, part: Any) -> str:
        # A Shapefile has no multi types but for points.
        found = super().geometry_type(part)
        return found if found == "MultiPoint" else found.removeprefix("Multi")

    def field_names(self, names: list[str]) -> list[str]:
        """Cut to the ten bytes of a .dbf, and kept apart."""
        return list(short_names(names, {}, self.encoding).values())

    def written(self, values: Any) -> Any:
        """Characters that the encoding lacks become question marks; GDAL would drop the whole value."""
        if values.dtype != object:
            return values
        fitting = [v if v is None else known(v, self.encoding) for v in values]
        return np.array(fitting, dtype=object)

    def packed(self, folder: Path) -> IO[bytes]:
        path = folder / "wfs.zip"
        parts = sorted(folder.iterdir())
        zip_into(path, parts)
        return path.open("rb")


def charset(request: HttpRequest) -> str:
    """The encoding that FORMAT_OPTIONS asks for. Raises InvalidParameterValue, saying what there is."""
    given = next((str(v) for key, v in request.GET.items() if key.lower() == "format_options"), "")
    options = dict(pair.upper().partition(":")[::2] for pair in given.split(";") if pair)
    wanted = options.get("CHARSET", "UTF-8")
    if wanted not in ENCODINGS:
        text = f"CHARSET is one of {', '.join(ENCODINGS)}, not '{wanted[:20]}'."
        raise InvalidParameterValue(text, locator="format_options")
    return ENCODINGS[wanted]


def _column(element: Any, rows: list[Any]) -> tuple[Any, Any]:
    """The values of a field and where they are null."""
    values = [element.get_value(row) for row in rows]
    mask = np.array([value is None for value in values], dtype=bool)
    kind = NUMBERS.get(element.type)
    if kind is not None:
        return np.array([0 if value is None else value for value in values], dtype=kind), mask
    if element.type is XsdTypes.boolean:
        return np.array([bool(value) for value in values], dtype=bool), mask
    return np.array([None if value is None else str(value) for value in values], dtype=object), mask
