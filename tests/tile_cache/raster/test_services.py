"""WMS, WMTS and TMS over the whole chain: MapProxy, MapServer, PostGIS; what is shown, to whom, in which order."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from layers import registry
from layers.surfaces.legend import legend
from layers.surfaces.mapfile import mapfile
from tests.layers.pyramid import tile_at
from tile_cache.raster import configuration

pytestmark = pytest.mark.django_db(transaction=True)

CENTRE = (114.3, 34.805)
"""Within the square of nine grids (tests/layers/conftest.py)."""
WORDS = "SERVICE=WMS&VERSION=1.1.1&STYLES=&SRS=EPSG:4490&WIDTH=200&HEIGHT=200&FORMAT=image/png"
BOX = "BBOX=114.298,34.803,114.302,34.807"


def picture(response: Any) -> np.ndarray:
    assert response.status_code == 200, response.content[:400]
    return np.asarray(Image.open(BytesIO(response.content)).convert("RGBA"))


def test_a_tile_of_every_grid_shows_the_grids_that_lie_there(client, nine_grids):
    _z, x, y = tile_at(*CENTRE, 15)
    assert picture(client.get(f"/raster/wmts/grids/webmercator/15/{x}/{y}.png"))[..., 3].any()
    # TMS has its profile begin with two by two tiles, and its rows from the south.
    assert picture(client.get(f"/raster/tms/1.0.0/grids/webmercator/14/{x}/{2**15 - 1 - y}.png"))[
        ..., 3
    ].any()
    side = 180 / 2**14
    for grid in ("cgcs2000", "wgs84"):
        col, row = int((CENTRE[0] + 180) / side), int((90 - CENTRE[1]) / side)
        assert picture(client.get(f"/raster/wmts/grids/{grid}/14/{col}/{row}.png"))[..., 3].any()


def test_where_nothing_lies_the_tile_is_transparent(client, nine_grids):
    _z, x, y = tile_at(100, 20, 15)
    assert not picture(client.get(f"/raster/wmts/grids/webmercator/15/{x}/{y}.png"))[..., 3].any()


@pytest.mark.parametrize(
    ("version", "crs", "box"),
    [
        ("1.1.1", "SRS=EPSG:4490", "114.298,34.803,114.302,34.807"),
        ("1.3.0", "CRS=EPSG:4490", "34.803,114.298,34.807,114.302"),
        ("1.3.0", "CRS=EPSG:4326", "34.803,114.298,34.807,114.302"),
        ("1.3.0", "CRS=EPSG:3857", "12723600,4137200,12724000,4137600"),
    ],
)
def test_a_map_has_the_axes_of_its_version(client, nine_grids, version, crs, box):
    query = f"SERVICE=WMS&VERSION={version}&REQUEST=GetMap&LAYERS=grids&STYLES=&{crs}&BBOX={box}"
    response = client.get(f"/raster/service?{query}&WIDTH=200&HEIGHT=200&FORMAT=image/png&TRANSPARENT=TRUE")
    assert picture(response)[..., 3].any()


def test_a_click_names_the_grid_and_its_fields(client, nine_grids):
    query = f"{WORDS}&{BOX}&REQUEST=GetFeatureInfo&LAYERS=grids&QUERY_LAYERS=grids&X=150&Y=105&INFO_FORMAT=text/plain"
    text = client.get(f"/raster/service?{query}").content.decode()
    assert "code = '" in text


def test_the_legend_is_a_picture(client, nine_grids):
    query = "SERVICE=WMS&VERSION=1.1.1&REQUEST=GetLegendGraphic&LAYER=roads&FORMAT=image/png"
    assert picture(client.get(f"/raster/service?{query}")).shape[0] > 20


def test_the_mapfile_has_a_class_for_every_class_of_the_legend():
    text = mapfile(configuration.on_raster(), "dbname=none", "fonts.txt")
    for layer in configuration.on_raster():
        part = text.partition(f'NAME "{layer.key}"')[2].partition("\n  LAYER")[0]
        assert [entry["title"]["zh"] for entry in legend(layer)] == [
            line.split('"')[1] for line in part.splitlines() if line.startswith("      NAME ")
        ]


def test_capabilities_list_every_public_layer_and_no_protected_one(client, nine_grids):
    protected = [layer.key for layer in registry.every() if layer.permission is not None]
    assert protected
    for address in (
        "service?SERVICE=WMS&REQUEST=GetCapabilities",
        "wmts/1.0.0/WMTSCapabilities.xml",
        "tms/1.0.0/",
    ):
        text = client.get(f"/raster/{address}").content.decode()
        assert all(layer.key in text for layer in configuration.on_raster())
        assert not any(f">{key}<" in text or f"/{key}/" in text for key in protected)


@pytest.mark.parametrize(
    "address",
    [
        "service?SERVICE=WMS&REQUEST=GetMap&LAYERS=cameras",
        f"service?{WORDS}&{BOX}&REQUEST=GetMap&LAYERS=cameras",
        f"service?{WORDS}&BBOX=1,1,0,0&REQUEST=GetMap&LAYERS=grids",
        f"service?{WORDS.replace('200', '99999')}&{BOX}&REQUEST=GetMap&LAYERS=grids",
        "wmts/cameras/webmercator/14/1/1.png",
        "wmts/grids/webmercator/14/999999/1.png",
        "wmts/grids/webmercator/99/1/1.png",
        "wmts/..%2f..%2fetc/webmercator/1/1/1.png",
        "tms/1.0.0/grids/webmercator/14/x/1.png",
        "service?" + "A" * 5000,
        "demo/",
    ],
)
def test_what_is_wrong_is_refused_and_no_server_error(client, nine_grids, address):
    assert 400 <= client.get(f"/raster/{address}").status_code < 500


def test_an_answer_is_asked_for_again_and_304_when_unchanged(client, nine_grids):
    _z, x, y = tile_at(*CENTRE, 15)
    first = client.get(f"/raster/wmts/grids/webmercator/15/{x}/{y}.png")
    assert first["Cache-Control"] == "public, no-cache"
    again = client.get(f"/raster/wmts/grids/webmercator/15/{x}/{y}.png", HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code == 304
