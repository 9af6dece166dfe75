"""Prove that an exported plan holds the stored coordinates to the last bit, and that every reader can take it."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pyogrio
import pytest
import shapely
from django.contrib.gis.db.models.functions import AsWKB

from gis_core.importing import reading
from gis_core.importing.options import Options
from gis_core.shapefile import short_names
from grid_editor import services
from grid_editor.commands import PALETTE
from grid_editor.models import Plan
from tests.grid_editor.conftest import WEST
from tests.shapes import COUNTY, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(town, drawer) -> Plan:
    """A plan with a crooked split, Chinese attributes of several types, and a name that no file may have."""
    made = services.create_plan(drawer, '大兴 街道/"网格"', COUNTY)
    line = {"type": "LineString", "coordinates": [place(0.31, -0.5), place(0.47, 0.52), place(0.33, 1.5)]}
    command = PALETTE["split"].read({"code": f"{WEST}001", "line": line, "names": ["东边"]})
    services.run(drawer, made.pk, command)
    made.grids.filter(code=f"{WEST}001").update(
        attributes={"网格长单位名称": "综治中心", "人数": 3, "code": "x"}
    )
    made.grids.filter(code=f"{WEST}002").update(attributes={"人数": 4.5, "标签": ["商圈", "学校"]})
    made.refresh_from_db()
    return made


def get(client_of, drawer, plan: Plan, query: str):
    return client_of(drawer).get(f"/api/v1/plans/{plan.pk}/export/?{query}")


def stored(plan: Plan) -> dict[str, bytes]:
    rows = plan.grids.annotate(wkb=AsWKB("geom")).values_list("code", "wkb")
    return {code: shapely.to_wkb(shapely.from_wkb(bytes(wkb))) for code, wkb in rows}


def read_by_gdal(path: Path | str) -> dict[str, bytes]:
    frame = pyogrio.read_dataframe(path)
    assert frame.crs.to_epsg() == 4490
    multi = [shapely.multipolygons([g]) if g.geom_type == "Polygon" else g for g in frame.geometry]
    name = "代码" if "代码" in frame else "code"
    return {code: shapely.to_wkb(g) for code, g in zip(frame[name], multi, strict=True)}


def oriented(shapes: dict[str, bytes]) -> dict[str, bytes]:
    """The same rings from the same first vertex: a Shapefile turns shells clockwise."""
    return {code: shapely.to_wkb(shapely.normalize(shapely.from_wkb(wkb))) for code, wkb in shapes.items()}


@pytest.mark.parametrize("form", ["gpkg", "geojson"])
def test_gdal_reads_the_stored_coordinates_to_the_last_bit(client_of, drawer, plan, tmp_path, form):
    answer = get(client_of, drawer, plan, f"format={form}")
    assert answer.status_code == 200
    path = tmp_path / f"grids.{form}"
    path.write_bytes(answer.content)
    assert read_by_gdal(path) == stored(plan)


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_shapefile_keeps_coordinates_and_chinese_names(client_of, drawer, plan, tmp_path, encoding):
    answer = get(client_of, drawer, plan, f"format=shp&encoding={encoding}&titles=zh")
    archive = zipfile.ZipFile(BytesIO(answer.content))
    archive.extractall(tmp_path)
    shape = next(tmp_path.glob("*.shp"))
    assert shape.with_suffix(".cpg").read_text() == encoding.upper()
    assert oriented(read_by_gdal(shape)) == oriented(stored(plan))
    first = pyogrio.read_dataframe(shape).set_index("代码").loc[f"{WEST}001"]
    assert (first["名称"], first["户数"]) == ("第1网格", 0)
    assert "综治中心" in set(first)


@pytest.mark.parametrize("query", ["format=gpkg", "format=geojson", "format=shp&encoding=gbk"])
def test_what_was_exported_is_read_by_our_own_import(client_of, drawer, plan, tmp_path, query):
    answer = get(client_of, drawer, plan, query)
    ending = answer["Content-Disposition"].split('"')[1].partition(".")[2]
    path = tmp_path / f"again.{ending}"
    path.write_bytes(answer.content)
    source = reading.read(Options(path=path, tier="grid", code_field="code", name_field="name"))
    shapes = {
        row.attributes["code"]: shapely.to_wkb(
            row.geometry
            if row.geometry.geom_type == "MultiPolygon"
            else shapely.multipolygons([row.geometry])
        )
        for row in source.rows
    }
    assert oriented(shapes) == oriented(stored(plan))
    assert {row.attributes["name"] for row in source.rows} >= {"第1网格", "东边"}


def test_attributes_are_columns_and_none_hides_a_field_of_ours(client_of, drawer, plan):
    found = json.loads(get(client_of, drawer, plan, "format=geojson").content)
    by_code = {f["properties"]["code"]: f["properties"] for f in found["features"]}
    first, second = by_code[f"{WEST}001"], by_code[f"{WEST}002"]
    assert (first["网格长单位名称"], first["attr_code"], first["人数"]) == ("综治中心", "x", 3)
    assert (second["网格长单位名称"], second["人数"], second["标签"]) == (None, 4.5, '["商圈", "学校"]')
    assert found["crs"]["properties"]["name"].endswith("EPSG::4490")


def test_names_of_ten_bytes_are_cut_between_characters_and_stay_apart():
    names = ["网格长单位名称", "网格长单位电话", "a_very_long_name", "a_very_long_other"]
    assert list(short_names(names, {}, "UTF-8").values()) == ["网格长", "网格_2", "a_very_lon", "a_very_l_2"]
    assert list(short_names(names[:2], {}, "GBK").values()) == ["网格长单位", "网格长单_2"]


def test_a_character_that_gbk_lacks_costs_only_itself(client_of, drawer, plan, tmp_path):
    plan.grids.filter(code=f"{WEST}003").update(name="𠮷祥里😀")
    answer = get(client_of, drawer, plan, "format=shp&encoding=gbk")
    zipfile.ZipFile(BytesIO(answer.content)).extractall(tmp_path)
    frame = pyogrio.read_dataframe(next(tmp_path.glob("*.shp"))).set_index("code")
    assert frame.loc[f"{WEST}003", "name"] == "?祥里?"


def test_the_file_is_named_after_the_plan(client_of, drawer, plan):
    disposition = get(client_of, drawer, plan, "format=gpkg")["Content-Disposition"]
    assert f'filename="plan-{plan.pk}.gpkg"' in disposition
    assert "%E5%A4%A7%E5%85%B4_%E8%A1%97%E9%81%93" in disposition
    assert "/" not in disposition.partition("''")[2]


@pytest.mark.parametrize("query", ["", "format=dwg", "format=shp&encoding=big5", "format=pdf&paper=A0"])
def test_what_is_not_offered_is_refused_with_what_is(client_of, drawer, plan, query):
    answer = get(client_of, drawer, plan, query)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_parameter")
    assert answer.json()["error"]["details"]["allowed"]


def test_a_plan_without_grids_is_an_empty_file(client_of, drawer, plan):
    plan.grids.all().delete()
    for form in ("gpkg", "geojson", "shp", "pdf"):
        assert get(client_of, drawer, plan, f"format={form}").status_code == 200, form


def test_strangers_get_no_file_and_no_picture(client, client_of, plan):
    from tests.grid_editor.conftest import person

    elsewhere = client_of(person("stranger", "drawer", "410203"))
    for path in ("export/?format=gpkg", "thumbnail.svg"):
        assert client.get(f"/api/v1/plans/{plan.pk}/{path}").status_code == 401
        assert elsewhere.get(f"/api/v1/plans/{plan.pk}/{path}").status_code == 404
