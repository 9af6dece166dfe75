"""What has been done already: a stamp is the hash of everything a step was made from.

A step runs again exactly when that hash changes, so a second start skips what the first one did.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from tools.clone import STATE


def digest(paths: Iterable[Path], *words: str) -> str:
    """SHA-256 over the names and contents of the files (folders: all files below) and over the words."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        for file in _files(path):
            total.update(f"\0{file}\0".encode())
            total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file())
    return [path] if path.is_file() else []


def stamp_of(name: str) -> str:
    """The stamp recorded for a step, or an empty text."""
    path = STATE / "stamps" / name
    return path.read_text() if path.exists() else ""


def record(name: str, value: str) -> None:
    """Note that a step is done for this hash."""
    path = STATE / "stamps" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value)
