"""MapProxy's configuration, made from the declared layers and nothing else: services, grids, sources, caches.

Every layer is served as itself, and those that are on the map from the start once more as one picture, `map`. Tiles
come from a cache, GetMap in any other cut straight from the source, so that its text is never resampled.
"""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings

from layers import registry
from layers.registry import Layer

Spec = dict[str, Any]

WHOLE = "map"
TITLE = "网格化管理地图"
# Geographic grids as WorldCRS84Quad has them: two tiles at level 0, from the upper left.
DEGREES: Spec = {"bbox": [-180, -90, 180, 90], "origin": "nw", "min_res": 0.703125, "num_levels": 20}
GRIDS: dict[str, Spec] = {
    "webmercator": {"base": "GLOBAL_WEBMERCATOR", "num_levels": 21},
    "cgcs2000": {"srs": "EPSG:4490", **DEGREES},
    "wgs84": {"srs": "EPSG:4326", **DEGREES},
}
SRS = ["EPSG:3857", "EPSG:4490", "EPSG:4326"]
BUFFER = 96
"""Pixels drawn around a tile, so that text and wide lines go on across its edge."""


def on_raster() -> list[Layer]:
    """The layers that may appear: declared so and public, for a picture has no rows to hide."""
    return [layer for layer in registry.every() if layer.on_raster and layer.permission is None]


def pictures() -> dict[str, tuple[Layer, ...]]:
    """What is served, by name: the layers that each picture is made of, in drawing order."""
    layers = on_raster()
    base = settings.RASTER_BASE
    whole = {WHOLE: tuple(layer for layer in layers if layer.shown)}
    single = {layer.key: (layer,) for layer in layers}
    return {**whole, **single, **({base["name"]: ()} if base else {})}


def configuration(mapfile: Path, cache: Path) -> Spec:
    """The document that MapProxy loads (mapproxy.yaml)."""
    spec: Spec = {
        "services": _services(),
        "grids": {**GRIDS, **_base_grid()},
        "sources": {
            f"{name}_source": _source(layers, mapfile) for name, layers in pictures().items() if layers
        },
        "caches": {
            f"{name}_cache": _cache(f"{name}_source") for name, layers in pictures().items() if layers
        },
        "layers": [_layer(name, layers) for name, layers in pictures().items() if layers],
        "globals": {
            "cache": {
                "base_dir": str(cache),
                "lock_dir": str(cache / "locks"),
                "meta_size": [1, 1],
                "meta_buffer": BUFFER,
            },
            "http": {"client_timeout": 60, "access_control_allow_origin": "*"},
            "image": {"resampling_method": "bicubic"},
            "mapserver": {
                "binary": shutil.which("mapserv") or "/usr/bin/mapserv",
                "working_dir": str(mapfile.parent),
            },
        },
    }
    _add_base(spec)
    return spec


def _services() -> Spec:
    about = {"title": TITLE, "abstract": "Wangge", "online_resource": "/"}
    wms = {
        "md": about,
        "srs": SRS,
        "versions": ["1.1.1", "1.3.0"],
        "image_formats": ["image/png", "image/jpeg"],
    }
    wmts = {"md": about, "kvp": True, "restful": True}
    wmts["restful_template"] = "/{Layer}/{TileMatrixSet}/{TileMatrix}/{TileCol}/{TileRow}.{Format}"
    return {"wms": {**wms, "max_output_pixels": [4096, 4096]}, "wmts": wmts, "tms": {"use_grid_names": True}}


def _source(layers: tuple[Layer, ...], mapfile: Path) -> Spec:
    return {
        "type": "mapserver",
        "req": {"map": str(mapfile), "layers": ",".join(layer.key for layer in layers), "transparent": True},
        "supported_srs": SRS,
        "wms_opts": {"featureinfo": True, "legendgraphic": len(layers) == 1},
    }


def _cache(source: str) -> Spec:
    return {"grids": list(GRIDS), "sources": [source], "format": "image/png", "cache": {"type": "file"}}


def _layer(name: str, layers: tuple[Layer, ...]) -> Spec:
    title = TITLE if name == WHOLE else layers[0].title.zh
    return {"name": name, "title": title, "sources": [f"{name}_source"], "tile_sources": [f"{name}_cache"]}


# ---- a base map from elsewhere, if the settings name one ----------------------------------------------------


def _base_grid() -> Spec:
    base = settings.RASTER_BASE
    return {"base_grid": base["grid"]} if base and "grid" in base else {}


def _add_base(spec: Spec) -> None:
    """The upstream map as one more layer, fetched through its own grid and kept here, with its attribution."""
    base = settings.RASTER_BASE
    if not base:
        return
    name, grid = base["name"], "base_grid" if "grid" in base else "webmercator"
    spec["sources"][f"{name}_source"] = {"type": "tile", "url": base["url"], "grid": grid}
    kept = {"grids": [grid], "sources": [f"{name}_source"], "format": base.get("format", "image/png")}
    spec["caches"][f"{name}_upstream"] = {
        **kept,
        "cache": {"type": "file"},
        "meta_size": [1, 1],
        "meta_buffer": 0,
    }
    served = {
        "grids": list(GRIDS),
        "sources": [f"{name}_upstream"],
        "format": base.get("format", "image/png"),
    }
    spec["caches"][f"{name}_cache"] = {**served, "disable_storage": True}
    shown: Spec = {"name": name, "title": base["title"], "sources": [f"{name}_cache"]}
    spec["layers"].insert(0, shown)
    attribution = base.get("attribution", "")
    if attribution:
        shown["md"] = {"attribution": {"title": attribution}}
        spec["services"]["wms"]["attribution"] = {"text": attribution}
