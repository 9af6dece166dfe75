"""GeoJSON and CSV: text that is sent while it is read."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import shapely

from gis_core.shapefile import ENCODINGS
from layers.exporting.sheet import Portion, Sheet

WGS84 = 4326
FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d. -]*\Z)")
"""What a spreadsheet would take for a formula at the start of a text; a signed number or telephone number is none."""


def geojson(sheet: Sheet) -> Iterator[bytes]:
    """A FeatureCollection, lon, lat; other systems than WGS 84 are named in `crs`, as GDAL and QGIS read it."""
    urn = "urn:ogc:def:crs:OGC:1.3:CRS84" if sheet.crs == WGS84 else f"urn:ogc:def:crs:EPSG::{sheet.crs}"
    crs = json.dumps({"type": "name", "properties": {"name": urn}})
    yield f'{{"type":"FeatureCollection","name":"{sheet.layer.key}","crs":{crs},"features":[\n'.encode()
    before = ""
    for portion in sheet.portions():
        if portion.size:
            yield (before + ",\n".join(_features(sheet, portion))).encode()
            before = ",\n"
    yield b"\n]}\n"


def _features(sheet: Sheet, portion: Portion) -> Iterator[str]:
    position = [one.name for one in sheet.fields].index(sheet.layer.id_field)
    for shape, row in zip(
        shapely.to_geojson(portion.shapes), zip(*portion.columns, strict=True), strict=True
    ):
        properties = json.dumps(dict(zip(sheet.titles, row, strict=True)), ensure_ascii=False, default=plain)
        yield (
            f'{{"type":"Feature","id":{json.dumps(row[position])},"geometry":{shape or "null"},'
            f'"properties":{properties}}}'
        )


def comma_separated(sheet: Sheet) -> Iterator[bytes]:
    """A header and a line a row; points as lon and lat (x and y in metres), other geometry as WKT in `geometry`.

    UTF-8 begins with the mark by which Excel knows it.
    """
    encoding = {"UTF-8": "utf-8"}.get(ENCODINGS[sheet.encoding], "gbk")
    points = sheet.geometry_type == "Point"
    names = (("lon", "lat") if _in_degrees(sheet.crs) else ("x", "y")) if points else ("geometry",)
    yield ("\ufeff" if encoding == "utf-8" else "").encode(encoding) + _lines(
        [[*sheet.titles, *names]], encoding
    )
    for portion in sheet.portions():
        places = _places(portion.shapes) if points else _wkt(portion.shapes)
        rows = zip(*portion.columns, strict=True)
        cells = ([*map(_cell, row), *place] for row, place in zip(rows, places, strict=True))
        yield _lines(cells, encoding)


def _in_degrees(crs: int) -> bool:
    return crs in (4490, WGS84)


def _places(shapes: Any) -> list[tuple[Any, ...]]:
    return [("", "") if shape is None else (shape.x, shape.y) for shape in shapes]


def _wkt(shapes: Any) -> list[tuple[Any, ...]]:
    texts = shapely.to_wkt(np.asarray(shapes, dtype=object), rounding_precision=8)
    return [(text or "",) for text in texts]


def _lines(rows: Any, encoding: str) -> bytes:
    held = io.StringIO()
    csv.writer(held).writerows(rows)
    return held.getvalue().encode(encoding, "replace")


def _cell(value: Any) -> Any:
    """An apostrophe keeps a spreadsheet from running what somebody typed into a name."""
    text = value if isinstance(value, str) else None
    if text is not None:
        return f"'{text}" if FORMULA.match(text) else text
    return value if value is None or isinstance(value, int | float) else plain(value)


def plain(value: Any) -> str:
    """Times and dates as ISO 8601, lists and objects as JSON, all else as it reads."""
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
