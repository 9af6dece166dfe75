"""A plan of the town of squares, and files of squares to upload into it."""

import io
import json
from typing import Any

import shapely
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.grid_editor.validations.conftest import api, plan

__all__ = ["api", "plan"]


def geojson(
    polygons: list[Any], rows: list[dict[str, Any]] | None = None, name: str = "grids.geojson"
) -> SimpleUploadedFile:
    rows = rows or [{"name": f"网格{n}"} for n in range(1, len(polygons) + 1)]
    features = [
        {
            "type": "Feature",
            "properties": row,
            "geometry": shape
            if shape is None or isinstance(shape, dict)
            else shapely.geometry.mapping(shape),
        }
        for row, shape in zip(rows, polygons, strict=True)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    return SimpleUploadedFile(name, text.encode())


def send(api: Any, plan: Any, file: Any, **fields: Any) -> Any:
    return api.post(f"/api/v1/plans/{plan.pk}/upload/", {"file": file, **fields}, format="multipart")


def zipped(members: dict[str, bytes], name: str = "grids.zip") -> SimpleUploadedFile:
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return SimpleUploadedFile(name, buffer.getvalue())
