"""A plan's grids as columns beside geometries: what every file format is written from.

Geometry stays bit for bit what the database holds (EPSG:4490, x = lon, y = lat).
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely
from django.contrib.gis.db.models.functions import AsWKB

from grid_editor import counting
from grid_editor.models import Plan

FIELDS = ("code", "name", "kind", "parent_code", "area_m2", "households", "residents", "buildings")
CRS = "EPSG:4490"


@dataclass(frozen=True)
class File:
    """What is sent: bytes, their media type, and the ending of the file's name."""

    content: bytes
    media_type: str
    ending: str


def frame_of(plan: Plan) -> geopandas.GeoDataFrame:
    """A row a grid, by code: FIELDS, `load`, and a column for every attribute that any grid carries."""
    counting.count_missing(plan)
    rows = list(plan.grids.annotate(wkb=AsWKB("geom")).order_by("code").values(*FIELDS, "attributes", "wkb"))
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in FIELDS}
    columns["load"] = [counting.load_of(row["households"], row["kind"]) for row in rows]
    columns["area_m2"] = [round(value, 2) for value in columns["area_m2"]]
    columns |= _attributes([row["attributes"] for row in rows])
    shapes = shapely.from_wkb(np.array([bytes(row["wkb"]) for row in rows], dtype=object))
    return geopandas.GeoDataFrame(pd.DataFrame(columns), geometry=shapes, crs=CRS)


def _attributes(given: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The grids' own attributes as columns of one type each; a name that is taken gets `attr_` before it."""
    names = sorted({key for attributes in given for key in attributes})
    taken = {*FIELDS, "load", "geometry", "fid"}
    return {
        f"attr_{name}" if name.lower() in taken else name: _column([one.get(name) for one in given])
        for name in names
    }


def _column(values: list[Any]) -> "pd.Series[Any]":
    there = [value for value in values if value is not None]
    if all(isinstance(value, int) and not isinstance(value, bool) for value in there):
        return pd.Series(values, dtype="Int64")
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in there):
        return pd.Series(values, dtype="Float64")
    texts = [value if value is None or isinstance(value, str) else _text(value) for value in values]
    return pd.Series(texts, dtype=object)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def file_stem(plan: Plan) -> str:
    """The file's name without its ending: the plan's name, without what file systems dislike."""
    return re.sub(r'[\\/:*?"<>|\s]+', "_", plan.name).strip("._")[:60] or f"plan_{plan.pk}"
