"""The raster engine of this process: writes MapServer's and MapProxy's files and holds the MapProxy application.

The files are made from the declarations whenever a process starts, so they cannot differ from them; each set lies
in a folder named after its content, so processes of different versions do not disturb each other.
"""

import hashlib
import os
import threading
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from mapproxy.config.loader import load_configuration
from mapproxy.wsgiapp import MapProxyApp
from psycopg.conninfo import conninfo_to_dict

from layers.surfaces.mapfile import mapfile
from tile_cache.raster import configuration, mending
from tile_cache.raster.kept import KeptTiles

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
)
_starting = threading.Lock()


def application() -> Wsgi:
    """MapProxy, made by the first request."""
    with _starting:
        return _application()


@cache
def _application() -> Wsgi:
    mending.mend()
    loaded = _loaded()
    for name, layers in configuration.pictures().items():
        if not layers:
            continue  # an upstream map changes when it likes
        for grid, _extent, manager in loaded.caches[f"{name}_cache"].caches():
            root = settings.STATE_DIR / "tiles" / "raster" / name / grid.name
            manager.cache = KeptTiles(root, tuple(layer.key for layer in layers), grid, manager.image_opts)
    return MapProxyApp(loaded.configured_services(), loaded.base_config)


def managers() -> dict[tuple[str, str], Any]:
    """MapProxy's tile managers by (picture, grid)."""
    application()
    loaded = _loaded()
    return {
        (name, grid.name): manager
        for name, layers in configuration.pictures().items()
        if layers
        for grid, _extent, manager in loaded.caches[f"{name}_cache"].caches()
    }


@cache
def _loaded() -> Any:
    return load_configuration(str(written() / "mapproxy.yaml"))


@cache
def written() -> Path:
    """The folder with mapproxy.yaml, wangge.map and what they need; readable by this user only, for the password."""
    texts = {
        "fonts.txt": f"cjk {_font()}\n",
        "mapserver.conf": 'CONFIG\n  ENV\n    MS_MAP_PATTERN "."\n  END\nEND\n',
    }
    words = connection_words()
    root = settings.STATE_DIR / "raster"
    name = hashlib.sha256(repr((texts, words, _texts(root / "x", words))).encode()).hexdigest()[:16]
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in {**texts, **_texts(folder, words)}.items():
        _write(folder / file, text)
    os.environ["MAPSERVER_CONFIG_FILE"] = str(folder / "mapserver.conf")
    return folder


def _texts(folder: Path, words: str) -> dict[str, str]:
    spec = configuration.configuration(folder / "wangge.map", folder / "kept")
    return {
        "wangge.map": mapfile(configuration.on_raster(), words, str(folder / "fonts.txt")),
        "mapproxy.yaml": yaml.safe_dump(spec, allow_unicode=True, sort_keys=False),
    }


def _write(path: Path, text: str) -> None:
    half = path.with_name(f"{path.name}.{os.getpid()}")
    half.touch(mode=0o600)
    half.write_text(text, encoding="utf-8")
    half.replace(path)


def connection_words() -> str:
    """The database as MapServer's CONNECTION: a role that reads what may appear on raster, and nothing else."""
    parts: dict[str, object] = dict(conninfo_to_dict(settings.RASTER_DATABASE_URL))
    parts["dbname"] = settings.DATABASES["default"]["NAME"]
    wanted = ("host", "port", "user", "password", "dbname")
    return " ".join(f"{name}='{parts[name]}'" for name in wanted if parts.get(name))


def _font() -> str:
    """A font with Chinese. Raises FileNotFoundError where the machine has none of those known."""
    for path in FONTS:
        if Path(path).exists():
            return path
    raise FileNotFoundError(f"no font for the labels of raster maps; looked for {', '.join(FONTS)}")
