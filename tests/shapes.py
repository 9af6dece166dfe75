"""Tiny geometry by name, and areas made of it, for tests that want a coverage they can hold in the head.

One unit is UNIT degrees (about 1 km), laid out from ORIGIN in Kaifeng; every ordinate is canonical.
"""

import shapely
from django.db import connection, transaction

ORIGIN = (114.3, 34.8)
UNIT = 0.01
COUNTY, TOWN, VILLAGE = "410202", "410202001", "410202001001"


def place(x: float, y: float) -> tuple[float, float]:
    """The canonical lon, lat of unit coordinates."""
    return round((ORIGIN[0] + x * UNIT) * 1e8) / 1e8, round((ORIGIN[1] + y * UNIT) * 1e8) / 1e8


def polygon(
    *corners: tuple[float, float], holes: list[list[tuple[float, float]]] | None = None
) -> shapely.MultiPolygon:
    """A MultiPolygon of one polygon with these corners, in units."""
    inner = [[place(*c) for c in hole] for hole in holes or []]
    return shapely.MultiPolygon([shapely.Polygon([place(*c) for c in corners], inner)])


def square(x: float, y: float, side: float = 1) -> shapely.MultiPolygon:
    """A square with its lower left corner at (x, y)."""
    return polygon((x, y), (x + side, y), (x + side, y + side), (x, y + side))


def row_of(count: int) -> list[shapely.MultiPolygon]:
    """Unit squares side by side, W to E."""
    return [square(x, 0) for x in range(count)]


def board(columns: int, rows: int) -> list[shapely.MultiPolygon]:
    """A chess board of unit squares, row by row from the south."""
    return [square(x, y) for y in range(rows) for x in range(columns)]


def grid_code(number: int) -> str:
    return f"{VILLAGE}{number:03d}"


def insert(code: str, tier: str, parent: str | None, geom: shapely.Geometry, name: str = "") -> None:
    """One live row, as raw SQL writes it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO gis_core_area (code, tier, parent_code, name, geom)"
            " VALUES (%s, %s, %s, %s, ST_GeomFromWKB(%s, 4490))",
            [code, tier, parent, name or code, shapely.to_wkb(geom)],
        )


def village_of(grids: list[shapely.MultiPolygon]) -> list[str]:
    """County, town and village around these grids, all committed; returns the grids' codes."""
    outline = shapely.coverage_union_all(grids)
    ground = outline if outline.geom_type == "MultiPolygon" else shapely.MultiPolygon([outline])
    with transaction.atomic():
        insert(COUNTY, "county", None, ground, "龙亭区")
        insert(TOWN, "town", COUNTY, ground, "大兴街道")
        insert(VILLAGE, "village", TOWN, ground, "双龙社区")
        for number, grid in enumerate(grids, 1):
            insert(grid_code(number), "grid", VILLAGE, grid, f"第{number}网格")
    return [grid_code(number) for number in range(1, len(grids) + 1)]
