"""The presets: S, a district; M, a city; L, the size of a province."""

import shapely

from data.sample import codes, kaifeng, provincial, skeleton, towns, water
from data.sample.division import Streets
from data.sample.generator import Plan

NAMES = ("S", "M", "L")


def plan_of(preset: str) -> Plan:
    """The plan of a preset. Raises ValueError for any other name."""
    plans = {"S": district, "M": city, "L": province}
    if preset not in plans:
        raise ValueError(f"unknown preset {preset!r}; allowed: {', '.join(NAMES)}")
    return plans[preset]()


def district() -> Plan:
    """Longting district: 14 towns, 177 villages, 500 grids."""
    bones = skeleton.longting()
    sites, streets = towns.sites(bones)
    return Plan(
        "S",
        sites,
        streets,
        bones.barriers,
        _water(bones),
        _moat(bones),
        500,
        330,
        [codes.under("410202", "town"), [codes.named("410202")]],
    )


def city() -> Plan:
    """Kaifeng: 9 counties, 124 towns, 2,528 villages, 5,811 grids."""
    bones = skeleton.longting()
    sites, streets = towns.sites(bones)
    others = kaifeng.counties(bones.outline)
    for county in others:
        streets.extend(county.streets)
    barriers = [*bones.barriers, *kaifeng.long_lines(bones.outline)]
    lakes = [*_water(bones), *(lake for county in others for lake in county.lakes)]
    return Plan(
        "M",
        [*sites, *(site for county in others for site in county.sites)],
        streets,
        barriers,
        lakes,
        _moat(bones),
        5811,
        550,
        [codes.under("4102", "town"), codes.under("4102", "county"), [codes.named("4102")]],
    )


def province() -> Plan:
    """15 cities with the make-up of Kaifeng and invented codes: 85,000 grids; buildings in the first city only."""
    counties, tiers = provincial.counties()
    streets = Streets()
    for county in counties:
        streets.extend(county.streets)
    return Plan(
        "L",
        [site for county in counties for site in county.sites],
        streets,
        [],
        [lake for county in counties for lake in county.lakes],
        [],
        85_000,
        550,
        tiers,
        built=5_600,
    )


def _water(bones: skeleton.Bones) -> list[skeleton.Lake]:
    return [*bones.lakes, *towns.river_reaches(bones.outline, [*bones.town_lines, *bones.barriers])]


def _moat(bones: skeleton.Bones) -> list[shapely.Geometry]:
    gates = [line for line in bones.town_lines if line.name in skeleton.WALL_GATES]
    return water.moat_around(skeleton.wall(), gates)
