"""Puts a situation together, for the reader: what is not theirs to see is not in it."""

from typing import Any

from gis_core import selectors
from gis_core.models import Area
from layers import registry
from layers.registry import Layer
from layers.situation import counting, drawing, help, parts, staff
from layers.situation.place import Place

FINE = ("village", "grid", "microgrid")
"""Tiers small enough for single marks; of larger areas only counts are told, help and what other apps add."""


def of_area(user: Any, area: Area) -> dict[str, Any]:
    """The situation of a live area."""
    spot = selectors.inner_point(area)
    place = Place(spot.x, spot.y, code=area.code)
    told = _told(user, place, marks=area.tier in FINE)
    return {
        "area": {"code": area.code, "name": area.name, "tier": area.tier, "lon": spot.x, "lat": spot.y}
    } | told


def around(user: Any, lon: float, lat: float, radius_m: float) -> dict[str, Any]:
    """The situation of a place (EPSG:4490): its grid, and what is within `radius_m` metres."""
    code = selectors.code_at(lon, lat, None)
    area = selectors.areas().defer("geom", "geom_3857").filter(code=code).first() if code else None
    place = Place(lon, lat, radius_m=radius_m, grid=code)
    told = _told(user, place, marks=True)
    return {"place": {"lon": lon, "lat": lat, "radius_m": radius_m}, "areas": _chain(area)} | told


def _chain(area: Area | None) -> list[dict[str, str]]:
    """The areas that hold the place, from the top down; none outside the district."""
    if area is None:
        return []
    return [
        {"code": one.code, "name": one.name, "tier": one.tier} for one in (*selectors.ancestors(area), area)
    ]


def _told(user: Any, place: Place, marks: bool) -> dict[str, Any]:
    layers = counting.layers_of(user)
    aid = help.nearest(user, place)
    added = parts.ask(user, place)
    counts = counting.count(user, layers, place)
    there = {one["layer"] for one in counts if one["count"]}
    features = _marks(user, [layer for layer in layers if layer.key in there], place) if marks else []
    features += [help.feature(found) for found in aid]
    features += [feature for part in added.values() for feature in part.features]
    return {
        "counts": counts,
        "people": counting.people(place, registry.find("buildings")),
        "staff": staff.staff(user, place),
        "help": [help.as_json(found, place) for found in aid],
        **{name: part.facts for name, part in added.items()},
        "features": {"type": "FeatureCollection", "features": features},
    }


def _marks(user: Any, layers: list[Layer], place: Place) -> list[dict[str, Any]]:
    drawn = drawing.features(user, layers, place)
    for feature in drawn:
        feature["properties"]["part"] = "row"
    return drawn
