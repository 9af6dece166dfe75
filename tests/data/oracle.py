"""An independent verdict on a coverage: directed boundary segments, counted with numpy."""

import geopandas as gpd
import numpy as np
import shapely


def directed_segments(polygons: np.ndarray) -> np.ndarray:
    """(n, 4) rows x1, y1, x2, y2: shells counter-clockwise, holes clockwise."""
    rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(polygons)))
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    return np.hstack([coords[:-1], coords[1:]])[same]


def left_over(parent: shapely.Geometry, children: np.ndarray) -> int:
    """How many segments the children's boundaries leave when the parent's is taken away: 0 is exact."""
    down = directed_segments(children)
    up = directed_segments(np.array([parent]))[:, [2, 3, 0, 1]]
    both = np.vstack([down, up])
    turned = (both[:, 0] > both[:, 2]) | ((both[:, 0] == both[:, 2]) & (both[:, 1] > both[:, 3]))
    key = np.where(turned[:, None], both[:, [2, 3, 0, 1]], both)
    _, index = np.unique(key, axis=0, return_inverse=True)
    sums = np.bincount(index.ravel(), np.where(turned, -1, 1))
    return int(np.count_nonzero(sums))


def broken_parents(areas: gpd.GeoDataFrame) -> list[str]:
    """Codes of the areas whose children do not tile them."""
    grounds = dict(zip(areas["code"], areas.geometry, strict=True))
    children = areas[areas["parent_code"].notna()].groupby("parent_code")
    return [code for code, group in children if left_over(grounds[code], group.geometry.to_numpy())]
