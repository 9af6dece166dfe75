"""Pictures that are none, or unpack to gigabytes, or are a page as well."""

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image

from tests.security.corpus.bombs import MILLION, zlib_bomb
from tests.security.corpus.hostile import Hostile, files


def saved(kind: str, size: tuple[int, int] = (20, 20), **more: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "red").save(buffer, kind, **more)
    return buffer.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))


def png(width: int, height: int, *before: bytes, data: bytes = b"") -> bytes:
    """A PNG that says to have this size."""
    head = chunk(b"IHDR", struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + b"".join(before)
        + chunk(b"IDAT", data or zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


def jpeg_saying(width: int, height: int) -> bytes:
    honest = saved("JPEG")
    at = honest.index(b"\xff\xc0") + 5
    return honest[:at] + struct.pack(">HH", height, width) + honest[at + 4 :]


def orientation(value: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = value
    return saved("JPEG", exif=exif)


MADE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "zeros": lambda: bytes(MILLION),
    "a page": lambda: b"<html><script>alert(1)</script></html>",
    "a drawing": lambda: (
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><image href="/etc/passwd"/></svg>'
    ),
    "PostScript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file\n",
    "a picture and a page": lambda: saved("JPEG") + b"<html><script>alert(1)</script></html>",
    "a picture and an archive": lambda: saved("PNG") + b"PK\x05\x06" + bytes(18),
    "a comment that is a page": lambda: saved("JPEG", comment=b"<script>alert(1)</script>"),
    "65,000 x 65,000": lambda: png(65_000, 65_000),
    "2 billion x 2 billion": lambda: png(2**31 - 1, 2**31 - 1),
    "no width": lambda: png(0, 10),
    "49 million pixels of nothing": lambda: saved("PNG", (7000, 7000)),
    "49 million pixels as WebP": lambda: saved("WEBP", (7000, 7000), quality=1, method=0),
    "a JPEG that says 65,500": lambda: jpeg_saying(65_500, 65_500),
    "a JPEG that says 7,000": lambda: jpeg_saying(7_000, 7_000),
    "a text of 500 MB": lambda: png(9, 9, chunk(b"zTXt", b"a\0\0" + zlib_bomb(500))),
    "a profile of 500 MB": lambda: png(9, 9, chunk(b"iCCP", b"a\0\0" + zlib_bomb(500))),
    "1,000 texts of 1 MB": lambda: png(
        9, 9, *[chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(MILLION)))] * 1000
    ),
    "100,000 chunks": lambda: png(9, 9, *[chunk(b"tEXt", b"a\0b")] * 100_000),
    "more data than pixels": lambda: png(9, 9, data=zlib_bomb(500)),
    "a chunk of lies": lambda: png(9, 9, struct.pack(">L", 2**31 - 1) + b"tEXt"),
    "an animation": lambda: saved(
        "WEBP", save_all=True, append_images=[Image.new("RGB", (20, 20), (n, 0, 0)) for n in range(200)]
    ),
    "a GIF": lambda: saved("GIF"),
    "a TIFF": lambda: saved("TIFF"),
    "turned oddly": lambda: orientation(99),
    "cut off": lambda: saved("JPEG", (500, 500))[:300],
    "EXIF of lies": lambda: saved("JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\xff" * 3000),
    "EXIF that loops": lambda: saved(
        "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0"
    ),
    "11 MB": lambda: saved("JPEG") + bytes(11 * MILLION),
}
ALL: list[Hostile] = files("picture", ".jpg", MADE)
