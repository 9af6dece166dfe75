"""A county in general: a seat with streets and a lake in it, rural towns around."""

from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
import shapely

from data.sample.codes import Named, is_urban
from data.sample.cutting import divide
from data.sample.division import INNER, NEW, RURAL, Streets, TownSite
from data.sample.frame import array_of, street_angle
from data.sample.skeleton import Lake, blob

SEAT_PER_VILLAGE = 0.75e6  # m2 of seat for each community in it


@dataclass
class County:
    """The towns of a county on the plan, with their border streets and lakes."""

    sites: list[TownSite] = field(default_factory=list)
    streets: Streets = field(default_factory=Streets)
    lakes: list[Lake] = field(default_factory=list)


def county(
    ground: shapely.Polygon,
    seat_at: tuple[float, float],
    towns: list[Named],
    villages: list[Named],
    key: int,
    reaches: list[Lake],
) -> County:
    """Cut a county's ground into its towns. `reaches` are the river inside it; `key` varies the shapes.

    The codes of 街道 make up the seat around `seat_at` (plan metres), the others the country around it.
    """
    own = {code: tuple(group) for code, group in groupby(villages, key=lambda v: v.parent)}
    made = County(lakes=list(reaches))
    made.streets.add(ground.boundary, "secondary")
    dry = max(
        shapely.get_parts(shapely.difference(ground, shapely.union_all([r.polygon for r in reaches]))),
        key=lambda p: p.area,
    )
    urban = [town for town in towns if is_urban(town.code)]
    rural = [town for town in towns if not is_urban(town.code)]
    seat, country = _seat_and_country(
        dry, seat_at, sum(len(own[t.code]) for t in urban) * SEAT_PER_VILLAGE, bool(rural), key
    )
    made.streets.add(seat.boundary, "arterial", "外环路")
    seat = _with_lake(seat, key, made)
    _add_towns(made, seat, urban, own, "arterial", key)
    if rural:
        _add_towns(made, country, rural, own, "secondary", key)
    return made


def _seat_and_country(
    ground: shapely.Polygon, at: tuple[float, float], area: float, has_country: bool, key: int
) -> tuple[shapely.Polygon, shapely.Polygon]:
    """The seat of about `area` m2 and the connected rest."""
    if not has_country:
        return ground, ground
    x, y = at[0] / 1000.0, at[1] / 1000.0
    low, high = 0.3, 30.0
    for _ in range(24):
        radius = (low + high) / 2
        small = shapely.intersection(ground, blob(x, y, radius, radius * 0.85, 0.3, key)).area < area
        low, high = (radius, high) if small else (low, radius)
    seat = _largest(shapely.intersection(ground, blob(x, y, low, low * 0.85, 0.3, key)))
    country = _largest(shapely.difference(ground, seat))
    return _largest(shapely.difference(ground, country)), country


def _largest(geom: shapely.Geometry) -> shapely.Polygon:
    return max((p for p in shapely.get_parts(geom) if p.geom_type == "Polygon"), key=lambda p: p.area)


def _with_lake(seat: shapely.Polygon, key: int, made: County) -> shapely.Polygon:
    """Dig a park lake a little off the middle of the seat."""
    size = np.sqrt(seat.area) / 1000.0
    middle = seat.representative_point()
    lake = blob(
        middle.x / 1000.0 + 0.03 * size,
        middle.y / 1000.0 + 0.05 * size,
        0.07 * size,
        0.05 * size,
        0.4,
        key + 50,
    )
    if not seat.buffer(-100.0).contains(lake):
        return seat
    made.lakes.append(Lake("人民公园湖", "lake", lake))
    made.streets.add(lake.boundary, "path", "环湖路")
    return seat.difference(lake)


def _add_towns(
    made: County,
    ground: shapely.Polygon,
    towns: list[Named],
    own: dict[str, tuple[Named, ...]],
    road_class: str,
    key: int,
) -> None:
    if not towns:
        return
    rng = np.random.default_rng([key, 11])
    loads = np.array([max(len(own[t.code]), 2.5) for t in towns])
    cut = divide(array_of([ground]), [loads], street_angle, rng, 0.1)
    for line in cut.cuts:
        made.streets.add(line, road_class)
    for i, (town, polygon) in enumerate(zip(towns, cut.polygons, strict=True)):
        zone = (INNER if i < (len(towns) + 1) // 2 else NEW) if road_class == "arterial" else RURAL
        made.sites.append(TownSite(town.code, zone, polygon, own[town.code]))
