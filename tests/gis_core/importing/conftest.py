"""Small files to import, built by name."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.utils import translation
from pyogrio import raw

from gis_core.importing import ImportRefused, Options, Report, import_areas
from gis_core.models import Area

WEST, SOUTH = 114.3, 34.8
SIDE = 0.01
"""About a kilometre."""
VILLAGE = "410202001001"
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"

Ring = list[tuple[float, float]]
Write = Callable[..., Path]


def square(column: float, row: float, width: float = 1, height: float = 1) -> shapely.Polygon:
    """A block of the town: columns to the east, rows to the north, in steps of SIDE."""
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    return shapely.box(west, south, west + width * SIDE, south + height * SIDE)


def row_of(count: int) -> list[shapely.Polygon]:
    """Squares from west to east."""
    return [square(column, 0) for column in range(count)]


def code_of(number: int) -> str:
    return f"{VILLAGE}{number:03d}"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """The messages are compared in the language they are written in."""
    with translation.override("en"):
        yield


@pytest.fixture
def geojson(tmp_path: Path) -> Write:
    """Write polygons as GeoJSON: fields `code` and `name` unless properties are given."""

    def write(
        polygons: list[Any], properties: list[dict[str, Any]] | None = None, name: str = "grids"
    ) -> Path:
        rows = properties or [{"code": code_of(n), "name": f"网格{n}"} for n in range(1, len(polygons) + 1)]
        shapes = [p if isinstance(p, dict) or p is None else shapely.geometry.mapping(p) for p in polygons]
        features = [
            {"type": "Feature", "properties": row, "geometry": shape}
            for row, shape in zip(rows, shapes, strict=True)
        ]
        path = tmp_path / f"{name}.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        return path

    return write


@pytest.fixture
def shapefile(tmp_path: Path) -> Write:
    """Write polygons with their names as a Shapefile in an encoding, without a .cpg."""

    def write(
        polygons: list[Any], names: list[str], encoding: str = "GBK", crs: str | None = "EPSG:4490"
    ) -> Path:
        path = tmp_path / "grids.shp"
        codes = [code_of(n) for n in range(1, len(names) + 1)]
        raw.write(
            path,
            geometry=shapely.to_wkb(np.array(polygons)),
            field_data=[np.array(codes, object), np.array(names, object)],
            fields=["code", "名称"],
            geometry_type="Polygon",
            crs="EPSG:4490",
            encoding=encoding,
        )
        path.with_suffix(".cpg").unlink(missing_ok=True)
        return path

    return write


def imported(path: Path, **given: Any) -> Report:
    """Import grids under VILLAGE by their field `code`, unless told otherwise."""
    wanted: dict[str, Any] = {"tier": "grid", "under": VILLAGE, "name": "某村", "code_field": "code", **given}
    return import_areas(Options(path=path, **wanted))


def refusal(path: Path, **given: Any) -> ImportRefused:
    """The refusal of an import, having made sure that nothing was written."""
    before = Area.objects.count()
    with pytest.raises(ImportRefused) as caught:
        imported(path, **given)
    assert Area.objects.count() == before
    return caught.value


def defects_in_database(code: str = VILLAGE) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, codes FROM coverage_defects(%s)", [code])
        return list(cursor.fetchall())


def shape(code: str) -> shapely.Geometry:
    """The live polygon of a code."""
    return shapely.from_wkb(bytes(Area.objects.live().get(code=code).geom.wkb))
