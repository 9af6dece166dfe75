"""The catalogue of layers, their rows as GeoJSON, and a layer declared at run time on every surface."""

import json
from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import GEOSGeometry
from lxml import etree

from gis_core.models import Membership
from layers import registry
from layers.models import Road
from layers.registry import Field, Layer
from layers.styling import Label, Line, Style, StyleClass, Title
from tests.layers.pyramid import decoded, tile_at
from tests.shapes import place

MAIN_ROADS = Layer(
    key="main_roads",
    title=Title("主路", "Main roads"),
    model="layers.Road",
    geometry_type="line",
    conditions=(("road_class", "arterial"),),
    fields=(
        Field("name", Title("名称", "Name"), tile_zoom=0),
        Field("source_id", Title("内部编号", "Internal id"), sensitivity="protected", tile_zoom=0),
    ),
    zooms=(8, 14),
    style=Style((StyleClass(Title("主路", "Main roads"), (Line("arterial", 2),)),)),
    label=Label("name", 12, along=True),
    order=55,
    group=Title("测试", "Test"),
    permission=None,
)


def rows(client, key, **parameters):
    response = client.get(f"/api/v1/layers/{key}/", parameters)
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def test_the_catalogue_tells_all_that_a_client_needs(client, db):
    layers = {layer["key"]: layer for layer in client.get("/api/v1/layers/").json()["layers"]}
    roads = layers["roads"]
    assert roads["title"] == {"zh": "道路", "en": "Roads"}
    assert roads["geometry_type"] == "line"
    assert [cls["values"] for cls in roads["legend"]][-1] == ["expressway"]
    assert roads["legend"][-1]["symbols"][0]["colour"].keys() == {"dark", "light"}
    assert list(layers)[:2] == ["landuse", "water"]


@pytest.mark.django_db(transaction=True)
def test_every_address_of_the_catalogue_answers(client, nine_grids, ground):
    for layer in client.get("/api/v1/layers/").json()["layers"]:
        for url in layer["urls"].values():
            local = url.removeprefix("http://testserver").replace("{z}/{x}/{y}", "10/837/405")
            assert client.get(local).status_code in (200, 204), local


def test_rows_are_geojson_with_lon_lat_to_the_last_digit(client, nine_grids):
    found = rows(client, "grids")
    assert [feature["id"] for feature in found["features"]] == nine_grids
    assert found["features"][0]["geometry"]["coordinates"][0][0][0] == list(place(0, 0))


def test_pages_follow_each_other_by_code(client, nine_grids):
    seen, url = [], "/api/v1/layers/grids/?limit=4"
    while url:
        page = json.loads(client.get(url).content)
        seen += [feature["id"] for feature in page["features"]]
        url = page["next"]
    assert seen == nine_grids


def test_a_box_chooses_what_it_touches(client, nine_grids):
    box = ",".join(map(str, (*place(0.2, 1.2), *place(1.8, 1.8))))
    assert [f["id"] for f in rows(client, "grids", bbox=box)["features"]] == nine_grids[3:5]


@pytest.mark.parametrize("wrong", [{"limit": "0"}, {"bbox": "1,2,3"}, {"colour": "red"}, {"limit": "x"}])
def test_a_wrong_parameter_is_named(client, db, wrong):
    response = client.get("/api/v1/layers/grids/", wrong)
    assert response.status_code == 400
    assert response.json()["error"]["details"]["parameter"] in wrong


def test_a_cursor_that_is_none_is_refused(client, db):
    assert client.get("/api/v1/layers/roads/?cursor=x").status_code == 400


def test_an_unknown_layer_is_404(client, db):
    assert client.get("/api/v1/layers/nothing/").json()["error"]["code"] == "unknown_layer"


# ---- one declaration, every surface -------------------------------------------------------------------------


def on_every_surface(client, key):
    """Where the layer can be seen: surface -> names of its fields there, or None."""
    tile = client.get("/tiles/{}/{}/{}/{}.mvt".format(key, *tile_at(*place(1.5, 1.5), 12)))
    found = decoded(tile.content)[key]["features"][0]["properties"] if tile.status_code == 200 else {}
    tilejson = client.get(f"/tiles/{key}.json").json().get("vector_layers", [{}])[0].get("fields", {})
    feature = client.get(f"/api/v1/layers/{key}/")
    properties = (
        json.loads(feature.content)["features"][0]["properties"] if feature.status_code == 200 else {}
    )
    catalogue = {layer["key"]: layer for layer in client.get("/api/v1/layers/").json()["layers"]}
    schema = client.get(f"/ogc/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=DescribeFeatureType&TYPENAMES=app:{key}")
    elements = etree.fromstring(schema.content).xpath("//*[local-name()='sequence']/*/@name")
    style = client.get("/tiles/style.json").json()
    return {
        "tile": set(found),
        "tilejson": set(tilejson),
        "rest": set(properties),
        "catalogue": {f["name"] for f in catalogue.get(key, {}).get("fields", [])},
        "wfs": set(elements) - {"geom"},
        "style": {"name"} if any(drawn.get("source") == key for drawn in style["layers"]) else set(),
    }


@pytest.mark.django_db(transaction=True)
def test_a_layer_declared_at_run_time_is_on_every_surface(client, ground, declare):
    declare(MAIN_ROADS)
    seen = on_every_surface(client, "main_roads")
    # The protected field is on none of them, the public one on all.
    assert seen == {surface: {"name"} for surface in seen}
    assert len(rows(client, "main_roads")["features"]) == 1


@pytest.mark.django_db(transaction=True)
def test_a_layer_that_one_may_not_see_is_nowhere(client, ground, declare, admin_user):
    declare(replace(MAIN_ROADS, permission="view_cameras"))
    seen = on_every_surface(client, "main_roads")
    assert seen == {surface: set() for surface in seen}
    capabilities = client.get("/ogc/wfs?SERVICE=WFS&REQUEST=GetCapabilities").content.decode()
    assert "main_roads" not in capabilities
    client.force_login(admin_user)
    seen = on_every_surface(client, "main_roads")
    assert seen == {surface: {"name"} for surface in seen}


@pytest.mark.django_db(transaction=True)
def test_a_role_shows_its_rows_within_its_prefix_only_on_every_surface(client, nine_grids, declare):
    """Two main roads in two grids, and somebody who may see one of the grids."""
    for number, x in enumerate((0.2, 2.2)):
        line = "MULTILINESTRING((" + ",".join("{} {}".format(*place(x + d, 0.5)) for d in (0, 0.2)) + "))"
        geom = GEOSGeometry(line, srid=4490)
        Road.objects.create(source_id=f"r{number}", name=f"{number}", road_class="arterial", geom=geom)
    declare(replace(MAIN_ROADS, permission="view_cameras"))
    user = get_user_model().objects.create_user("watcher")
    Membership.objects.create(user=user, role="dispatcher", code_prefix=nine_grids[2])
    client.force_login(user)
    assert [f["properties"]["name"] for f in rows(client, "main_roads")["features"]] == ["1"]
    tile = client.get("/tiles/main_roads/{}/{}/{}.mvt".format(*tile_at(*place(1.5, 0.5), 12)))
    assert [f["properties"]["name"] for f in decoded(tile.content)["main_roads"]["features"]] == ["1"]
    wfs = client.get("/ogc/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES=app:main_roads")
    names = etree.fromstring(b"".join(wfs.streaming_content)).xpath("//*[local-name()='name']/text()")
    assert names == ["1"]


def test_a_permission_is_one_that_a_role_has():
    with pytest.raises(ValueError, match="no action"):
        registry.add(replace(MAIN_ROADS, permission="view_camera"))


def test_a_key_is_declared_once(declare):
    with pytest.raises(ValueError, match="twice"):
        registry.add(declare(MAIN_ROADS))
