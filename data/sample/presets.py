"""The presets: S, a district; M, a city; L, the size of a province."""

from data.sample import codes, skeleton, towns, water
from data.sample.generator import Plan

NAMES = ("S", "M", "L")


def plan_of(preset: str) -> Plan:
    """The plan of a preset. Raises ValueError for any other name."""
    if preset == "S":
        return district()
    raise ValueError(f"unknown preset {preset!r}; allowed: {', '.join(NAMES)}")


def district() -> Plan:
    """Longting district: 14 towns, 177 villages, 500 grids."""
    bones = skeleton.longting()
    sites, streets = towns.sites(bones)
    gates = [line for line in bones.town_lines if line.name in skeleton.WALL_GATES]
    return Plan("S", sites, streets, bones.barriers, [*bones.lakes, *towns.river_reaches(bones)], water.moat_around(skeleton.wall(), gates),
                500, 330, [codes.under("410202", "town"), [codes.named("410202")]])
