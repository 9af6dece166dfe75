"""The water layer: lakes, the moat, canals beside streets, village ponds and the river."""

import geopandas as gpd
import numpy as np
import shapely

from data.sample.areas import CRS
from data.sample.division import Division, Streets
from data.sample.frame import Geoms, Ground, array_of
from data.sample.names import words
from data.sample.skeleton import Lake, Line, blob

CANAL_NAMES = words("""
黄汴河 马家河 惠济河 涡河 贾鲁河 惠北干渠 东干渠 西干渠 柳园口灌渠 三义寨干渠 淤泥河
""")
RIVER_ROADS = {"滨河路": "黄汴河", "惠济河路": "惠济河", "贾鲁河路": "贾鲁河", "涡河路": "涡河"}
BRIDGE_WIDTH = 30.0
SHORE_STEP = 30.0


def water_layer(
    lakes: list[Lake],
    basins: Geoms,
    moat: list[shapely.Geometry],
    canals: list[tuple[str, shapely.Geometry]],
    division: Division,
    ground: Ground,
    grids: Geoms,
    prefix: str,
) -> gpd.GeoDataFrame:
    """All water as rows inside one grid each: source_id, name, kind.

    `basins` are the lakes' faces in the coverage, so that shores and borders share their vertices; these and
    `grids` are in lon/lat.
    """
    ponds = _ponds(division)
    running = [*(("护城河", "moat", g) for g in moat), *((n, "canal", g) for n, g in canals)]
    names = [n for n, _, _ in running]
    kinds = [k for _, k, _ in running]
    parts, index = _per_grid(
        ground.place(shapely.segmentize(array_of([g for *_, g in running]), SHORE_STEP)), grids
    )
    still = np.concatenate([basins, ground.place(array_of(ponds))])
    rows = {
        "name": [x.name for x in lakes] + [""] * len(ponds) + [names[i] for i in index],
        "kind": [x.kind for x in lakes] + ["pond"] * len(ponds) + [kinds[i] for i in index],
    }
    geoms = shapely.multipolygons([[g] for g in still])
    water = gpd.GeoDataFrame(rows, geometry=np.concatenate([geoms, parts]), crs=CRS)
    water["source_id"] = [f"{prefix}-water-{i}" for i in range(1, len(water) + 1)]
    return water


def _per_grid(water: Geoms, grids: Geoms) -> tuple[Geoms, np.ndarray]:
    tree = shapely.STRtree(grids)
    index, grid = tree.query(water, predicate="intersects")
    whole = shapely.make_valid(water)[index]  # rounding may pinch a narrow strip
    cut = shapely.intersection(whole, grids[grid], grid_size=1e-8)
    parts, back = shapely.get_parts(cut, return_index=True)
    polygon = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > 1e-8)
    return shapely.multipolygons([[p] for p in parts[polygon]]), index[back[polygon]]


def beside(line: shapely.Geometry, near: float, far: float) -> shapely.Geometry:
    """The strip between two distances to the left of a line."""
    strip = shapely.buffer(line, far, single_sided=True, join_style="round")
    return shapely.difference(strip, shapely.buffer(line, near, cap_style="flat"))


def moat_around(ring: shapely.Polygon, gates: list[Line]) -> list[shapely.Geometry]:
    """The moat outside the wall's ring road, open at the gates."""
    belt = shapely.difference(shapely.buffer(ring, 62.0), shapely.buffer(ring, 20.0))
    bridges = shapely.union_all([shapely.buffer(gate.geometry, BRIDGE_WIDTH / 2) for gate in gates])
    return list(shapely.get_parts(shapely.difference(belt, bridges)))


def canals_along(streets: Streets, rng: np.random.Generator) -> list[tuple[str, shapely.Geometry]]:
    """Canals on one side of the river roads and of some country roads, open where main streets cross."""
    crossing = shapely.STRtree([shapely.buffer(g, BRIDGE_WIDTH / 2) for g in streets.geoms])
    found = []
    for i, (geom, road_class, name) in enumerate(
        zip(streets.geoms, streets.classes, streets.names, strict=True)
    ):
        wide = name in RIVER_ROADS
        if not wide and not (road_class == "path" and name == "" and rng.random() < 0.55):
            continue
        line = shapely.get_parts(shapely.line_merge(geom))
        strip = shapely.union_all([beside(p, 16.0, 44.0) if wide else beside(p, 5.0, 17.0) for p in line])
        hits = [j for j in crossing.query(strip) if j != i and streets.classes[j] not in ("", "path")]
        strip = shapely.difference(strip, shapely.union_all(crossing.geometries[hits]))
        title = RIVER_ROADS.get(name) or str(rng.choice(CANAL_NAMES))
        found += [(title, p) for p in shapely.get_parts(strip) if p.area > 300.0]
    return found


def _ponds(division: Division) -> list[shapely.Polygon]:
    """A pond by most villages, wholly inside one grid."""
    rural = [i for i, zone in enumerate(division.zones) if zone == "rural" and i % 5]
    if not rural:
        return []
    rng = np.random.default_rng(len(division.polygons))
    made = []
    for i in rural:
        x, y = (division.cores[i] + rng.uniform(230, 330) * _direction(rng)) / 1000.0
        made.append(blob(x, y, rng.uniform(0.025, 0.06), rng.uniform(0.02, 0.04), rng.uniform(0, 3), i))
    tree = shapely.STRtree(shapely.buffer(division.polygons, -15.0))
    inside = np.unique(tree.query(array_of(made), predicate="within")[0])
    return [made[i] for i in inside]


def _direction(rng: np.random.Generator) -> np.ndarray:
    angle = rng.uniform(0, 2 * np.pi)
    return np.array([np.cos(angle), np.sin(angle)])
