"""Where the editor's grids and streets lie: on the screen, and in a plan."""

import math
import re
from collections.abc import Callable
from typing import Any

import shapely
from playwright.sync_api import Page

VILLAGE = "410202003011"
TILE = 512


def world(lon: float, lat: float, zoom: float) -> tuple[float, float]:
    """Pixels of the whole world's web-mercator map."""
    size = TILE * 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return (lon + 180) / 360 * size, y * size


def camera(page: Page) -> tuple[float, float, float]:
    """Longitude, latitude, zoom as the address bar has them."""
    found = re.search(r"at=([\d.]+),([\d.]+)&z=([\d.]+)", page.url)
    assert found
    return float(found[1]), float(found[2]), float(found[3])


class Screen:
    """The map on the page, seen from a place that is known."""

    def __init__(self, page: Page, lon: float, lat: float, zoom: float) -> None:
        self.page, self.zoom = page, zoom
        box = page.locator("#map canvas").first.bounding_box()
        assert box
        x, y = world(lon, lat, zoom)
        self.left, self.top = box["x"] + box["width"] / 2 - x, box["y"] + box["height"] / 2 - y

    def at(self, place: tuple[float, float]) -> tuple[float, float]:
        x, y = world(*place, self.zoom)
        return self.left + x, self.top + y

    def click(self, place: tuple[float, float]) -> None:
        x, y = self.at(place)
        self.page.mouse.move(x - 3, y - 3)
        self.page.mouse.move(x, y, steps=3)
        self.page.mouse.click(x, y)


def grids_of(api: Callable[..., Any], plan: int) -> dict[str, shapely.MultiPolygon]:
    found = api(f"plans/{plan}/grids/")["features"]
    return {feature["id"]: shapely.geometry.shape(feature["geometry"]) for feature in found}


def street_across(
    api: Callable[..., Any], grid: shapely.Geometry
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Two places inside a grid on a street that leads through it from border to border."""
    box = ",".join(str(v) for v in grid.bounds)
    inner = grid.buffer(-2e-4)
    for _id, _kind, _name, flat in api(f"snap/?bbox={box}")["lines"]:
        line = shapely.LineString(list(zip(flat[::2], flat[1::2], strict=True)))
        within = shapely.intersection(line, grid)
        halves = shapely.get_parts(shapely.difference(grid, line.buffer(1e-6)))
        if within.geom_type != "LineString" or len(halves) != 2:
            continue
        if min(half.area for half in halves) < grid.area / 4:
            continue
        core = shapely.intersection(within, inner)
        if core.geom_type == "LineString" and not core.is_empty:
            first, last = core.interpolate(0.15, normalized=True), core.interpolate(0.85, normalized=True)
            return (first.x, first.y), (last.x, last.y)
    raise AssertionError("no street leads through this grid")


def shared_corner(grids: dict[str, shapely.MultiPolygon]) -> tuple[tuple[float, float], list[str]]:
    """A corner of exactly two grids, well inside their village, and the grids' codes."""
    own = {code: geom for code, geom in grids.items() if code.startswith(VILLAGE)}
    border = shapely.union_all(list(own.values())).boundary
    holders: dict[tuple[float, float], set[str]] = {}
    for code, geom in own.items():
        for corner in shapely.get_coordinates(geom).tolist():
            holders.setdefault((corner[0], corner[1]), set()).add(code)
    chosen = [
        (c, codes)
        for c, codes in holders.items()
        if len(codes) == 2 and border.distance(shapely.Point(c)) > 1e-3
    ]
    corner, codes = max(chosen, key=lambda pair: border.distance(shapely.Point(pair[0])))
    return corner, sorted(codes)


def neighbours(grids: dict[str, shapely.MultiPolygon]) -> tuple[str, str]:
    own = sorted(code for code in grids if code.startswith(VILLAGE))
    for first in own:
        for second in own:
            if first < second and shapely.intersection(grids[first], grids[second]).length > 1e-3:
                return first, second
    raise AssertionError("no two grids are neighbours")


def inside(grid: shapely.Geometry) -> tuple[float, float]:
    point = shapely.point_on_surface(grid)
    return point.x, point.y
