"""GeoParquet 1.1: WKB geometry, a row group for each portion. The format: geoparquet.org/releases/v1.1.0."""

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from layers.exporting.gdal import folder, sent
from layers.exporting.sheet import Portion, Sheet
from layers.exporting.text import plain

TYPES: dict[str, Any] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "flag": pa.bool_(),
    "date": pa.date32(),
    "moment": pa.timestamp("us", tz="UTC"),
}


def geoparquet(sheet: Sheet) -> Iterator[bytes]:
    schema = _schema(sheet)
    with folder() as place:
        path = place / f"{sheet.layer.key}.parquet"
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for portion in sheet.portions():
                writer.write_table(_table(sheet, portion, schema))
        yield from sent(path)


def _schema(sheet: Sheet) -> Any:
    columns = [(name, TYPES[one.type]) for name, one in zip(sheet.titles, sheet.fields, strict=True)]
    geometry = {
        "encoding": "WKB",
        "geometry_types": [sheet.geometry_type],
        "crs": pyproj.CRS.from_epsg(sheet.crs).to_json_dict(),
    }
    about = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": geometry}}
    return pa.schema([*columns, ("geometry", pa.binary())], metadata={"geo": json.dumps(about)})


def _table(sheet: Sheet, portion: Portion, schema: Any) -> Any:
    columns = [
        [_as_text(value) for value in values] if one.type == "text" else values
        for one, values in zip(sheet.fields, portion.columns, strict=True)
    ]
    arrays = [
        pa.array(values, type=schema.field(position).type)
        for position, values in enumerate([*columns, list(shapely.to_wkb(portion.shapes))])
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _as_text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else plain(value)
