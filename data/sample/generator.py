"""Puts the sample city together: bones, division, coverage, water, blocks, buildings."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from data.sample import areas, blocks, buildings, coverage, households, roads, tables, water
from data.sample.city import City
from data.sample.codes import Named
from data.sample.division import RURAL, Division, Streets, TownSite, attach_lakes, divide_towns
from data.sample.frame import Geoms, Ground, Ints, array_of, segments, street_angle, to_metres
from data.sample.skeleton import Lake, Line
from data.sample.themes import housing, themes
from data.sample.themes.setting import Setting

Report = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """A preset's fixed part: towns' ground on the plan, what divides it, and how much goes in."""

    preset: str
    sites: list[TownSite]
    streets: Streets
    barriers: list[Line]
    lakes: list[Lake]
    moat: list[shapely.Geometry]
    grids: int
    village_households: int
    tiers: list[list[Named]]  # towns, ..., root
    built: int | None = None  # only the first so many grids get blocks and buildings; None: all


def generate_from(plan: Plan, seed: int, report: Report) -> City:
    """The whole city of a plan; `report` is told each step's name."""
    rng = np.random.default_rng([seed, 2])
    ground = Ground.from_seed(seed)
    prefix = f"sample-{plan.preset}"
    report("borders")
    division = divide_towns(plan.sites, plan.barriers, plan.grids, rng)
    division.streets.extend(plan.streets)
    network, faces, face_grid = _placed(plan, division, ground)
    special = areas.pick_special(division, rng)
    land, basins = np.split(
        faces[_first_face(network.leaf, len(division.polygons) + len(plan.lakes))], [len(division.polygons)]
    )
    grids = areas.grid_records(division, land, special, rng)
    area_table = areas.area_frame(grids, faces, face_grid, [division.villages, *plan.tiers])
    report("streets and water")
    border_roads = roads.border_roads(network, division.streets, ground, rng)
    canals = water.canals_along(division.streets, rng)
    water_table = water.water_layer(plan.lakes, basins, plan.moat, canals, division, ground, land, prefix)
    report("blocks")
    wet = to_metres(water_table.geometry.to_numpy())
    target = _targets(division, special, plan, rng)
    dry = _grid_land(division, land, special, target, ground, rng)
    dry = dry.first(plan.built)
    obstacles = np.concatenate([shapely.buffer(wet, 9.0), _street_ground(border_roads)])
    filled = blocks.fill(dry, obstacles, shapely.buffer(wet, 3.0), rng)
    report("buildings")
    footprints = buildings.build(filled, rng)
    shares = _households(footprints, filled, division, target)
    streets = roads.with_lanes(border_roads, tables.lanes(filled, rng), prefix)
    ground_use, houses = tables.ground_and_buildings(
        filled, footprints, shares, border_roads, grids, prefix, rng
    )
    houses = housing.with_housing(houses, seed)
    report("thematic layers")
    block = footprints.block
    area_names = dict(zip(area_table["code"], area_table["name"], strict=True))
    setting = Setting(prefix, seed, grids, area_names, houses, filled.grid[block], block, ground_use, streets)
    return City(plan.preset, seed, area_table, streets, water_table, ground_use, houses, *themes(setting))


def _placed(plan: Plan, division: Division, ground: Ground) -> tuple[coverage.Network, Geoms, Ints]:
    """The noded network, its faces in lon/lat, and each face's grid: a lake's is the grid it is attached to."""
    lakes = array_of([lake.polygon for lake in plan.lakes])
    network = coverage.node(np.concatenate([division.polygons, lakes]))
    host = np.concatenate([np.arange(len(division.polygons)), attach_lakes(division, plan.lakes)])
    return network, coverage.place_faces(network, ground), host[network.leaf]


def _first_face(leaf: Ints, count: int) -> Ints:
    order = np.argsort(leaf, kind="stable")
    return order[np.searchsorted(leaf[order], np.arange(count))]


def _targets(division: Division, special: np.ndarray, plan: Plan, rng: np.random.Generator) -> Ints:
    """Households wanted: per grid in town (0 in 专属 grids), per village in the country (on its first grid)."""
    rural = np.array([zone == RURAL for zone in division.zones])
    target = households.urban_target(len(division.polygons), rng)
    target[special | rural[division.village]] = 0
    first = np.searchsorted(division.village, np.flatnonzero(rural))
    first_codes: dict[str, str] = {}
    for village in division.villages:
        first_codes.setdefault(village.parent, village.code)
    market = np.array([v.code == first_codes[v.parent] for v in division.villages])[rural]
    wanted = plan.village_households * rng.lognormal(-0.1, 0.35, len(first)) * np.where(market, 2.2, 1.0)
    target[first] = wanted.astype(int) + 20
    return target


def _grid_land(
    division: Division,
    land: Geoms,
    special: np.ndarray,
    target: Ints,
    ground: Ground,
    rng: np.random.Generator,
) -> blocks.GridLand:
    centre = shapely.get_coordinates(shapely.centroid(division.polygons))
    angle = ground.turned(centre, street_angle(centre))
    zone = np.array([division.zones[v] for v in division.village], dtype=object)
    zone[special] = "special"
    outlines = _cores(division, target, ground, rng)
    return blocks.GridLand(to_metres(land), angle, zone, outlines[division.village])


def _cores(division: Division, target: Ints, ground: Ground, rng: np.random.Generator) -> Geoms:
    middle = ground.bend(division.cores)
    angle = ground.turned(division.cores, street_angle(division.cores))
    first = np.searchsorted(division.village, np.arange(len(division.villages)))
    return array_of(
        [
            blocks.core_outline(middle[i], float(angle[i]), float(target[first[i]]), rng)
            if zone == RURAL
            else None
            for i, zone in enumerate(division.zones)
        ]
    )


def _street_ground(border_roads: roads.gpd.GeoDataFrame) -> Geoms:
    main = border_roads[border_roads["road_class"].isin(list(blocks.CLEARANCE))]
    pieces, index = segments(to_metres(main.geometry.to_numpy()))
    width = main["road_class"].map(blocks.CLEARANCE).to_numpy()[index]
    return shapely.buffer(pieces, width, quad_segs=4)


def _households(
    footprints: buildings.Footprints, filled: blocks.Blocks, division: Division, target: Ints
) -> Ints:
    first = np.searchsorted(division.village, division.village)
    grid = filled.grid[footprints.block]
    rural = np.array([zone == RURAL for zone in division.zones])[division.village]
    group = np.where(rural[grid], first[grid], grid)
    return households.house(footprints, group, target)
