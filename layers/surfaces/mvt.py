"""Vector tiles, cut by PostGIS: one SQL statement for each set of layers and zoom, and what it returns.

The statement does everything (choice of rows, attributes, clipping, encoding), so that Python only carries
bytes. Statements are built once and kept, which lets PostgreSQL keep them prepared. Knows nothing of HTTP.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import asinh, pi, radians, tan
from typing import Any

from django.db.models import IntegerField
from django.utils.translation import gettext as _
from psycopg import AsyncConnection, sql

from gis_core.errors import WanggeError
from layers.registry import Field, Layer

EXTENT = 4096
BUFFER = 64
MAX_ZOOM = 22
WORLD_METRES = 2 * pi * 6378137
PIXELS = 512
"""A tile's width on the screen: MapLibre draws vector tiles at 512."""


class OutOfRange(WanggeError):
    """There is no such tile in the Web Mercator pyramid."""

    code = "tile_out_of_range"


@dataclass(frozen=True)
class Tile:
    """A place in the Web Mercator pyramid (EPSG:3857, XYZ: y counts from the north)."""

    z: int
    x: int
    y: int

    def exists(self) -> bool:
        return 0 <= self.z <= MAX_ZOOM and self.x >> self.z == 0 and self.y >> self.z == 0

    def check(self) -> None:
        """Raises OutOfRange, saying what is allowed."""
        if self.exists():
            return
        message = _("There is no tile %(tile)s: zoom goes from 0 to %(zoom)d, x and y from 0 to 2^zoom - 1.")
        name = f"{self.z}/{self.x}/{self.y}"
        raise OutOfRange(message % {"tile": name, "zoom": MAX_ZOOM}, {"max_zoom": MAX_ZOOM})


def tile_at(lon: float, lat: float, zoom: int) -> Tile:
    """The tile that holds a place in degrees; what lies beyond the pyramid's edge, in the tile at the edge."""
    size = 2**zoom
    column = (lon + 180) / 360 * size
    row = (1 - asinh(tan(radians(max(-85.05, min(85.05, lat))))) / pi) / 2 * size
    return Tile(zoom, min(size - 1, max(0, int(column))), min(size - 1, max(0, int(row))))


@dataclass(frozen=True)
class Part:
    """One layer within a tile: its shapes, or the points at which its polygons are labelled.

    A polygon is cut at the tiles' edges and each piece would get a label of its own; so the label has a point,
    which lies in one tile only. `prefixes`: the area codes whose rows the asker may see; None = all.
    """

    layer: Layer
    labels: bool = False
    prefixes: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        """Its name as a source layer, and in the address of the tile."""
        return self.layer.key + LABELS if self.labels else self.layer.key

    def has_tiles(self, zoom: int) -> bool:
        """Whether there may be anything in a tile of this zoom; beyond the last zoom, always."""
        first, last = self.layer.tile_zooms
        if zoom < first:
            return False
        label = self.layer.label
        if not self.labels or label is None or zoom >= last:
            return True
        return int(label.zooms[0]) <= zoom <= label.zooms[1]

    def counts_at(self, zoom: int) -> bool:
        """Whether a tile of this zoom says how many rows there are, instead of showing each."""
        return self.layer.tile_zooms[0] <= zoom < self.layer.zooms[0]


LABELS = "_labels"
COUNTS = "_counts"
"""What is added to a layer's key to name its points of labels, and its counts, as source layers."""
CELL_BITS = 9
"""A count is of a square of 2^9 units of a tile: 8 by 8 cells a tile, 64 pixels each on the screen."""
TILE_BITS = 12
assert 1 << TILE_BITS == EXTENT


async def fetch(connection: AsyncConnection[tuple[bytes]], parts: tuple[Part, ...], tile: Tile) -> bytes:
    """The tile's bytes with these parts, in this order; empty where none of them has anything."""
    query = statement(parts, tile.z)
    if query is None:
        return b""
    # Binary, or PostgreSQL would write every byte as two digits.
    cursor = await connection.execute(query, {"x": tile.x, "y": tile.y}, prepare=True, binary=True)
    row = await cursor.fetchone()
    return row[0] if row else b""


async def fetch_with_snapshot(
    connection: AsyncConnection[tuple[bytes]], parts: tuple[Part, ...], tile: Tile
) -> tuple[str, bytes]:
    """The tile's bytes, and pg_current_snapshot() of the very query that read them. For parts with tiles only."""
    cursor = await connection.execute(
        _with_snapshot(parts, tile.z), {"x": tile.x, "y": tile.y}, prepare=True, binary=True
    )
    row: Any = await cursor.fetchone()
    return row[0], row[1]


@lru_cache(maxsize=2048)
def _with_snapshot(parts: tuple[Part, ...], zoom: int) -> sql.Composed:
    tile = statement(parts, zoom)
    assert tile is not None
    return sql.SQL("SELECT pg_current_snapshot()::text, ({})").format(tile)


@lru_cache(maxsize=2048)
def statement(parts: tuple[Part, ...], zoom: int) -> sql.Composed | None:
    """SELECT one bytea, with parameters x and y; None if no part has tiles at this zoom."""
    queries = [sql.SQL("({})").format(_query(part, zoom)) for part in parts if part.has_tiles(zoom)]
    return sql.SQL("SELECT {}").format(sql.SQL(" || ").join(queries)) if queries else None


def _query(part: Part, zoom: int) -> sql.Composed:
    return _counts(part, zoom) if part.counts_at(zoom) else _rows(part, zoom)


def _counts(part: Part, zoom: int) -> sql.Composed:
    """ST_AsMVT over one point a cell: how many rows lie in it, at their middle.

    Cells are told by the world's units of this zoom, so that a row on an edge counts in one tile only. They lie within
    the tile: what changes a count lies in the tile's box, by which the cache decides. Whole numbers, for sums of
    floats depend on the order of rows, and equal content must give one ETag.
    """
    geom = sql.Identifier(part.layer.tile_geom)
    return sql.SQL(
        "SELECT ST_AsMVT(t, {name}, {extent}, 'mvt_geom') FROM ("
        "SELECT count(*)::int AS count, ST_MakePoint(avg(gx & {in_tile})::int, avg(gy & {in_tile})::int) AS mvt_geom"
        " FROM (SELECT floor((ST_X({geom}) + {half}) / {unit})::bigint AS gx,"
        " floor(({half} - ST_Y({geom})) / {unit})::bigint AS gy FROM {table} WHERE {where}) AS places"
        " WHERE gx >> {tile} = %(x)s::int AND gy >> {tile} = %(y)s::int"
        " GROUP BY gx >> {cell}, gy >> {cell} ORDER BY gx >> {cell}, gy >> {cell}) AS t"
    ).format(
        name=sql.Literal(part.layer.key + COUNTS),
        extent=sql.Literal(EXTENT),
        in_tile=sql.Literal(EXTENT - 1),
        geom=geom,
        half=sql.Literal(WORLD_METRES / 2),
        unit=sql.Literal(WORLD_METRES / EXTENT / 2**zoom),
        table=sql.Identifier(part.layer.table),
        where=sql.SQL(" AND ").join([_near(part.layer, zoom), *_declared(part.layer), *_permitted(part)]),
        tile=sql.Literal(TILE_BITS),
        cell=sql.Literal(CELL_BITS),
    )


def _rows(part: Part, zoom: int) -> sql.Composed:
    """ST_AsMVT over the rows of one part. Sorted, so that equal content gives equal bytes and one ETag."""
    key = sql.Identifier(part.layer.key_column)
    columns: list[sql.Composable] = [key, *_columns(part.layer, zoom)]
    return sql.SQL(
        "SELECT ST_AsMVT(t, {name}, {extent}, 'mvt_geom'{id}) FROM ("
        "SELECT {columns}, {geometry} AS mvt_geom FROM {table} WHERE {where} ORDER BY {key}) AS t"
    ).format(
        name=sql.Literal(part.name),
        extent=sql.Literal(EXTENT),
        id=_feature_id(part.layer),
        columns=sql.SQL(", ").join(columns),
        geometry=_geometry(part, zoom),
        table=sql.Identifier(part.layer.table),
        where=sql.SQL(" AND ").join(_conditions(part, zoom)),
        key=key,
    )


def _feature_id(layer: Layer) -> sql.Composable:
    """A feature id in MVT is an integer; rows with another key go without."""
    if isinstance(layer.model_class._meta.pk, IntegerField):
        return sql.SQL(", {}").format(sql.Literal(layer.key_column))
    return sql.SQL("")


def _geometry(part: Part, zoom: int) -> sql.Composed:
    """In tile coordinates; null, and so left out by ST_AsMVT, for what falls outside after all."""
    source = sql.Identifier(part.layer.tile_geom)
    call = sql.SQL("ST_AsMVTGeom({geom}, {bounds}, {extent}, {buffer}, true)")
    return call.format(
        geom=sql.SQL("ST_PointOnSurface({})").format(source) if part.labels else source,
        bounds=_envelope(zoom, 0),
        extent=sql.Literal(EXTENT),
        buffer=sql.Literal(0 if part.labels else BUFFER),
    )


def _envelope(zoom: int, margin: float) -> sql.Composed:
    return sql.SQL("ST_TileEnvelope({}, %(x)s::int, %(y)s::int, margin => {})").format(
        sql.Literal(zoom), sql.Literal(margin)
    )


def tile_fields(layer: Layer, zoom: int) -> list[Field]:
    """The attributes that a tile of this zoom carries: never a protected one."""
    return [f for f in layer.public_fields() if f.tile_zoom is not None and zoom >= f.tile_zoom]


def _columns(layer: Layer, zoom: int) -> list[sql.Composable]:
    return [_column(field) for field in tile_fields(layer, zoom)]


def _column(field: Field) -> sql.Composable:
    if field.type in ("moment", "date"):
        return sql.SQL("{0}::text AS {0}").format(sql.Identifier(field.name))
    return sql.Identifier(field.name)


def _conditions(part: Part, zoom: int) -> list[sql.Composable]:
    layer = part.layer
    chosen = [*_declared(layer), *_permitted(part), *_class_conditions(layer, zoom)]
    return [_near(layer, zoom), *chosen, *_size_conditions(layer, zoom)]


def _near(layer: Layer, zoom: int) -> sql.Composed:
    """In the tile, with its buffer."""
    return sql.SQL("{} && {}").format(sql.Identifier(layer.tile_geom), _envelope(zoom, BUFFER / EXTENT))


def _permitted(part: Part) -> list[sql.Composable]:
    """Only rows that lie where the asker may see them (registry.row_prefixes)."""
    if part.prefixes is None:
        return []
    # Not LIKE: its % would be taken for a parameter.
    return [sql.SQL("area_code ^@ ANY({})").format(sql.Literal(list(part.prefixes)))]


def _declared(layer: Layer) -> list[sql.Composable]:
    """The layer's own conditions. Literals, not parameters: partial indexes and statistics then apply."""
    return [
        sql.SQL("{} IS NULL").format(sql.Identifier(name))
        if value is None
        else sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value))
        for name, value in layer.conditions
    ]


def _class_conditions(layer: Layer, zoom: int) -> list[sql.Composable]:
    """Leave out the classes that begin at a higher zoom, such as lanes on a map of the city."""
    late = [value for cls in layer.style.classes if cls.min_zoom > zoom for value in cls.values]
    if not late or layer.style.field is None:
        return []
    return [sql.SQL("{} <> ALL({})").format(sql.Identifier(layer.style.field), sql.Literal(late))]


def _size_conditions(layer: Layer, zoom: int) -> list[sql.Composable]:
    """Leave out what would be a speck, until the last zoom, where everything is shown."""
    if not layer.min_pixels or zoom >= layer.zooms[1]:
        return []
    metres = layer.min_pixels * WORLD_METRES / PIXELS / 2**zoom
    return [
        sql.SQL("(ST_XMax({0}) - ST_XMin({0}) >= {1} OR ST_YMax({0}) - ST_YMin({0}) >= {1})").format(
            sql.Identifier(layer.tile_geom), sql.Literal(metres)
        )
    ]
