"""GetFeature as GeoPackage and zipped Shapefile: what GDAL reads back is what was stored."""

import io
import zipfile

import pyogrio
import pytest
import shapely

from gis_core.models import Area
from layers.models import Road


def fetched(client, **parameters):
    query = {
        "SERVICE": "WFS",
        "VERSION": "2.0.0",
        "REQUEST": "GetFeature",
        "TYPENAMES": "app:grids",
        **parameters,
    }
    answer = client.get("/ogc/wfs", query)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200, body[:500]
    return answer, body


def stored():
    return {area.code: area for area in Area.objects.filter(tier="grid")}


@pytest.mark.parametrize("name", ["gpkg", "application/geopackage+sqlite3"])
def test_geopackage_holds_every_bit(client, nine_grids, tmp_path, name):
    answer, body = fetched(client, OUTPUTFORMAT=name)
    assert answer["Content-Type"] == "application/geopackage+sqlite3"
    path = tmp_path / "out.gpkg"
    path.write_bytes(body)
    frame = pyogrio.read_dataframe(path)
    assert sorted(frame.code) == nine_grids
    assert frame.crs.to_epsg() == 4490
    known = stored()
    for code, name_, geometry in zip(frame.code, frame.name, frame.geometry, strict=True):
        assert name_ == known[code].name
        assert geometry.wkb == shapely.from_wkb(bytes(known[code].geom.wkb)).wkb


@pytest.mark.parametrize(("options", "encoding"), [({}, "UTF-8"), ({"FORMAT_OPTIONS": "CHARSET:GBK"}, "GBK")])
def test_shapefile_in_utf_8_or_gbk(client, nine_grids, tmp_path, options, encoding):
    answer, body = fetched(client, OUTPUTFORMAT="shape-zip", **options)
    assert answer["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(body))
    assert {name.rpartition(".")[2] for name in archive.namelist()} >= {"shp", "shx", "dbf", "prj", "cpg"}
    assert "第1网格".encode(encoding) in archive.read("grids.dbf")
    path = tmp_path / "out.zip"
    path.write_bytes(body)
    frame = pyogrio.read_dataframe(path)
    assert sorted(frame.code) == nine_grids
    assert set(frame.name) == {area.name for area in stored().values()}


def test_files_take_filters_counts_other_systems_and_nothing_at_all(client, nine_grids, ground, tmp_path):
    path = tmp_path / "out.gpkg"
    path.write_bytes(fetched(client, OUTPUTFORMAT="gpkg", COUNT=2, SRSNAME="urn:ogc:def:crs:EPSG::4547")[1])
    frame = pyogrio.read_dataframe(path)
    assert len(frame) == 2
    assert frame.crs.to_epsg() == 4547
    assert frame.geometry.iloc[0].bounds[0] == pytest.approx(500_000, abs=50_000)
    Road.objects.all().delete()
    path.write_bytes(fetched(client, OUTPUTFORMAT="gpkg", TYPENAMES="app:roads")[1])
    assert len(pyogrio.read_dataframe(path)) == 0


def test_an_unknown_encoding_is_refused_with_those_there_are(client, nine_grids):
    answer = client.get(
        "/ogc/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES=app:grids&OUTPUTFORMAT=shape-zip"
        "&FORMAT_OPTIONS=CHARSET:klingon"
    )
    assert answer.status_code == 400
    assert b"UTF-8, GBK" in answer.content


def test_the_capabilities_name_them(client, nine_grids):
    seen = client.get("/ogc/wfs?SERVICE=WFS&REQUEST=GetCapabilities").content
    assert b"subtype=gpkg" in seen
    assert b"subtype=shape-zip" in seen
