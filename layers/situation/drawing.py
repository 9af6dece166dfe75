"""The rows of a place as features for the map: points with their layer, their words and the colour of their class."""

from typing import Any

from layers.palette import THEMES, colour
from layers.registry import Layer
from layers.situation.place import Place

DRAWN = 300
"""Of one layer at most: beyond that single marks say nothing, and the layer itself can be shown."""


def features(user: Any, layers: list[Layer], place: Place) -> list[dict[str, Any]]:
    """GeoJSON Features of the layers of points, each with `layer`, `id`, `name`, `title` and `colour`."""
    points = [layer for layer in layers if layer.geometry_type == "point"]
    return [feature(layer, row) for layer in points for row in _rows(user, layer, place)]


def _rows(user: Any, layer: Layer, place: Place) -> list[dict[str, Any]]:
    return list(layer.queryset_for(user).filter(place.rows(layer)).values(*columns(layer))[:DRAWN])


def columns(layer: Layer) -> set[str]:
    """What `feature` needs of a row."""
    field = layer.style.field
    return {"pk", layer.id_field, "name", layer.geom} | ({field} if field else set())


def feature(layer: Layer, row: dict[str, Any]) -> dict[str, Any]:
    point = row[layer.geom]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [point.x, point.y]},
        "properties": {
            "layer": layer.key,
            "id": row[layer.id_field],
            "name": row["name"],
            **_class(layer, row.get(layer.style.field or "")),
        },
    }


def _class(layer: Layer, value: Any) -> dict[str, Any]:
    """Title and colours of the class that a value of the style's field falls into."""
    found = next((cls for cls in layer.style.classes if value in cls.values), layer.style.classes[0])
    return {
        "title": {"zh": found.title.zh, "en": found.title.en},
        "colour": {theme: colour(found.symbols[0].colour, theme) for theme in THEMES},
    }
