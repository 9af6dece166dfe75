"""GeoJSON: lon, lat in EPSG:4490 with 8 decimals, which are exactly the stored coordinates."""

import json
from collections.abc import Mapping
from typing import Any

import shapely

from grid_editor.exporting.sheet import File, frame_of
from grid_editor.models import Plan

NAMED = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
"""Without this member readers take WGS 84 for granted; the order stays lon, lat, as everybody reads it."""


def write(plan: Plan, options: Mapping[str, str]) -> File:
    """A FeatureCollection named after the plan. A double's shortest text gives the same double back."""
    sheet = frame_of(plan)
    properties = sheet.drop(columns="geometry").astype(object)
    rows = properties.where(properties.notna(), None).to_dict("records")
    features = [_feature(row, geom) for row, geom in zip(rows, sheet.geometry.array, strict=True)]
    body = {"type": "FeatureCollection", "name": plan.name, "crs": NAMED, "features": features}
    return File(json.dumps(body, ensure_ascii=False).encode(), "application/geo+json", "geojson")


def _feature(properties: dict[str, Any], geom: shapely.Geometry) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(geom)}
