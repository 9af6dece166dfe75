"""WFS 2.0 as GDAL, OWSLib and QGIS read it: every axis order, every page, nothing cached."""

import json
import re
import subprocess
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.utils import translation
from lxml import etree
from owslib.wfs import WebFeatureService

from gis_core.models import Area
from layers.surfaces.wfs.view import LayersWfs
from tests.shapes import place

NS = {
    "wfs": "http://www.opengis.net/wfs/2.0",
    "gml": "http://www.opengis.net/gml/3.2",
    "ows": "http://www.opengis.net/ows/1.1",
    "app": "urn:wangge:app",
}
WEST, SOUTH = place(0, 0)
LON_LAT = ["EPSG:4490", "EPSG:4326", "epsg:4490", "http://www.opengis.net/gml/srs/epsg.xml#4490"]
LAT_LON = [
    "urn:ogc:def:crs:EPSG::4490",
    "urn:ogc:def:crs:EPSG::4326",
    "http://www.opengis.net/def/crs/EPSG/0/4490",
    "http://www.opengis.net/def/crs/EPSG/0/4326",
]
BBOX_FILTER = (
    '<fes:Filter xmlns:fes="http://www.opengis.net/fes/2.0" xmlns:gml="http://www.opengis.net/gml/3.2">'
    "<fes:BBOX><fes:ValueReference>geom</fes:ValueReference><gml:Envelope{srs}>"
    "<gml:lowerCorner>{low}</gml:lowerCorner><gml:upperCorner>{high}</gml:upperCorner>"
    "</gml:Envelope></fes:BBOX></fes:Filter>"
)


def ask(client, request="GetFeature", **parameters):
    query = {"SERVICE": "WFS", "VERSION": "2.0.0", "REQUEST": request, **parameters}
    if request == "GetFeature":
        query.setdefault("TYPENAMES", "app:grids")
    return client.get(f"/ogc/wfs?{urlencode(query)}")


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def features(client, **parameters):
    """The features as XML elements; fails with the server's own words."""
    response = ask(client, **parameters)
    text = body(response)
    assert response.status_code == 200, text.decode()
    return etree.fromstring(text).findall("wfs:member/*", NS)


def codes(found):
    return [feature.findtext("app:code", namespaces=NS) for feature in found]


def first_position(feature):
    a, b = feature.find(".//gml:posList", NS).text.split()[:2]
    return float(a), float(b)


def test_capabilities_say_what_qgis_looks_for(client, nine_grids):
    text = body(client.get("/ogc/wfs?SERVICE=WFS&REQUEST=GetCapabilities&ACCEPTVERSIONS=2.0.0,1.1.0,1.0.0"))
    document = etree.fromstring(text)
    constraint = "string(.//ows:Constraint[@name='{}']/ows:DefaultValue)"
    assert document.xpath(constraint.format("ImplementsResultPaging"), namespaces=NS) == "TRUE"
    assert document.xpath(constraint.format("CountDefault"), namespaces=NS) == "5000"
    assert set(document.xpath("//wfs:DefaultCRS/text()", namespaces=NS)) == {"urn:ogc:def:crs:EPSG::4490"}
    others = document.xpath("//wfs:FeatureType[1]/wfs:OtherCRS/text()", namespaces=NS)
    assert {f"urn:ogc:def:crs:EPSG::{srid}" for srid in (4326, 3857, 4547)} <= set(others)
    assert "Transaction" not in document.xpath("//ows:Operation/@name", namespaces=NS)


@pytest.mark.parametrize("request_name", ["GetCapabilities", "GetFeature", "DescribeFeatureType"])
def test_no_answer_may_be_kept(client, nine_grids, request_name):
    assert ask(client, request_name)["Cache-Control"] == "no-store"


@pytest.mark.parametrize("srs", LON_LAT)
def test_short_notations_come_out_lon_lat(client, nine_grids, srs):
    assert first_position(features(client, SRSNAME=srs, COUNT=1)[0]) == (WEST, SOUTH)


@pytest.mark.parametrize("srs", LAT_LON)
def test_urns_and_http_addresses_come_out_lat_lon(client, nine_grids, srs):
    assert first_position(features(client, SRSNAME=srs, COUNT=1)[0]) == (SOUTH, WEST)


def test_a_plane_comes_out_in_its_authoritys_order(client, nine_grids):
    north, east = first_position(features(client, SRSNAME="urn:ogc:def:crs:EPSG::4547", COUNT=1)[0])
    assert (round(north, -5), round(east, -5)) == (3_900_000, 500_000)
    assert first_position(features(client, SRSNAME="EPSG:4547", COUNT=1)[0]) == (east, north)


@pytest.mark.parametrize("srs", [*LON_LAT, *LAT_LON])
def test_a_box_is_read_in_the_order_of_its_notation(client, nine_grids, srs):
    (west, south), (east, north) = place(0.2, 1.2), place(1.8, 1.8)
    box = [west, south, east, north] if srs in LON_LAT else [south, west, north, east]
    found = features(client, BBOX=",".join(map(str, [*box, srs])))
    assert codes(found) == nine_grids[3:5]


@pytest.mark.parametrize("srs", [None, *LON_LAT, *LAT_LON])
def test_an_envelope_in_a_filter_too_and_without_srsname_as_lat_lon(client, nine_grids, srs):
    corners = [place(0.2, 1.2), place(1.8, 1.8)]
    low, high = (f"{x} {y}" if srs in LON_LAT else f"{y} {x}" for x, y in corners)
    given = f' srsName="{srs}"' if srs else ""
    found = features(client, FILTER=BBOX_FILTER.format(srs=given, low=low, high=high))
    assert codes(found) == nine_grids[3:5]


def test_a_box_without_crs_is_in_the_types_own(client, nine_grids):
    (west, south), (east, north) = place(0.2, 1.2), place(1.8, 1.8)
    assert codes(features(client, BBOX=f"{south},{west},{north},{east}")) == nine_grids[3:5]


def test_coordinates_come_out_to_the_last_digit(client, nine_grids):
    stored = Area.objects.get(code=nine_grids[4]).geom.coords[0][0]
    numbers = [float(n) for n in features(client)[4].find(".//gml:posList", NS).text.split()]
    assert list(zip(numbers[1::2], numbers[::2], strict=True)) == list(stored)


@pytest.mark.parametrize("sort", [{}, {"SORTBY": "kind"}, {"SORTBY": "name DESC"}])
def test_pages_lose_and_repeat_nothing(client, nine_grids, sort):
    # Rewriting rows moves them to the end of the table, where an unordered scan would find them.
    Area.objects.filter(code__in=nine_grids[:3]).update(name="同名")
    pages = [features(client, STARTINDEX=start, COUNT=2, **sort) for start in range(0, 10, 2)]
    assert sorted(code for page in pages for code in codes(page)) == nine_grids
    assert [len(page) for page in pages] == [2, 2, 2, 2, 1]


def test_hits_counts_all(client, nine_grids):
    text = body(ask(client, RESULTTYPE="hits"))
    assert etree.fromstring(text).get("numberMatched") == "9"


def test_feature_ids_are_the_key_and_the_id(client, nine_grids):
    grid = Area.objects.get(code=nine_grids[0])
    assert features(client, RESOURCEID=f"grids.{grid.pk}")[0].get(f"{{{NS['gml']}}}id") == f"grids.{grid.pk}"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_short_refusal_is_403_and_not_500(rf, db, language):
    def refuse(*_):
        raise PermissionDenied("no")

    view = LayersWfs()
    view.get_feature_types = refuse
    request = rf.get("/ogc/wfs?SERVICE=WFS&REQUEST=GetCapabilities")
    request.user = User()
    view.setup(request)
    with translation.override(language):
        response = view.dispatch(request)
    assert response.status_code == 403
    assert b"PermissionDenied" in response.content


def test_an_unknown_type_and_an_unknown_crs_are_400(client, db):
    assert ask(client, TYPENAMES="app:nothing").status_code == 400
    assert ask(client, SRSNAME="urn:ogc:def:crs:EPSG::2000").status_code == 400


# ---- real clients -------------------------------------------------------------------------------------------


def ogr(live_server, program, *arguments):
    """A GDAL program on the running server; its output."""
    source = f"WFS:{live_server.url}/ogc/wfs"
    command = [program, *(source if argument == "SOURCE" else argument for argument in arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "ERROR" not in done.stderr
    return done.stdout


def test_gdal_lists_every_layer(live_server, nine_grids, ground):
    listed = re.findall(r"app:(\w+)", ogr(live_server, "ogrinfo", "-ro", "SOURCE"))
    assert {"counties", "towns", "villages", "grids", "roads", "water", "landuse", "buildings"} <= set(listed)


def test_gdal_reads_lon_lat_and_every_field(live_server, nine_grids, ground, tmp_path):
    for key, count in (("grids", 9), ("roads", 2), ("buildings", 1)):
        out = tmp_path / f"{key}.geojson"
        ogr(live_server, "ogr2ogr", str(out), "SOURCE", f"app:{key}", "-t_srs", "EPSG:4326")
        found = json.loads(out.read_text())["features"]
        assert len(found) == count
        lon, lat = _first_number_pair(found[0]["geometry"]["coordinates"])
        assert (round(lon), round(lat)) == (114, 35)
    assert found[0]["properties"] | {"use": "school", "floors": 4} == found[0]["properties"]


def _first_number_pair(coordinates):
    return coordinates if isinstance(coordinates[0], float) else _first_number_pair(coordinates[0])


def test_gdal_filters_by_box(live_server, nine_grids):
    box = [str(n) for n in (*place(0.2, 1.2), *place(1.8, 1.8))]
    text = ogr(live_server, "ogrinfo", "-ro", "-q", "SOURCE", "app:grids", "-spat", *box)
    assert re.findall(r" code \(String\) = (\d+)", text) == nine_grids[3:5]


def test_gdal_filters_by_attribute(live_server, nine_grids):
    where = ("-where", f"code = '{nine_grids[7]}'")
    text = ogr(live_server, "ogrinfo", "-ro", "-q", "SOURCE", "app:grids", *where)
    assert re.findall(r" code \(String\) = (\d+)", text) == [nine_grids[7]]


def test_owslib_reads_a_type(live_server, nine_grids):
    service = WebFeatureService(f"{live_server.url}/ogc/wfs", version="2.0.0")
    assert "app:grids" in service.contents
    assert service.get_schema("app:grids")["properties"]["code"] == "string"
    text = service.getfeature(
        typename="app:grids", maxfeatures=4, startindex=2, outputFormat="geojson"
    ).read()
    assert [f["properties"]["code"] for f in json.loads(text)["features"]] == nine_grids[2:6]
