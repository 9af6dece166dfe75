"""TileJSON 3.0 of one or several layers: where their tiles are, at which zooms, with which attributes."""

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language

from gis_core import errors
from gis_core.errors import WanggeError
from layers import registry
from layers.registry import Layer
from layers.surfaces.mvt import COUNTS

# TileJSON has these types only.
TYPES = {
    **dict.fromkeys(("text", "moment", "date"), "String"),
    **dict.fromkeys(("integer", "number"), "Number"),
    "flag": "Boolean",
}
WORLD = [-180.0, -85.0511, 180.0, 85.0511]


def tilejson_view(request: HttpRequest, keys: str) -> HttpResponse:
    """GET the TileJSON; 404 for a layer that is not there for this user."""
    try:
        layers = [registry.find_for(request.user, key) for key in keys.split(",")]
    except WanggeError as error:
        return errors.as_response(error)
    root = request.build_absolute_uri("/").rstrip("/")
    response = JsonResponse(tilejson(layers, root, language()), json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-cache"
    return response


def language() -> str:
    """The language of the running request as the titles know it: 'zh' or 'en'."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def tile_address(root: str, names: list[str]) -> str:
    """The address template of tiles with these source layers; `root` is the site's address without slash."""
    return f"{root}/tiles/{','.join(names)}/{{z}}/{{x}}/{{y}}.mvt"


def tilejson(layers: list[Layer], root: str, lang: str) -> dict[str, Any]:
    """The document for layers that are fetched in one tile."""
    return {
        "tilejson": "3.0.0",
        "name": ",".join(layer.key for layer in layers),
        "description": ", ".join(layer.title.of(lang) for layer in layers),
        "scheme": "xyz",
        "tiles": [tile_address(root, [layer.key for layer in layers])],
        "minzoom": min(layer.tile_zooms[0] for layer in layers),
        "maxzoom": max(layer.zooms[1] for layer in layers),
        "bounds": _union([bounds(layer) for layer in layers]),
        "vector_layers": [entry for layer in layers for entry in _vector_layers(layer, lang)],
    }


def _vector_layers(layer: Layer, lang: str) -> list[dict[str, Any]]:
    """The rows, and for small scales how many there are."""
    rows = {
        "id": layer.key,
        "description": layer.title.of(lang),
        "minzoom": layer.zooms[0],
        "maxzoom": layer.zooms[1],
        "fields": {f.name: TYPES[f.type] for f in layer.public_fields() if f.tile_zoom is not None},
    }
    if not layer.counted:
        return [rows]
    counts = {"minzoom": layer.tile_zooms[0], "maxzoom": layer.zooms[0] - 1, "fields": {"count": "Number"}}
    return [rows, {"id": layer.key + COUNTS, "description": layer.title.of(lang), **counts}]


def bounds(layer: Layer) -> list[float] | None:
    """West, south, east, north around at least everything in the layer's table; None where it is empty.

    Read from the root of the spatial index, which answers in no time at any size.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b) FROM ST_EstimatedExtent(%s, %s) AS b",
            [layer.table, layer.geom],
        )
        row = cursor.fetchone()
    return None if row is None or row[0] is None else list(row)


def _union(boxes: list[list[float] | None]) -> list[float]:
    known = [box for box in boxes if box is not None]
    if not known:
        return WORLD
    west, south, east, north = zip(*known, strict=True)
    return [min(west), min(south), max(east), max(north)]
