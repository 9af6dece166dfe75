"""The Web Mercator pyramid, worked out apart from the program, for tests to hold against it."""

import math

import mapbox_vector_tile
import shapely

HALF = math.pi * 6378137


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    """z, x, y of the tile that holds a point in degrees."""
    size = 2**z
    x = int((lon + 180) / 360 * size)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * size)
    return z, x, y


def ground_of(z: int, x: int, y: int, buffer: float = 0) -> shapely.Polygon:
    """The tile's box in EPSG:3857, `buffer` as a share of its width."""
    side = 2 * HALF / 2**z
    more = side * buffer
    west, north = -HALF + x * side, HALF - y * side
    return shapely.box(west - more, north - side - more, west + side + more, north + more)


def mercator(geometry: shapely.Geometry) -> shapely.Geometry:
    """Degrees to EPSG:3857."""

    def project(points):
        lon, lat = points.T
        y = [math.log(math.tan(math.pi / 4 + math.radians(v) / 2)) * 6378137 for v in lat]
        return [[math.radians(a) * 6378137, b] for a, b in zip(lon, y, strict=True)]

    return shapely.transform(geometry, project)


def decoded(content: bytes) -> dict:
    return mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})
