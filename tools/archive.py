"""The form of a backup: one tar file that holds the database, the photos that it names, and the signing key.

Its last member is the manifest, with the SHA-256 of every other one. So a backup that was cut short has none, and
a changed byte anywhere shows before anything is restored from it.
"""

import hashlib
import io
import json
import os
import re
import tarfile
from pathlib import Path
from typing import Any

FORMAT = 1
DUMP = "database.dump"
KEY = "secret_key"
MANIFEST = "manifest.json"
PHOTO = re.compile(r"media/incidents/([0-9a-f]{2})/(\1[0-9a-f]{62})\.jpg")
PIECE = 1 << 20


class Damaged(Exception):
    """The file is no whole backup; says what is wrong with it."""


class Writer:
    """Writes under another name; `finish` gives the file its own, so a half-made backup is never taken for one."""

    def __init__(self, path: Path) -> None:
        self._path, self._part = path, path.with_name(f"{path.name}.part")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._part.unlink(missing_ok=True)
        self._file = os.fdopen(os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        self._tar = tarfile.TarFile(fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT)
        self._digests: dict[str, str] = {}

    def add(self, name: str, file: Path) -> None:
        """Copy a file in. OSError if it cannot be read."""
        with file.open("rb") as source:
            info = tarfile.TarInfo(name)
            info.size, info.mode = os.fstat(source.fileno()).st_size, 0o600
            reading = _Hashing(source)
            self._tar.addfile(info, reading)
        self._digests[name] = reading.digest.hexdigest()

    def finish(self, about: dict[str, Any]) -> None:
        """Write the manifest, wait until the disk has everything, and give the file its name."""
        text = json.dumps({"format": FORMAT, "members": self._digests, **about}, indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(text), 0o600
        self._tar.addfile(info, io.BytesIO(text))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(self._path)

    def abandon(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self._part.unlink(missing_ok=True)


class _Hashing(io.RawIOBase):
    def __init__(self, source: Any) -> None:
        self._source, self.digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece: bytes = self._source.read(size)
        self.digest.update(piece)
        return piece


def unpack(path: Path, folder: Path) -> dict[str, Any]:
    """Unpack a backup into an empty folder and return its manifest. Raises Damaged, or OSError."""
    try:
        with tarfile.open(path, "r:") as tar:
            found = {info.name: _unpack_one(tar, info, folder) for info in tar}
        manifest = json.loads((folder / MANIFEST).read_text())
    except FileNotFoundError as missing:
        if not path.exists():
            raise
        raise Damaged("it has no end: the backup was cut short") from missing
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise Damaged(str(error)) from error
    _compare(manifest, found)
    return dict(manifest)


def _unpack_one(tar: tarfile.TarFile, info: tarfile.TarInfo, folder: Path) -> str:
    """Write one member below the folder, under one of the names that a backup may hold; its SHA-256."""
    if not info.isreg() or (info.name not in (DUMP, KEY, MANIFEST) and not PHOTO.fullmatch(info.name)):
        raise Damaged(f"it holds {info.name!r}, which belongs in no backup")
    target, digest = folder / info.name, hashlib.sha256()
    target.parent.mkdir(parents=True, exist_ok=True)
    source = tar.extractfile(info)
    assert source is not None
    with target.open("wb") as file:
        while piece := source.read(PIECE):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def _compare(manifest: dict[str, Any], found: dict[str, str]) -> None:
    if manifest.get("format") != FORMAT:
        raise Damaged(f"its format is {manifest.get('format')!r}; this program reads {FORMAT}")
    del found[MANIFEST]
    wanted = manifest["members"]
    if wrong := sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)):
        raise Damaged(f"{', '.join(wrong[:3])}: not what was written when the backup was made")
    for name, digest in found.items():
        photo = PHOTO.fullmatch(name)
        if photo and photo[2] != digest:
            raise Damaged(f"{name} is not the photo of that name")
