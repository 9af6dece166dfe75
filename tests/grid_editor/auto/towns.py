"""Villages to draw grids in: tiny ones by name, random street nets, the sample city and real streets."""

from functools import lru_cache
from pathlib import Path
from random import Random

import geopandas as gpd
import numpy as np
import shapely

from gis_core.crs import canonical
from grid_editor.auto import estimate
from grid_editor.auto.inputs import Ground, Homes
from tests.shapes import VILLAGE, place, polygon

HAIDIAN = Path("/work/shared/data/haidian_osm")


def many(geoms) -> np.ndarray:
    out = np.empty(len(geoms), dtype=object)
    out[:] = list(geoms)
    return out


def street(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([place(*point) for point in points])


def house(x: float, y: float, size: float = 0.02) -> shapely.Polygon:
    half = size / 2
    return polygon(
        (x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)
    ).geoms[0]


def town(columns: int, rows: int, households: int = 100, **more) -> Ground:
    """A rectangle of unit squares between local streets, one house of so many households in each."""
    streets = [street((x, -0.2), (x, rows + 0.2)) for x in range(1, columns)]
    streets += [street((-0.2, y), (columns + 0.2, y)) for y in range(1, rows)]
    homes = [house(x + 0.5, y + 0.5) for y in range(rows) for x in range(columns)]
    given = {
        "village": polygon((0, 0), (columns, 0), (columns, rows), (0, rows)),
        "roads": many(streets),
        "road_classes": ("local",) * len(streets),
        "homes": Homes(many(homes), np.full(len(homes), households)),
    }
    return Ground(VILLAGE, **{**given, **more})


def random_town(seed: int) -> Ground:
    """A village with a crooked outline, streets that miss, cross and end anywhere, houses of any size."""
    rng = Random(seed)
    angles = sorted(rng.uniform(0, 6.28) for _corner in range(rng.randint(6, 14)))
    rim = [(3 + rng.uniform(1.5, 3) * np.cos(a), 3 + rng.uniform(1.5, 3) * np.sin(a)) for a in angles]
    shape = shapely.buffer(shapely.MultiPoint([place(*p) for p in rim]).convex_hull, 0)
    village = canonical(shapely.MultiPolygon([shape]))
    streets = [
        street(*[(rng.uniform(-1, 7), rng.uniform(-1, 7)) for _point in range(rng.randint(2, 5))])
        for _street in range(rng.randint(0, 14))
    ]
    homes = [
        house(rng.uniform(0, 6), rng.uniform(0, 6), rng.uniform(0.01, 0.3))
        for _home in range(rng.randint(0, 60))
    ]
    compounds = [
        house(rng.uniform(0, 6), rng.uniform(0, 6), rng.uniform(0.2, 1.2)) for _c in range(rng.randint(0, 5))
    ]
    return Ground(
        VILLAGE, village, many(streets), tuple(rng.choice(["arterial", "local", "lane"]) for _s in streets),
        many([house(3, 3, 0.7)] if rng.random() < 0.5 else []), many(compounds),
        Homes(many(homes), np.array([rng.randint(0, 120) for _home in homes], dtype=np.int64)),
    )  # fmt: skip


@lru_cache(maxsize=1)
def sample_villages() -> list[Ground]:
    """Every village of the sample district, preset S, as the product reads them from the tables."""
    from data.sample import generate

    city = generate("S")
    areas = city.areas
    villages, grids = areas[areas["tier"] == "village"], areas[areas["tier"] == "grid"]
    compounds = city.landuse[city.landuse["kind"] == "residential"]
    tables = {
        "roads": city.roads, "water": city.water, "compounds": compounds, "homes": city.buildings,
    }  # fmt: skip
    trees = {key: shapely.STRtree(table.geometry.to_numpy()) for key, table in tables.items()}
    found = []
    for code, village in zip(villages["code"], villages.geometry, strict=True):
        near = {
            key: tables[key].iloc[np.sort(tree.query(village, predicate="intersects"))]
            for key, tree in trees.items()
        }
        own = grids[grids["parent_code"] == code]
        found.append(
            Ground(
                code,
                village,
                near["roads"].geometry.to_numpy(),
                tuple(near["roads"]["road_class"]),
                near["water"].geometry.to_numpy(),
                near["compounds"].geometry.to_numpy(),
                Homes(near["homes"].geometry.to_numpy(), near["homes"]["households"].to_numpy()),
                dict(zip(own["code"], own.geometry, strict=True)),
                frozenset(own["code"][own["kind"] == "special"]),
            )
        )
    return found


def is_urban(ground: Ground) -> bool:
    """A village with more households than one grid may have: the country ones of the sample are one grid each."""
    return int(ground.homes.households.sum()) > 600


CLASSES = {
    "motorway": "expressway", "primary": "arterial", "primary_link": "arterial", "secondary": "secondary",
    "secondary_link": "secondary", "tertiary": "secondary", "tertiary_link": "local", "residential": "local",
    "unclassified": "local", "living_street": "lane", "service": "lane", "pedestrian": "lane",
}  # fmt: skip
USES = {"residential": "residential", "apartments": "residential", "dormitory": "residential"}


def haidian() -> Ground:
    """Real streets and buildings of Beijing's Haidian as one village; households by the rule of `estimate`."""
    roads, buildings, landuse, water, blocks = (
        gpd.read_file(HAIDIAN / f"{name}.geojson")
        for name in ("roads", "buildings", "landuse", "water", "blocks_from_roads")
    )
    roads = roads[roads["highway"] != "platform"]
    outlines = canonical(buildings.geometry.to_numpy())
    uses = [USES.get(one, "other") for one in buildings["building"]]
    floors = [int(float(n)) if n and str(n) != "nan" else None for n in buildings["levels"]]
    residential = landuse[landuse["landuse"] == "residential"]
    return Ground(
        "110108001001",
        shapely.MultiPolygon([shapely.coverage_union_all(canonical(blocks.geometry.to_numpy()))]),
        canonical(roads.geometry.to_numpy()),
        tuple(CLASSES.get(one, "path") for one in roads["highway"]),
        canonical(water.geometry.to_numpy()),
        canonical(residential.geometry.to_numpy()),
        Homes(outlines, estimate.households(outlines, uses, floors)),
    )
