"""What may come in at all: a file's size, its kind by name and by content, and what an archive unpacks to.

The content must be what the name says, because GDAL goes by content: a virtual format (VRT) under another name
could make it read other files of this machine.
"""

import zipfile
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import shapely
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from gis_core.importing.reading import Source

CHUNK = 1 << 20
MOST_MEMBERS = 500
DATA = (".shp", ".gpkg")


class TooLarge(WanggeError):
    """More than the server takes in one file; the message says how much that is."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"


class WrongFile(WanggeError):
    """Not one of the formats, or not what its name says."""

    code = "wrong_file"


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
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        text = _("%(file)s cannot be unpacked: %(reason)s")
        raise WrongFile(text % {"file": name, "reason": error}) from error


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
    """Raise TooLarge for more rows or vertices than a plan takes."""
    vertices = sum(int(shapely.get_num_coordinates(row.geometry)) for row in source.rows if row.geometry)
    for what, count in (("rows", len(source.rows)), ("vertices", vertices)):
        limit = settings.UPLOAD_LIMITS[what]
        if count > limit:
            text = _("The file has %(count)d %(what)s; at most %(limit)d are taken.")
            words = {"rows": _("rows"), "vertices": _("vertices")}
            raise TooLarge(text % {"count": count, "what": words[what], "limit": limit}, {"limit": limit})
