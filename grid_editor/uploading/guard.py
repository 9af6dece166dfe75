"""What may come in at all: a file's size, its kind by name and by content, and what an archive unpacks to.

The content must be what the name says, because GDAL goes by content: a virtual format (VRT) under another name
could make it read other files of this machine.
"""

import errno
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import shapely
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from gis_core import limits, tangles
from gis_core.importing.reading import Source
from grid_editor.uploading import geopackage
from grid_editor.uploading.refusals import TooLarge, WrongFile

CHUNK = 1 << 20
MOST_MEMBERS = 500
UNPACKABLE = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError, zlib.error, struct.error,
)  # fmt: skip
"""What zipfile raises for archives that lie."""
DATA = (".shp", ".gpkg")


def _json(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


KINDS: dict[str, Callable[[bytes], bool]] = {
    ".geojson": _json,
    ".json": _json,
    ".topojson": _json,
    ".gpkg": lambda head: head.startswith(b"SQLite format 3\0"),
    ".zip": lambda head: head.startswith(b"PK\x03\x04"),
    ".shp": lambda head: head.startswith(b"\x00\x00\x27\x0a"),
}
"""Suffix -> whether a file's first bytes fit it."""
ALLOWED = tuple(kind for kind in KINDS if kind != ".shp")


def stored(file: UploadedFile, folder: Path) -> Path:
    """The upload as a file in the folder. Raises TooLarge and WrongFile."""
    name = Path(str(file.name or "")).name
    suffix = Path(name).suffix.lower()
    if suffix not in ALLOWED:
        text = _("%(file)s: allowed are GeoJSON, TopoJSON, GeoPackage and a zipped Shapefile (%(suffixes)s).")
        raise WrongFile(text % {"file": name, "suffixes": ", ".join(ALLOWED)}, {"allowed": ALLOWED})
    limit = settings.UPLOAD_LIMITS["bytes"]
    if (file.size or 0) > limit:
        text = _("The file has %(size)d MB; at most %(limit)d MB are taken.")
        raise TooLarge(text % {"size": (file.size or 0) // 10**6, "limit": limit // 10**6}, {"limit": limit})
    path = folder / f"upload{suffix}"
    with path.open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    _check_content(path, suffix, name)
    return path


def _check_content(path: Path, suffix: str, name: str) -> None:
    with path.open("rb") as opened:
        head = opened.read(64)
    if not KINDS[suffix](head):
        text = _("%(file)s is no %(kind)s file inside, whatever its name says.")
        raise WrongFile(text % {"file": name, "kind": suffix.removeprefix(".")})
    if suffix == ".zip":
        _check_archive(path, name)
    elif suffix == ".gpkg":
        geopackage.check(path, name)


def _check_archive(path: Path, name: str) -> None:
    """Unpack it into nothing, counting: sizes that an archive states may be lies."""
    left = settings.UPLOAD_LIMITS["unpacked"]
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > left:
                raise _bomb(name)
            for member in members:
                left -= _unpacked(archive, member, name, left)
                if Path(member.filename).suffix.lower() == ".gpkg":
                    _check_within(archive, member, path.parent)
    except UNPACKABLE as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # a full disk, not a lie about places
            raise
        text = _("%(file)s cannot be unpacked: %(reason)s")
        raise WrongFile(text % {"file": name, "reason": error}) from error


def _check_within(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> None:
    """A GeoPackage in an archive, by itself."""
    path = folder / "within.gpkg"
    with archive.open(member) as opened, path.open("wb") as target:
        shutil.copyfileobj(opened, target, CHUNK)
    try:
        geopackage.check(path, member.filename)
    finally:
        path.unlink()


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, left: int) -> int:
    # macOS adds files of its own under the same names; the reader leaves them out as well.
    of_macos = member.filename.startswith("__MACOSX")
    suffix, size = "" if of_macos else Path(member.filename).suffix.lower(), 0
    with archive.open(member) as opened:
        while chunk := opened.read(CHUNK):
            if size == 0 and suffix in DATA and not KINDS[suffix](chunk):
                text = _("%(file)s is no %(kind)s file inside, whatever its name says.")
                raise WrongFile(text % {"file": member.filename, "kind": suffix.removeprefix(".")})
            size += len(chunk)
            if size > left:
                raise _bomb(name)
    return size


def _bomb(name: str) -> TooLarge:
    limit = settings.UPLOAD_LIMITS["unpacked"]
    text = _("%(file)s unpacks to more than %(limit)d MB or %(members)d files, which is not taken.")
    return TooLarge(text % {"file": name, "limit": limit // 10**6, "members": MOST_MEMBERS}, {"limit": limit})


def check_read(source: Source) -> None:
    """Raise TooLarge for more rows or vertices than a plan takes, WrongFile for what is no drawing of grids."""
    vertices = sum(int(shapely.get_num_coordinates(row.geometry)) for row in source.rows if row.geometry)
    for what, count in (("rows", len(source.rows)), ("vertices", vertices)):
        limit = settings.UPLOAD_LIMITS[what]
        if count > limit:
            text = _("The file has %(count)d %(what)s; at most %(limit)d are taken.")
            words = {"rows": _("rows"), "vertices": _("vertices")}
            raise TooLarge(text % {"count": count, "what": words[what], "limit": limit}, {"limit": limit})
    drawn = [row for row in source.rows if row.geometry]
    for row in drawn:
        if shapely.get_num_coordinates(row.geometry) > limits.VERTICES:
            text = _("Row %(row)s has more than %(limit)d corners.")
            given = {"row": row.number, "limit": limits.VERTICES}
            raise TooLarge(text % given, given)
        if tangles.is_tangled(row.geometry):
            text = _("Row %s crosses or covers itself thousands of times, which no grid does.")
            raise WrongFile(text % row.number, {"row": row.number})
    if tangles.are_tangled([row.geometry for row in drawn]):
        raise WrongFile(_("Hundreds of the file's polygons lie on each other, which grids do not."))
