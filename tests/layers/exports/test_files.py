"""Any layer as a file: the rows and fields that one may see, every coordinate, read back by GDAL and Arrow."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime

import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import GEOSGeometry

from gis_core.models import Membership
from layers import registry
from layers.exporting.formats import FORMATS
from layers.models import Camera, Enterprise, Sensor
from tests.shapes import TOWN, grid_code, place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.EXPORT_DIR = tmp_path / "exports"


def exported(client, key, **parameters):
    answer = client.get(f"/api/v1/layers/{key}/export/", parameters)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200, body
    return body


def read(tmp_path, body, ending):
    path = tmp_path / f"out.{ending}"
    path.write_bytes(body)
    return pyogrio.read_dataframe(path)


def point(x, y):
    return GEOSGeometry("POINT({} {})".format(*place(x, y)), srid=4490)


def enterprise(number, x, y, **values):
    return Enterprise.objects.create(
        source_id=f"e{number}", name=values.pop("name", f"企业{number}"), geom=point(x, y), **values
    )


@pytest.mark.parametrize("form", ["gpkg", "geojson", "shp"])
def test_every_bit_of_every_grid_comes_back(client, nine_grids, tmp_path, form):
    frame = read(tmp_path, exported(client, "grids", format=form), FORMATS[form].ending)
    rest = json.loads(client.get("/api/v1/layers/grids/").content)["features"]
    assert list(frame.code) == [feature["id"] for feature in rest] == nine_grids
    assert frame.crs.to_epsg() == 4490
    for shape, feature in zip(frame.geometry, rest, strict=True):
        # A Shapefile turns rings round and has no multipolygons of one part.
        stored = shapely.geometry.shape(feature["geometry"])
        assert sorted(shapely.get_coordinates(shape).tolist()) == sorted(
            shapely.get_coordinates(stored).tolist()
        )


def test_geoparquet_says_what_it_is(client, nine_grids):
    table = pq.read_table(io.BytesIO(exported(client, "grids", format="parquet")))
    about = json.loads(table.schema.metadata[b"geo"])
    assert about["columns"]["geometry"]["crs"]["id"] == {"authority": "EPSG", "code": 4490}
    assert about["columns"]["geometry"]["geometry_types"] == ["MultiPolygon"]
    assert table.column("code").to_pylist() == nine_grids
    first = shapely.from_wkb(table.column("geometry")[0].as_py())
    assert first.bounds == (*place(0, 0), *place(1, 1))
    assert table.schema.field("valid_from").type.tz == "UTC"


@pytest.mark.parametrize(("encoding", "mark"), [("utf-8", b"\xef\xbb\xbf"), ("gbk", b"")])
def test_csv_in_the_encodings_that_spreadsheets_read(client, nine_grids, encoding, mark):
    enterprise(1, 0.5, 0.5, name="天波杨府")
    body = exported(client, "enterprises", format="csv", encoding=encoding, titles="zh")
    assert body.startswith(mark + "编号,名称".encode(encoding))
    (row,) = csv.DictReader(io.StringIO(body.removeprefix(mark).decode(encoding)))
    assert (row["名称"], float(row["lon"]), float(row["lat"])) == ("天波杨府", *place(0.5, 0.5))


def test_a_spreadsheet_runs_nothing_that_somebody_typed(client, nine_grids):
    enterprise(1, 0.5, 0.5, name="=HYPERLINK(1)")
    enterprise(2, 0.5, 0.5, name="-5")
    enterprise(3, 0.5, 0.5, name="+cmd|' /C calc'!A0")
    rows = csv.DictReader(io.StringIO(exported(client, "enterprises", format="csv").decode("utf-8-sig")))
    assert [row["name"] for row in rows] == ["'=HYPERLINK(1)", "-5", "'+cmd|' /C calc'!A0"]


def test_a_shapefile_in_gbk_has_chinese_names_whole(client, nine_grids):
    body = exported(client, "grids", format="shp", encoding="gbk", titles="zh")
    archive = zipfile.ZipFile(io.BytesIO(body))
    assert {name.partition(".")[2] for name in archive.namelist()} >= {"shp", "shx", "dbf", "prj", "cpg"}
    table = archive.read("grids.dbf")
    assert "第1网格".encode("gbk") in table
    assert "上级编码".encode("gbk") in table
    assert archive.read("grids.cpg").strip().lower() in (b"gbk", b"936", b"cp936")


def test_types_and_nulls_are_kept(client, nine_grids, tmp_path):
    enterprise(1, 0.5, 0.5, employees=12, fire_key_unit=True, licence_expiry=date(2027, 1, 31))
    enterprise(2, 0.6, 0.5)
    moment = datetime(2026, 11, 24, 3, 4, 5, tzinfo=UTC)
    Sensor.objects.create(source_id="s1", name="水位", value=1.25, measured_at=moment, geom=point(1.5, 1.5))
    frame = read(tmp_path, exported(client, "enterprises", format="gpkg"), "gpkg")
    assert frame.employees[0] == 12
    assert frame.employees.isna()[1]
    assert bool(frame.fire_key_unit[0]) is True
    assert frame.licence_expiry[0].date() == date(2027, 1, 31)
    sensors = read(tmp_path, exported(client, "sensors", format="gpkg"), "gpkg")
    assert (sensors.value[0], sensors.measured_at[0].to_pydatetime()) == (1.25, moment)


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_format_takes_areas_boxes_and_no_rows_at_all(client, nine_grids, form):
    for number, x in enumerate((0.5, 1.5, 2.5)):
        enterprise(number, x, 0.5)
    whole = len(exported(client, "enterprises", format=form))
    box = ",".join(map(str, (*place(5, 5), *place(6, 6))))
    assert 0 < len(exported(client, "enterprises", format=form, bbox=box)) <= whole


def test_an_area_chooses_rows_and_areas(client, nine_grids):
    for number, x in enumerate((0.5, 1.5, 2.5)):
        enterprise(number, x, 0.5)

    def ids(key, field, **parameters):
        features = json.loads(exported(client, key, format="geojson", **parameters))["features"]
        return [feature["properties"][field] for feature in features]

    assert ids("enterprises", "name", area=grid_code(2)) == ["企业1"]
    assert len(ids("enterprises", "name", area=TOWN)) == 3
    assert ids("grids", "code", area=grid_code(2)) == [grid_code(2)]
    assert ids("grids", "code", area="999") == []


def test_another_system_is_named_and_its_numbers_are_right(client, nine_grids, tmp_path):
    enterprise(1, 0.5, 0.5)
    for crs, x in ((3857, 12724338), (4547, 528000)):
        for form in ("gpkg", "geojson"):
            frame = read(tmp_path, exported(client, "enterprises", format=form, crs=f"EPSG:{crs}"), form)
            assert frame.crs.to_epsg() == crs
            assert frame.geometry[0].x == pytest.approx(x, abs=3000)
    rows = csv.DictReader(
        io.StringIO(exported(client, "enterprises", format="csv", crs="3857").decode("utf-8-sig"))
    )
    assert float(next(rows)["x"]) == pytest.approx(12724338, abs=3000)


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({}, "format"),
        ({"format": "dxf"}, "format"),
        ({"format": "csv", "crs": "EPSG:2154"}, "crs"),
        ({"format": "csv", "crs": "²"}, "crs"),
        ({"format": "csv", "encoding": "latin1"}, "encoding"),
        ({"format": "gpkg", "encoding": "gbk"}, "encoding"),
        ({"format": "csv", "titles": "fr"}, "titles"),
        ({"format": "csv", "limit": "5"}, "limit"),
        ({"format": "csv", "colour": "red"}, "colour"),
        ({"format": "csv", "area": "1' OR 1"}, "area"),
        ({"format": "csv", "bbox": "1,2,3"}, "bbox"),
    ],
)
def test_a_wrong_parameter_is_named(client, parameters, named):
    answer = client.get("/api/v1/layers/grids/export/", parameters)
    assert answer.status_code == 400
    assert answer.json()["error"]["details"]["parameter"] == named


def test_a_layer_one_may_not_see_is_none(client, nine_grids):
    assert client.get("/api/v1/layers/cameras/export/?format=csv").json()["error"]["code"] == "unknown_layer"


def test_rows_and_internal_fields_end_where_the_rights_do(client, nine_grids):
    """Two cameras and two firms in two grids, and somebody who commands one of the grids."""
    for number, x in enumerate((0.5, 2.5)):
        Camera.objects.create(source_id=f"c{number}", name=f"c{number}", geom=point(x, 0.5))
        enterprise(number, x, 0.5, phone="0371-1234567")
    user = get_user_model().objects.create_user("watcher")
    Membership.objects.create(user=user, role="dispatcher", code_prefix=nine_grids[2])
    anybody = json.loads(exported(client, "enterprises", format="geojson"))["features"]
    assert all("phone" not in feature["properties"] for feature in anybody)
    client.force_login(user)
    cameras = json.loads(exported(client, "cameras", format="geojson"))["features"]
    assert [feature["properties"]["name"] for feature in cameras] == ["c1"]
    for form in FORMATS:
        body = exported(client, "cameras", format=form)
        assert b"c0" not in body or form in ("shp", "gpkg", "parquet")
    firms = json.loads(exported(client, "enterprises", format="geojson"))["features"]
    assert [feature["properties"]["phone"] for feature in firms] == [None, "037*****4567"]
    firms = json.loads(exported(client, "enterprises", format="geojson", purpose="安全检查"))["features"]
    assert [feature["properties"]["phone"] for feature in firms] == [None, "0371-1234567"]
    hidden = {f.name for f in registry.find("enterprises").fields if f.sensitivity == "protected"}
    assert not hidden & firms[0]["properties"].keys()
