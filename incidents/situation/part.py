"""The part of incidents in a situation: those open in the area, or near the place, for who may see them."""

from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Q
from pyproj import Geod

from gis_core import access
from incidents.models import Incident
from incidents.presenting import Reader
from incidents.selectors import visible
from layers.situation.parts import Part
from layers.situation.place import Place

LISTED = 100
NEAR_M = 1000.0
"""Incidents this near to a place are told, however small the radius asked for."""
LIGHTS = ("red", "yellow", "green")
GEOD = Geod(ellps="GRS80")


def part(user: Any, place: Place) -> Part:
    """Counts by light, and the open incidents: the latest of an area, the nearest to a place."""
    if not user.is_authenticated or not access.prefixes(user, "view_incident"):
        return Part(None)
    rows = visible(user).filter(_where(place), is_open=True)
    lights = dict.fromkeys(LIGHTS, 0)
    for light in rows.order_by().values_list("light", flat=True):
        lights[light] += 1
    reader = Reader(user)
    listed = [_entry(reader, incident, place) for incident in rows.order_by("-id")[:LISTED]]
    if place.code is None:
        listed.sort(key=lambda one: one["metres"])
    facts = {"open": sum(lights.values()), "lights": lights, "listed": listed}
    return Part(facts, [_feature(one) for one in listed])


def _where(place: Place) -> Q:
    if place.code is not None:
        return Q(area_code__startswith=place.code)
    reach = max(NEAR_M, place.radius_m) * place.stretch
    here: Point = place.on_tiles
    return Q(geom_3857__dwithin=(here, reach))


def _entry(reader: Reader, incident: Incident, place: Place) -> dict[str, Any]:
    shown = reader.properties(incident)
    names = ("number", "title", "item", "item_name", "state", "state_title", "light", "urgency", "lon", "lat")
    metres = GEOD.inv(place.lon, place.lat, incident.geom.x, incident.geom.y)[2]
    return {
        **{name: shown[name] for name in names},
        "reported_at": incident.reported_at,
        "due_at": incident.due_at,
        "metres": round(metres, 1),
    }


def _feature(entry: dict[str, Any]) -> dict[str, Any]:
    names = ("number", "item_name", "state_title", "light", "urgency")
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [entry["lon"], entry["lat"]]},
        "properties": {"part": "incident", **{name: entry[name] for name in names}},
    }
