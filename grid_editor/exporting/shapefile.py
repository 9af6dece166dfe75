"""A zipped Shapefile in UTF-8 or GBK, its .cpg saying which.

A .dbf holds a field's name in ten bytes: names are cut between characters and kept apart, and the Chinese titles
are of two characters, which fit in both encodings.
"""

import io
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas
import pyogrio
from pandas.api.types import is_string_dtype

from gis_core.shapefile import ENCODINGS, known, short_names, zip_into
from grid_editor.exporting.sheet import File, file_stem, frame_of
from grid_editor.models import Plan

SHORT = {"parent_code": "parent"}
CHINESE = {
    "code": "代码",
    "name": "名称",
    "kind": "类型",
    "parent_code": "上级",
    "area_m2": "面积",
    "households": "户数",
    "residents": "人数",
    "buildings": "楼数",
    "load": "负荷",
}


def write(plan: Plan, options: Mapping[str, str]) -> File:
    """`encoding`: utf-8 (default) or gbk; `titles`: en (default) or zh, the language of our field names."""
    encoding = ENCODINGS[options.get("encoding", "utf-8")]
    titles = CHINESE if options.get("titles") == "zh" else SHORT
    sheet = frame_of(plan)
    sheet = sheet.rename(columns=short_names([c for c in sheet.columns if c != "geometry"], titles, encoding))
    stem = file_stem(plan)
    with TemporaryDirectory(prefix="wangge-export-") as folder:
        pyogrio.write_dataframe(
            _writable(sheet, encoding),
            Path(folder) / f"{stem}.shp",
            encoding=encoding,
            geometry_type="Polygon",
        )
        return File(_zipped(sorted(Path(folder).iterdir())), "application/zip", "shp.zip")


def _writable(sheet: geopandas.GeoDataFrame, encoding: str) -> geopandas.GeoDataFrame:
    """With the characters that the encoding has."""

    def fitting(value: Any) -> Any:
        return known(value, encoding) if isinstance(value, str) else value

    for name in sheet.columns.drop("geometry"):
        if is_string_dtype(sheet[name]):
            sheet[name] = sheet[name].map(fitting)
    return sheet


def _zipped(paths: list[Path]) -> bytes:
    held = io.BytesIO()
    zip_into(held, paths)
    return held.getvalue()
