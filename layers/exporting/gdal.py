"""GeoPackage and Shapefile, written by GDAL (pyogrio) in portions into a temporary file, which is then sent."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely
from django.conf import settings

from gis_core.shapefile import ENCODINGS, known, short_names, zip_into
from layers.exporting.sheet import Portion, Sheet
from layers.exporting.text import plain
from layers.registry import Field

SENT = 256 * 1024
"""Bytes sent at a time."""
UTC = 100
"""GDAL's number for a time zone flag of UTC."""
NUMBERS: dict[str, type] = {"integer": np.int64, "number": np.float64, "flag": np.bool_}


def geopackage(sheet: Sheet) -> Iterator[bytes]:
    """One table, named as the layer."""
    with folder() as place:
        path = place / f"{sheet.layer.key}.gpkg"
        _write(sheet, path, "GPKG", sheet.titles, sheet.geometry_type, "UTF-8")
        yield from sent(path)


def shapefile(sheet: Sheet) -> Iterator[bytes]:
    """A zip of .shp, .shx, .dbf, .prj and .cpg. Times are ISO text: a .dbf has days only."""
    encoding = ENCODINGS[sheet.encoding]
    names = short_names(sheet.titles, {}, encoding)
    kind = (
        sheet.geometry_type
        if sheet.geometry_type == "MultiPoint"
        else sheet.geometry_type.removeprefix("Multi")
    )
    with folder() as place:
        files = place / "files"
        files.mkdir()
        _write(
            sheet, files / f"{sheet.layer.key}.shp", "ESRI Shapefile", list(names.values()), kind, encoding
        )
        zip_into(place / "all.zip", sorted(files.iterdir()))
        yield from sent(place / "all.zip")


def folder() -> "_Folder":
    """A temporary folder beside the kept files: /tmp may be small."""
    parent = Path(settings.EXPORT_DIR)
    parent.mkdir(parents=True, exist_ok=True)
    return _Folder(prefix="making-", dir=parent)


class _Folder(tempfile.TemporaryDirectory[str]):
    def __enter__(self) -> Path:  # type: ignore[override]
        return Path(super().__enter__())


def sent(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(SENT):
            yield chunk


def _write(sheet: Sheet, path: Path, driver: str, names: list[str], kind: str, encoding: str) -> None:
    days = driver == "ESRI Shapefile"
    zones = {
        name: UTC for name, one in zip(names, sheet.fields, strict=True) if one.type == "moment" and not days
    }
    for number, portion in enumerate(sheet.portions()):
        columns = [
            _column(one, values, days, encoding)
            for one, values in zip(sheet.fields, portion.columns, strict=True)
        ]
        pyogrio.raw.write(
            path,
            geometry=_wkb(portion),
            field_data=[values for values, _ in columns],
            field_mask=[mask for _, mask in columns],
            fields=names,
            layer=sheet.layer.key if driver == "GPKG" else None,
            driver=driver,
            crs=f"EPSG:{sheet.crs}",
            geometry_type=kind,
            promote_to_multi=False,
            encoding=encoding,
            append=number > 0,
            gdal_tz_offsets={name: np.full(portion.size, zone) for name, zone in zones.items()},
        )


def _wkb(portion: Portion) -> Any:
    return shapely.to_wkb(np.asarray(portion.shapes, dtype=object))


def _column(one: Field, values: list[Any], days_only: bool, encoding: str) -> tuple[Any, Any]:
    """The values of a field as GDAL takes them, and where they are null."""
    mask = np.array([value is None for value in values], dtype=bool)
    if one.type in NUMBERS:
        return np.array([0 if value is None else value for value in values], dtype=NUMBERS[one.type]), mask
    if one.type == "date":
        return np.array(values, dtype="datetime64[D]"), mask
    if one.type == "moment" and not days_only:
        naive = [value and value.replace(tzinfo=None) for value in values]  # the ORM gives UTC
        return np.array(naive, dtype="datetime64[ms]"), mask
    texts = [None if value is None else known(_text(value), encoding) for value in values]
    return np.array(texts, dtype=object), mask


def _text(value: Any) -> str:
    return value if isinstance(value, str) else plain(value)
