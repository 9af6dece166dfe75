"""The nearest help around a place: candidates by straight line from the index, then by way along the streets."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.contrib.gis.db.models import PointField
from django.db.models import F, FloatField, Func, Value
from pyproj import Geod

from layers import registry
from layers.registry import Layer
from layers.situation import drawing, sight, streets
from layers.situation.kinds import KINDS, Kind
from layers.situation.place import Place

CANDIDATES = 4
"""How many more than wanted are looked at by street: the nearest as the crow flies is not always the nearest."""
GEOD = Geod(ellps="GRS80")


@dataclass
class Found:
    """One row that may help. `along` says how `metres` was measured: by `street`, or `straight`."""

    kind: Kind
    layer: Layer
    row: dict[str, Any]
    metres: float
    along: str = "straight"

    @property
    def lon_lat(self) -> tuple[float, float]:
        point = self.row[self.layer.geom]
        return point.x, point.y


def nearest(user: Any, place: Place) -> list[Found]:
    """The nearest of each kind that the user may see, kind by kind: several of each around a point, by street where
    there is one; around an area one of each that areas are told, straight from the point within it."""
    around = place.code is None
    kinds = [kind for kind in KINDS if around or kind.for_areas]
    groups = [_candidates(user, kind, place, kind.many + CANDIDATES if around else 1) for kind in kinds]
    _measure(place, [found for group in groups for found in group], by_street=around)
    return [
        found
        for kind, group in zip(kinds, groups, strict=True)
        for found in sorted(filter(_reaches, group), key=lambda one: one.metres)[: kind.many]
    ]


def _reaches(found: Found) -> bool:
    return found.kind.reach_m is None or found.metres <= found.kind.reach_m


def _candidates(user: Any, kind: Kind, place: Place, wanted: int) -> list[Found]:
    layer = registry.lookup(kind.layer)
    if layer is None or not registry.may_see(user, layer):
        return []
    rows = layer.queryset_for(user).filter(**kind.rows).exclude(**kind.without)
    here = Value(place.on_tiles, output_field=PointField(srid=3857))
    far = Func(
        F(layer.tile_geom), here, template="%(expressions)s", arg_joiner=" <-> ", output_field=FloatField()
    )
    names = drawing.columns(layer) | set(kind.tells)
    return [Found(kind, layer, row, 0.0) for row in rows.order_by(far).values(*names)[:wanted]]


def _measure(place: Place, everything: list[Found], by_street: bool) -> None:
    """Gives every candidate its way: straight, or with `by_street` along streets where both ends are near one.
    To read the streets around would more than double the time of an area's answer."""
    if not everything:
        return
    spots = np.array([found.lon_lat for found in everything])
    straight = GEOD.inv(
        np.full(len(spots), place.lon), np.full(len(spots), place.lat), spots[:, 0], spots[:, 1]
    )[2]
    ways = streets.ways(place.lon, place.lat, spots) if by_street else np.full(len(spots), np.inf)
    for found, line, way in zip(everything, straight, ways, strict=True):
        known = found.kind.reach_m is None and bool(np.isfinite(way))
        found.metres = round(float(way if known else line), 1)
        found.along = "street" if known else "straight"


def as_json(found: Found, place: Place) -> dict[str, Any]:
    """`sees`, of a camera alone: whether its angle takes in the place; None for one that turns, or says no angle."""
    lon, lat = found.lon_lat
    sees = {"sees": sight.sees(found.row, (lon, lat), (place.lon, place.lat))} if found.kind.reach_m else {}
    return {
        "kind": found.kind.key,
        "title": {"zh": found.kind.title.zh, "en": found.kind.title.en},
        "layer": found.layer.key,
        "id": found.row[found.layer.id_field],
        "name": found.row["name"],
        "metres": found.metres,
        "along": found.along,
        "lon": lon,
        "lat": lat,
        "tells": {name: found.row[name] for name in _told(found)},
        **sees,
    }


def _told(found: Found) -> list[str]:
    """Never an internal field, whatever a kind asks for."""
    public = {field.name for field in found.layer.public_fields()}
    return [name for name in found.kind.tells if name in public]


def feature(found: Found) -> dict[str, Any]:
    """As `drawing.feature`, marked as help, with its distance."""
    drawn = drawing.feature(found.layer, found.row)
    drawn["properties"] |= {
        "part": "help",
        "kind": found.kind.key,
        "metres": found.metres,
        "along": found.along,
    }
    return drawn
