"""The MapLibre style and TileJSON: nothing refers to what is not there, in both themes and languages."""

import itertools
import re

import pytest
import shapely

from layers import registry
from layers.palette import COLOURS
from tests.shapes import place

BOTH = list(itertools.product(("dark", "light"), ("zh", "en")))


def style(client, theme="dark", lang="zh"):
    response = client.get(f"/tiles/style.json?theme={theme}&lang={lang}")
    assert response.status_code == 200
    return response.json()


def fields_read(value):
    """Every field that an expression gets."""
    if isinstance(value, dict):
        return set().union(*map(fields_read, value.values()), set())
    if not isinstance(value, list):
        return set()
    if len(value) == 2 and value[0] == "get":
        return {value[1]}
    return set().union(*map(fields_read, value), set())


@pytest.mark.parametrize(("theme", "lang"), BOTH)
def test_every_style_layer_reads_a_source_and_fields_that_exist(client, db, theme, lang):
    document = style(client, theme, lang)
    for drawn in document["layers"][1:]:
        layer = registry.find(drawn["source"])
        assert drawn["source"] in document["sources"]
        assert drawn["source-layer"] in (layer.key, f"{layer.key}_labels", f"{layer.key}_counts")
        if drawn["source-layer"].endswith("_counts"):
            assert drawn["maxzoom"] == layer.zooms[0]
            assert fields_read([drawn["paint"], drawn.get("layout")]) == {"count"}
            continue
        assert fields_read([drawn.get("filter"), drawn["paint"], drawn.get("layout")]) <= {
            field.name for field in layer.public_fields() if field.tile_zoom is not None
        }


@pytest.mark.parametrize(("theme", "lang"), BOTH)
def test_ids_are_unique_and_zooms_in_order(client, db, theme, lang):
    layers = style(client, theme, lang)["layers"]
    assert len({layer["id"] for layer in layers}) == len(layers)
    assert all(layer.get("minzoom", 0) < layer.get("maxzoom", 24) for layer in layers)


def test_every_source_is_there_under_the_address_that_serves_it(client, db):
    for key, source in style(client)["sources"].items():
        url = source["tiles"][0]
        assert url.startswith("http://testserver/tiles/")
        served = re.sub(r"\{[zxy]\}", "0", url.removeprefix("http://testserver"))
        assert client.get(served).status_code in (200, 204), key


def test_the_tiers_take_turns_as_one_zooms_in(client, db):
    filled = [
        (layer["source"], layer.get("minzoom", 0), layer.get("maxzoom", 24))
        for layer in style(client)["layers"]
        if layer["type"] == "fill" and registry.find(layer["source"]).id_field == "code"
    ]
    assert {source: (low, high) for source, low, high in filled} == {
        "counties": (0, 9.5),
        "towns": (9.5, 11.5),
        "villages": (11.5, 13.5),
        "grids": (13.5, 24),
    }


def test_labels_lie_over_everything_and_the_greatest_wins(client, db):
    kinds = [layer["type"] for layer in style(client)["layers"]]
    assert kinds == sorted(kinds, key=lambda kind: kind == "symbol")
    assert style(client)["layers"][-1]["id"] == "provinces-label"


def test_an_unknown_theme_is_refused_with_those_there_are(client, db):
    response = client.get("/tiles/style.json?theme=blue")
    assert response.status_code == 400
    assert response.json()["error"]["details"]["allowed"] == ["dark", "light"]


def test_every_colour_is_a_colour():
    assert all(re.fullmatch("#[0-9a-f]{6}", value) for pair in COLOURS.values() for value in pair)


def test_tilejson_tells_fields_zooms_and_bounds(client, nine_grids):
    document = client.get("/tiles/grids.json").json()
    assert document["vector_layers"][0]["fields"]["code"] == "String"
    assert (document["minzoom"], document["maxzoom"]) == (10, 16)
    west, south, east, north = document["bounds"]
    assert shapely.box(west, south, east, north).covers(shapely.box(*place(0, 0), *place(3, 3)))
    # From the root of the spatial index: rows of rolled-back tests, in other cities, still count until a vacuum.
    assert east - west < 90


def test_tilejson_of_an_unknown_layer_is_404(client, db):
    assert client.get("/tiles/nothing.json").status_code == 404
