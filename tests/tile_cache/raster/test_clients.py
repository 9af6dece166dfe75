"""Programs that others made, against the running server: GDAL's WMTS, WMS and MVT drivers, and OWSLib."""

import json
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import httpx
import numpy as np
import pytest
from owslib.wms import WebMapService
from owslib.wmts import WebMapTileService
from PIL import Image

from tests import serving
from tests.layers.pyramid import tile_at
from tests.shapes import grid_code, place

pytestmark = pytest.mark.django_db

(WEST, SOUTH), (EAST, NORTH) = place(1.2, 1.2), place(2.8, 2.8)


def run(*command: str) -> str:
    # In a folder of its own: GDAL keeps the tiles it has fetched in the working folder, and reads them again.
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "ERROR" not in done.stderr, done.stderr
    return done.stdout


def shown(png: bytes) -> bool:
    """Whether there is anything but one colour."""
    pixels = np.asarray(Image.open(BytesIO(png)).convert("RGBA")).reshape(-1, 4)
    return bool((pixels != pixels[0]).any())


@pytest.mark.parametrize("grid", ["webmercator", pytest.param("cgcs2000", marks=pytest.mark.long)])
def test_gdal_reads_wmts(site, tmp_path, grid):
    source = f"WMTS:{site.address}/raster/wmts/1.0.0/WMTSCapabilities.xml,layer=grids,tilematrixset={grid}"
    out = tmp_path / "wmts.png"
    window = [str(n) for n in (WEST, NORTH, EAST, SOUTH)]
    run("gdal_translate", "-q", "-of", "PNG", "-projwin", *window, "-projwin_srs", "EPSG:4490",
        "-outsize", "300", "300", source, str(out))  # fmt: skip
    assert shown(out.read_bytes())


def test_gdal_reads_wms(site, tmp_path):
    source = (
        f"WMS:{site.address}/raster/service?SERVICE=WMS&VERSION=1.1.1&REQUEST=GetMap&LAYERS=grids&STYLES="
        f"&SRS=EPSG:4490&BBOX={WEST},{SOUTH},{EAST},{NORTH}&FORMAT=image/png&TRANSPARENT=TRUE"
    )
    out = tmp_path / "wms.png"
    run("gdal_translate", "-q", "-of", "PNG", "-outsize", "300", "300", source, str(out))
    assert shown(out.read_bytes())


def test_gdal_reads_vector_tiles(site):
    z, x, y = tile_at(*place(1.5, 1.5), 14)
    source = f"MVT:{site.address}/tiles/grids/{z}/{x}/{y}.mvt"
    text = run("ogrinfo", "-ro", "-al", "-q", "-oo", f"X={x}", "-oo", f"Y={y}", "-oo", f"Z={z}", source)
    assert "Layer name: grids" in text
    assert grid_code(6) in re.findall(r" code \(String\) = (\d+)", text)


@pytest.mark.parametrize("version", ["1.1.1", "1.3.0"])
def test_owslib_asks_for_maps_and_what_is_there(site, version):
    service = WebMapService(f"{site.address}/raster/service", version=version)
    assert {"map", "grids", "roads"} <= set(service.contents)
    assert "cameras" not in service.contents
    size = (300, 300)
    wanted = {"layers": ["grids"], "srs": "EPSG:4490", "bbox": (WEST, SOUTH, EAST, NORTH), "size": size}
    picture = service.getmap(**wanted, format="image/png", transparent=True).read()
    assert shown(picture)
    told = service.getfeatureinfo(
        **wanted, query_layers=["grids"], xy=(75, 75), info_format="text/plain", format="image/png"
    ).read()
    assert b"code = '" in told


def test_owslib_asks_for_a_tile(site):
    service = WebMapTileService(f"{site.address}/raster/wmts/1.0.0/WMTSCapabilities.xml")
    assert {"webmercator", "cgcs2000", "wgs84"} <= set(service.tilematrixsets)
    _z, x, y = tile_at(*place(2, 2), 15)
    tile = service.gettile(
        layer="grids", tilematrixset="webmercator", tilematrix="15", column=x, row=y, format="image/png"
    )
    assert shown(tile.read())


@contextmanager
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A server of red tiles, and the paths that were asked for."""
    asked: list[str] = []
    red = BytesIO()
    Image.new("RGB", (256, 256), (200, 10, 10)).save(red, "PNG")

    class Tiles(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(red.getvalue())

        def log_message(self, *words: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def test_a_base_map_from_elsewhere_by_settings_is_kept_and_named(database, tmp_path):
    with elsewhere() as (address, asked):
        base = {
            "name": "base",
            "title": "Base",
            "url": address + "/%(z)s/%(x)s/%(y)s.png",
            "attribution": "Whoever",
        }
        settings = {"WANGGE_STATE": str(tmp_path), "WANGGE_SECRET_KEY": "tests"}
        with serving.server(database, **settings, WANGGE_RASTER_BASE=json.dumps(base)) as site:
            z, x, y = tile_at(*place(2, 2), 12)
            for _ in range(2):
                tile = httpx.get(
                    f"{site.address}/raster/wmts/base/webmercator/{z}/{x}/{y}.png",
                    trust_env=False,
                    timeout=60,
                )
                assert tile.status_code == 200
                red, green, _blue = Image.open(BytesIO(tile.content)).convert("RGB").getpixel((128, 128))
                assert red > 150 > green
            assert asked == [f"/{z}/{x}/{y}.png"], "asked for once, then kept"
            told = httpx.get(
                f"{site.address}/raster/service?SERVICE=WMS&REQUEST=GetCapabilities",
                trust_env=False,
                timeout=60,
            )
            assert "Whoever" in told.text
            own = httpx.get(
                f"{site.address}/raster/wmts/map/webmercator/{z}/{x}/{y}.png", trust_env=False, timeout=60
            )
            assert own.status_code == 200
            assert len(asked) == 1, "our own map needs nothing from elsewhere"
