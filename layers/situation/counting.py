"""How many rows of each layer a place has, and how many people live there: one question to the database each."""

from typing import Any

from django.db.models import Count, Sum, Value

from layers import registry
from layers.models import Building
from layers.registry import Layer
from layers.situation.place import Place
from layers.tagging import is_tagged

PEOPLE = ("households", "residents", "residents_60_79", "residents_80_up")


def layers_of(user: Any) -> list[Layer]:
    """The layers that the user may see and whose rows know where they lie."""
    return [layer for layer in registry.visible_to(user) if is_tagged(layer)]


def count(user: Any, layers: list[Layer], place: Place) -> list[dict[str, Any]]:
    """An entry for each layer, in the order of the layers, with its titles and its number of rows."""
    each = [_counted(user, layer, place) for layer in layers]
    rows = each[0].union(*each[1:], all=True) if each else []
    found = {row["layer"]: row["n"] for row in rows}
    return [
        {
            "layer": layer.key,
            "title": {"zh": layer.title.zh, "en": layer.title.en},
            "group": {"zh": layer.group.zh, "en": layer.group.en},
            "geometry_type": layer.geometry_type,
            "count": found.get(layer.key, 0),
        }
        for layer in layers
    ]


def _counted(user: Any, layer: Layer, place: Place) -> Any:
    rows = layer.queryset_for(user).filter(place.rows(layer)).order_by()
    return rows.annotate(layer=Value(layer.key)).values("layer").annotate(n=Count("pk"))


def people(place: Place, buildings: Layer) -> dict[str, int]:
    """Counts of dwellings, households and residents; never of one house, so they are public."""
    rows = Building.objects.filter(place.rows(buildings), is_housing=True)
    found = rows.aggregate(buildings=Count("pk"), **{name: Sum(name) for name in PEOPLE})
    return {name: value or 0 for name, value in found.items()}
