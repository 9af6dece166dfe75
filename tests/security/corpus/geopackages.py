"""GeoPackages with SQL of their own: views that never end, triggers, geometry that lies, pages that loop."""

import sqlite3
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.security.corpus.hostile import Hostile, files

MILLION = 1_000_000
SYSTEM = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
    organization_coordsys_id INTEGER, definition TEXT, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES ('x', 4490, 'EPSG', 4490,
    'GEOGCS["x",DATUM["China_2000",SPHEROID["x",6378137,298.257222101]],PRIMEM["Greenwich",0],'
    || 'UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4490"]]', '');
CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, description TEXT,
    last_change TEXT, min_x REAL, min_y REAL, max_x REAL, max_y REAL, srs_id INTEGER);
CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER,
    z INTEGER, m INTEGER);
INSERT INTO gpkg_contents VALUES ('grids', 'features', 'grids', '', '2026-01-01T00:00:00Z', 0, 0, 1, 1, 4490);
INSERT INTO gpkg_geometry_columns VALUES ('grids', 'geom', 'POLYGON', 4490, 0, 0);
"""
TABLE = "CREATE TABLE grids (id INTEGER PRIMARY KEY, geom BLOB, name TEXT);"
HEAD = b"GP\x00\x01" + struct.pack("<i", 4490)


def made(*statements: str, rows: list[bytes] | None = None) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        with sqlite3.connect(path) as database:
            database.executescript(
                "PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;" + SYSTEM
            )
            for statement in statements:
                database.executescript(f"BEGIN; {statement} COMMIT;")
            for geometry in rows or []:
                database.execute("INSERT INTO grids (geom, name) VALUES (?, 'x')", [geometry])
        database.close()
        return path.read_bytes()


def polygon(rings: int, points: int) -> bytes:
    """A polygon that says to have so many rings and points, and has one point."""
    return HEAD + struct.pack("<BII", 1, 3, rings) + struct.pack("<I2d", points, 114.3, 34.8)


def nested(depth: int) -> bytes:
    return HEAD + struct.pack("<BII", 1, 7, 1) * depth + struct.pack("<BI2d", 1, 1, 0, 0)


ENDLESS = "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)"
ENDLESS += " SELECT id, NULL AS geom, 'x' AS name FROM n"
SLOW = (
    "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 1000000000)"
    " SELECT count(*) AS id, NULL AS geom, 'x' AS name FROM n"
)
HUGE = "SELECT 1 AS id, zeroblob(900000000) AS geom, hex(zeroblob(400000000)) AS name"


def broken_pages() -> bytes:
    whole = bytearray(made(TABLE, rows=[polygon(1, 1)] * 500))
    for at in range(4096 + 8, len(whole), 97):
        whole[at] ^= 0x5A
    return bytes(whole)


MADE: dict[str, Callable[[], bytes]] = {
    "a view that never ends": lambda: made(f"CREATE VIEW grids AS {ENDLESS};"),
    "a view that takes an hour": lambda: made(f"CREATE VIEW grids AS {SLOW};"),
    "a view of a gigabyte": lambda: made(f"CREATE VIEW grids AS {HUGE};"),
    "a column that takes an hour": lambda: made(
        "CREATE TABLE grids (id INTEGER PRIMARY KEY, geom BLOB, name TEXT GENERATED ALWAYS AS"
        " (hex(zeroblob(200000000))));",
        "INSERT INTO grids (geom) VALUES (NULL), (NULL), (NULL), (NULL), (NULL), (NULL);",
    ),
    "an extension": lambda: made(TABLE, "CREATE VIEW v AS SELECT load_extension('/tmp/x.so');"),
    "a trigger": lambda: made(TABLE, f"CREATE TRIGGER t AFTER INSERT ON grids BEGIN {ENDLESS}; END;"),
    "contents that never end": lambda: made(
        TABLE, f"DROP TABLE gpkg_geometry_columns; CREATE VIEW gpkg_geometry_columns AS SELECT name AS table_name,"
        f" 'geom' AS column_name, 'POLYGON' AS geometry_type_name, 4490 AS srs_id, 0 AS z, 0 AS m FROM ({ENDLESS});"
    ),
    "5,000 layers": lambda: made(TABLE, "".join(
        f"CREATE TABLE t{n} (id INTEGER PRIMARY KEY, geom BLOB);"
        f"INSERT INTO gpkg_contents VALUES ('t{n}', 'features', 't{n}', '', '', 0, 0, 1, 1, 4490);"
        f"INSERT INTO gpkg_geometry_columns VALUES ('t{n}', 'geom', 'POLYGON', 4490, 0, 0);" for n in range(5000))),
    "500,000 rows": lambda: made(TABLE, "INSERT INTO grids (name)"
        " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000) SELECT 'x' FROM n;"),
    "a billion rings": lambda: made(TABLE, rows=[polygon(10**9, 1)]),
    "a billion points": lambda: made(TABLE, rows=[polygon(1, 10**9)]),
    "collections 100,000 deep": lambda: made(TABLE, rows=[nested(100_000)]),
    "no geometry inside": lambda: made(TABLE, rows=[b"", b"GP", HEAD, b"\xff" * 1000]),
    "a name with quotes": lambda: made("CREATE TABLE \"x'; DROP TABLE y;--\" (id INTEGER PRIMARY KEY, geom BLOB);",
        "UPDATE gpkg_contents SET table_name = 'x''; DROP TABLE y;--';"
        "UPDATE gpkg_geometry_columns SET table_name = 'x''; DROP TABLE y;--';"),
    "broken pages": broken_pages,
    "cut off": lambda: made(TABLE, rows=[polygon(1, 1)] * 500)[:9000],
    "only a head": lambda: b"SQLite format 3\0" + bytes(84),
    "a page size of nothing": lambda: b"SQLite format 3\0" + b"\0\0" + b"\xff" * 82,
}  # fmt: skip
ALL: list[Hostile] = files("upload", ".gpkg", MADE)
