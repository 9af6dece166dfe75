"""Every declared layer through every surface: the same rows, the same fields, the same legend classes.

One row a layer, made from its own declaration, so that a new layer is in this test without a word here.
"""

import json
import re
from io import BytesIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import GEOSGeometry
from django.db import models
from lxml import etree
from PIL import Image

from gis_core.models import Area
from layers import registry
from layers.surfaces.mapfile import mapfile
from tests.layers.pyramid import decoded, tile_at
from tests.shapes import place, square, village_of

pytestmark = pytest.mark.django_db(transaction=True)
X, Y = 0.5, 0.5
LEGEND_ROW = 14
"""Pixels that a class takes at least in MapServer's legend (KEYSIZE)."""
BODIES = {
    "point": "POINT({} {})".format(*place(X, Y)),
    "line": "MULTILINESTRING(({} {}, {} {}))".format(*place(X, Y), *place(X + 0.3, Y)),
    "polygon": square(X - 0.1, Y - 0.1, 0.2).wkt,
}


@pytest.fixture
def one_of_each(db):
    """A row of every layer that stands on its own table; areas of every tier."""
    village_of([square(0, 0)])
    for model in {layer.model_class for layer in registry.every()} - {Area}:
        layer = next(one for one in registry.every() if one.model_class is model)
        if layer.importable:
            geom = GEOSGeometry(BODIES[layer.geometry_type], srid=4490)
            model.objects.create(**_values(model), geom=geom)


def _values(model):
    """Something in every text that must not be repeated or null; the database's defaults for the rest."""
    return {
        field.name: "x1"
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField) and field.name in ("source_id", "name")
    }


def content(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200, body[:500]
    return body


def over_rest(client, key):
    features = json.loads(content(client.get(f"/api/v1/layers/{key}/?limit=10000")))["features"]
    return {feature["id"]: feature["properties"] for feature in features}


def over_export(client, key):
    features = json.loads(content(client.get(f"/api/v1/layers/{key}/export/?format=geojson")))["features"]
    return {feature["id"]: feature["properties"] for feature in features}


def over_wfs(client, layer):
    address = f"/ogc/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES=app:{layer.key}"
    members = etree.fromstring(content(client.get(address))).xpath("//*[local-name()='member']/*")
    schema = content(
        client.get(
            f"/ogc/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=DescribeFeatureType&TYPENAMES=app:{layer.key}"
        )
    )
    names = etree.fromstring(schema).xpath("//*[local-name()='sequence']/*/@name")
    ids = {member.xpath("@*[local-name()='id']")[0].rpartition(".")[2] for member in members}
    return ids, set(names) - {layer.geom}


def over_tiles(client, layer):
    z = layer.zooms[1]
    answer = client.get("/tiles/{}/{}/{}/{}.mvt".format(layer.key, *tile_at(*place(X, Y), z)))
    if answer.status_code == 204:
        return set(), set()
    features = decoded(content(answer))[layer.key]["features"]
    return {f.get("id") for f in features}, {name for f in features for name in f["properties"]}


def over_raster(client, layer):
    """What a click on the map at the rows' place tells: one dictionary of name -> text a row."""
    (west, south), (east, north) = place(X - 0.1, Y - 0.1), place(X + 0.1, Y + 0.1)
    address = (
        "/raster/service?SERVICE=WMS&VERSION=1.1.1&REQUEST=GetFeatureInfo&STYLES=&SRS=EPSG:4490&WIDTH=200&HEIGHT=200"
        f"&FORMAT=image/png&INFO_FORMAT=text/plain&LAYERS={layer.key}&QUERY_LAYERS={layer.key}&X=100&Y=100"
        f"&FEATURE_COUNT=50&BBOX={west},{south},{east},{north}"
    )
    told = content(client.get(address)).decode()
    return [
        dict(re.findall(r"^ +(\w+) = '(.*)'$", row, re.MULTILINE))
        for row in re.split(r"^  Feature ", told, flags=re.MULTILINE)[1:]
    ]


def keys():
    return [layer.key for layer in registry.every()]


def test_every_layer_is_the_same_on_every_surface(client, admin_client, one_of_each):
    catalogue = {layer["key"]: layer for layer in admin_client.get("/api/v1/layers/").json()["layers"]}
    assert list(catalogue) == keys()
    full = 0
    for layer in registry.every():
        rows = over_rest(admin_client, layer.key)
        full += bool(rows)
        public = {field.name for field in layer.public_fields()}
        assert public == {field["name"] for field in catalogue[layer.key]["fields"]}, layer.key

        exported = over_export(admin_client, layer.key)
        hidden = {layer.id_field} - public  # a file has the row's id as a column
        assert {i: {k: v for k, v in p.items() if k not in hidden} for i, p in exported.items()} == rows, (
            layer.key
        )
        for properties in rows.values():
            internal = {field.name for field in layer.fields if field.sensitivity == "internal"}
            assert properties.keys() == public | internal, layer.key

        ids, names = over_wfs(admin_client, layer)
        assert len(ids) == len(rows), layer.key
        assert names - {layer.id_field, "id"} == public - {layer.id_field, "id"}, layer.key

        marks, attributes = over_tiles(admin_client, layer)
        assert len(marks) == len(rows), layer.key
        carried = {field.name for field in layer.public_fields() if field.tile_zoom is not None}
        assert attributes <= carried | {layer.id_field}, layer.key

        if layer.on_raster:
            told = over_raster(admin_client, layer)
            assert len(told) == len(rows), layer.key
            assert {name for row in told for name in row} - {layer.key_column, "id"} == (
                public - {layer.key_column, "id"} if rows else set()
            ), layer.key
    assert full >= 15


def test_every_layer_has_the_same_legend_on_every_surface(client, admin_client, one_of_each):
    catalogue = {layer["key"]: layer for layer in admin_client.get("/api/v1/layers/").json()["layers"]}
    style = admin_client.get("/tiles/style.json?lang=zh").json()
    project = etree.fromstring(admin_client.get("/connect/wangge.qgs").content)
    raster = _classes(mapfile(registry.every(), "dbname=none", "fonts"))
    for layer in registry.every():
        legend = catalogue[layer.key]["legend"]
        titles = [cls["title"]["zh"] for cls in legend]
        (drawn,) = project.xpath(f"//maplayer[id='wangge_layer_{layer.key}']")
        assert drawn.xpath(".//rule/@label") == titles, layer.key
        values = {value for cls in legend for value in cls["values"]}
        filters = [spec.get("filter") for spec in style["layers"] if spec.get("source") == layer.key]
        assert {value for one in filters if one for value in one[2][1]} == values, layer.key
        if layer.on_raster:
            assert raster[layer.key] == titles, layer.key
            assert legend_height(admin_client, layer.key) >= LEGEND_ROW * len(titles), layer.key


def legend_height(client, key):
    address = "/raster/service?SERVICE=WMS&VERSION=1.1.1&REQUEST=GetLegendGraphic&FORMAT=image/png&LAYER="
    return Image.open(BytesIO(content(client.get(address + key)))).height


def _classes(text):
    """Layer -> names of its classes in a mapfile."""
    found = {}
    for block in re.split(r"^  LAYER$", text, flags=re.MULTILINE)[1:]:
        key = re.search(r'^ +NAME "(.*)"$', block, re.MULTILINE)[1]
        found[key] = re.findall(r'CLASS\n +NAME "(.*)"', block)
    return found


def test_what_one_may_not_see_is_on_no_surface(client, one_of_each):
    public = {layer.key for layer in registry.visible_to(AnonymousUser())}
    for layer in registry.every():
        if layer.key in public:
            continue
        for address in (
            f"/api/v1/layers/{layer.key}/",
            f"/api/v1/layers/{layer.key}/export/?format=csv",
            f"/tiles/{layer.key}.json",
        ):
            assert client.get(address).status_code == 404, address
        for address in (
            "/connect/",
            "/connect/wangge.qgs",
            "/connect/qgis-vectortile.xml",
            "/tiles/style.json",
        ):
            text = client.get(address).content.decode()
            marks = (f"wangge_layer_{layer.key}<", f"<code>{layer.key}</code>", f"/tiles/{layer.key}/")
            assert not [mark for mark in marks if mark in text], address
