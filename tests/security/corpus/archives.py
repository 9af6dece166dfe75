"""Zip files that are no honest archive: bombs, lies about sizes, names that climb, devices, data that loops."""

import io
import struct
import zipfile
from collections.abc import Callable

from tests.security.corpus.bombs import MILLION, archive, bomb, deflated
from tests.security.corpus.hostile import Hostile, files

SHP_HEAD = struct.pack(">i5ii", 9994, 0, 0, 0, 0, 0, 50) + struct.pack("<ii8d", 1000, 5, *([0.0] * 8))
PRJ = b'GEOGCS["x",DATUM["x",SPHEROID["x",6378137,298.257]],PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]]'


def packed(members: dict[str, bytes], level: int = 6) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def streamed(content: bytes) -> tuple[bytes, int, int]:
    return deflated(b"", 0, content)


def nested(depth: int) -> bytes:
    inner = bomb("a.dbf", b"\0", 100)
    for n in range(depth):
        inner = packed({f"{n}.zip": inner, "a.txt": b"x"})
    return inner


def overlapping() -> bytes:
    """300 entries of the directory that all mean the same 2 MB of zeros."""
    one = packed({"a.dbf": bytes(2 * MILLION)})
    at = one.index(b"PK\x01\x02")
    local, entry = one[:at], one[at : one.index(b"PK\x05\x06")]
    directory = entry * 300
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 300, 300, len(directory), len(local), 0)
    return local + directory + end


def lying(says: int) -> bytes:
    honest = packed({"a.dbf": bytes(5 * MILLION)})
    return honest.replace(struct.pack("<L", 5 * MILLION), struct.pack("<L", says))


def shapefile(record: bytes, length: int, dbf: bytes = b"", shx: bytes | None = None) -> bytes:
    """One record, whose header says `length` words; .shx made to fit unless given."""
    head = SHP_HEAD[:24] + struct.pack(">i", (100 + 8 + len(record)) // 2) + SHP_HEAD[28:]
    shp = head + struct.pack(">ii", 1, length) + record
    index = head[:24] + struct.pack(">i", 54) + head[28:] + struct.pack(">ii", 50, length)
    members = {"a.shp": shp, "a.shx": shx if shx is not None else index, "a.prj": PRJ}
    return packed(members | ({"a.dbf": dbf} if dbf else {}))


def polygon_of(parts: int, points: int, start: int = 0) -> bytes:
    """A polygon record that says to have so many parts and points, and has two."""
    return struct.pack("<i4dii", 5, 0, 0, 1, 1, parts, points) + struct.pack("<i4d", start, 0, 0, 1, 1)


def table(rows: int, width: int, fields: int = 1) -> bytes:
    """The header of a .dbf that promises so many rows of such a width."""
    head = struct.pack("<4BLHH20x", 3, 99, 1, 1, rows, 32 + 32 * fields + 1, width)
    field = struct.pack("<11sc4xBB14x", b"NAME", b"C", min(width, 254), 0)
    return head + field * fields + b"\r" + b" x" * 10


def linked() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("a.shp")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


MADE: dict[str, Callable[[], bytes]] = {
    "a bomb of 700 MB": lambda: bomb("a.dbf", b"\0", 700),
    "a bomb just within the limit": lambda: bomb("a.dbf", b"\0", 590),
    "a bomb as .shp": lambda: bomb("a.shp", b"\0", 590),
    "a bomb as .cpg": lambda: archive({"a.shp": streamed(SHP_HEAD), "a.cpg": deflated(b"\0", 300)}),
    "a bomb as .prj": lambda: archive({"a.shp": streamed(SHP_HEAD), "a.prj": deflated(b"[", 300)}),
    "nested": lambda: nested(4),
    "overlapping": overlapping,
    "says less": lambda: lying(10),
    "says more": lambda: lying(2**32 - 1),
    "10,000 members": lambda: packed({f"{n}.txt": b"" for n in range(10_000)}),
    "names that climb": lambda: packed({"../../../../etc/a.shp": SHP_HEAD, "/etc/a.dbf": b"x"}),
    "a name of 60,000 letters": lambda: packed({"x" * 60_000 + ".shp": SHP_HEAD}),
    "a name with NUL": lambda: packed({"a.shpX.txt": SHP_HEAD}).replace(b"a.shpX.txt", b"a.shp\0.txt"),
    "names of tricks": lambda: packed({"a.shp/vsizip/x": b"x", "/vsicurl/http:/127.0.0.1:9/a.shp": SHP_HEAD}),
    "one name twice": lambda: packed({"a.shp": SHP_HEAD}) + packed({"a.shp": SHP_HEAD}),
    "a link": linked,
    "cut off": lambda: packed({"a.shp": SHP_HEAD + bytes(10_000)})[:-60],
    "only an end": lambda: b"PK\x03\x04" + bytes(40) + b"PK\x05\x06" + bytes(18),
    "an end of 65,535 entries": lambda: b"PK\x03\x04" + b"PK\x05\x06" + bytes(4) + b"\xff" * 12 + bytes(2),
    "a record without end": lambda: shapefile(polygon_of(1, 2), 2**31 - 1),
    "a record of negative length": lambda: shapefile(polygon_of(1, 2), -5),
    "a billion points": lambda: shapefile(polygon_of(1, 10**9), 40),
    "a billion parts": lambda: shapefile(polygon_of(10**9, 2), 40),
    "negative parts": lambda: shapefile(polygon_of(-1, -1), 40),
    "a part that starts elsewhere": lambda: shapefile(polygon_of(1, 2, 2**31 - 1), 40),
    "an index of lies": lambda: shapefile(polygon_of(1, 2), 40, shx=b"\xff" * 5000),
    "4 billion rows": lambda: shapefile(polygon_of(1, 2), 40, table(2**32 - 1, 200)),
    "rows of no width": lambda: shapefile(polygon_of(1, 2), 40, table(2**32 - 1, 0)),
    "2,000 fields": lambda: shapefile(polygon_of(1, 2), 40, table(1, 200, 2000)),
    "a million rows of nothing": lambda: archive(
        {
            "a.shp": streamed(SHP_HEAD),
            "a.prj": streamed(PRJ),
            "a.dbf": deflated(b"\0", 100, table(MILLION, 100)),
        }
    ),
}
ALL: list[Hostile] = files("upload", ".zip", MADE)
