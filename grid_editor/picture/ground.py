"""What lies below the grids on a printed map: water, parks, streets and, near by, buildings."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import Polygon
from django.db.models import QuerySet

from gis_core.models import CANONICAL_SRID
from grid_editor.picture.frame import Frame
from layers.models import Building, Landuse, Road, Water

MOST_BUILDINGS = 4000
"""More than these in the picture are a grey veil, and a slow one."""

WIDTHS = {
    "expressway": 4.5,
    "arterial": 3.6,
    "secondary": 2.6,
    "local": 1.7,
    "lane": 0.9,
    "railway": 1.2,
}
"""Road class -> width in drawing units where the picture is near (see `roads_at`)."""

COARSE, FAR = 6.0, 14.0
"""Metres per unit from which lanes, then local roads, are left out."""


@dataclass(frozen=True)
class Street:
    """A stretch of road; EPSG:4490."""

    name: str
    road_class: str
    geom: shapely.Geometry


@dataclass(frozen=True)
class Ground:
    """Everything in EPSG:4490."""

    water: list[shapely.Geometry] = field(default_factory=list)
    green: list[shapely.Geometry] = field(default_factory=list)
    buildings: list[shapely.Geometry] = field(default_factory=list)
    streets: list[Street] = field(default_factory=list)


def below(frame: Frame) -> Ground:
    """The ground in the picture, as much as its scale can show."""
    box = Polygon.from_bbox(frame.bounds)
    box.srid = CANONICAL_SRID
    near = {"geom__bboverlaps": box}
    green = Landuse.objects.filter(kind__in=("park", "forest"), **near)
    houses = Building.objects.filter(**near)
    drawn = houses if houses[: MOST_BUILDINGS + 1].count() <= MOST_BUILDINGS else houses.none()
    return Ground(
        _shapes(Water.objects.filter(**near)), _shapes(green), _shapes(drawn), list(_streets(frame, near))
    )


def roads_at(metres_per_unit: float) -> list[str]:
    """The road classes that a picture of this scale shows."""
    hidden = {"lane"} if metres_per_unit > COARSE else set()
    hidden |= {"local"} if metres_per_unit > FAR else set()
    return [name for name in WIDTHS if name not in hidden]


def _streets(frame: Frame, near: dict[str, Polygon]) -> Iterable[Street]:
    rows = Road.objects.filter(road_class__in=roads_at(frame.metres_per_unit), **near)
    found = rows.annotate(wkb=AsWKB("geom")).values_list("name", "road_class", "wkb")
    for name, road_class, wkb in found:
        yield Street(name, road_class, shapely.from_wkb(bytes(wkb)))


def _shapes(rows: QuerySet) -> list[shapely.Geometry]:
    return [
        shapely.from_wkb(bytes(wkb)) for wkb in rows.annotate(wkb=AsWKB("geom")).values_list("wkb", flat=True)
    ]
