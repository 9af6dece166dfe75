"""GeoPackage with one layer, `grids`: doubles as they are stored, names in any script."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pyogrio

from grid_editor.exporting.sheet import File, frame_of
from grid_editor.models import Plan


def write(plan: Plan, options: Mapping[str, str]) -> File:
    with TemporaryDirectory(prefix="wangge-export-") as folder:
        path = Path(folder) / "grids.gpkg"
        pyogrio.write_dataframe(
            frame_of(plan), path, layer="grids", driver="GPKG", geometry_type="MultiPolygon"
        )
        return File(path.read_bytes(), "application/geopackage+sqlite3", "gpkg")
