"""What every writer of Shapefiles has to mind: names of ten bytes, an encoding that lacks characters, several files.

Used by the exports of layers and plans, and by the WFS. Knows nothing of what is written.
"""

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

ENCODINGS = {"utf-8": "UTF-8", "gbk": "GBK"}
"""What a parameter may say, and the name that GDAL and the .cpg know it by."""
NAME_BYTES = 10


def short_names(names: Iterable[str], titles: Mapping[str, str], encoding: str) -> dict[str, str]:
    """Each name (or its title) as a .dbf holds it: cut at a character's end, numbered where two would be the same."""
    found: dict[str, str] = {}
    for name in names:
        short, count = _cut(titles.get(name, name), encoding, NAME_BYTES), 1
        while short.lower() in {other.lower() for other in found.values()}:
            count += 1
            short = _cut(titles.get(name, name), encoding, NAME_BYTES - len(f"_{count}")) + f"_{count}"
        found[name] = short
    return found


def _cut(name: str, encoding: str, size: int) -> str:
    return name.encode(encoding, "replace")[:size].decode(encoding, "ignore")


def known(text: str, encoding: str) -> str:
    """Characters that the encoding lacks become question marks; GDAL would drop the whole value without a trace."""
    return text.encode(encoding, "replace").decode(encoding)


def zip_into(target: Path | IO[bytes], parts: Iterable[Path]) -> None:
    """Pack files under their own names."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.write(part, part.name)
