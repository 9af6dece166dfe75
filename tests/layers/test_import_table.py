"""`import_layer` on tables: coordinates as people list them, addresses, dirty rows, all or nothing."""

import csv
import io
import json
import random
import re
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pyproj
import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.core.management import CommandError, call_command

from gis_core.errors import WanggeError
from layers.identifiers import credit_check_character
from layers.importing.service import AllOrNothing, import_layer
from layers.models import Building, Camera, Enterprise, GridStaff, Hospital, School
from tests.security.corpus import tables
from tests.shapes import grid_code, place, square

pytestmark = pytest.mark.django_db


def table(path: Path, rows: list[dict[str, object]], encoding: str = "utf-8-sig") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def uscc(number: int) -> str:
    first = f"91410202MA9{number:06d}"
    return first + credit_check_character(first)


def firms(count: int = 100) -> list[dict[str, object]]:
    rows = []
    for number in range(count):
        lon, lat = place(0.1 + number % 10 * 0.28, 0.1 + number // 10 * 0.28)
        rows.append(
            {
                "编号": f"q{number}", "企业名称": f"第{number}公司", "统一社会信用代码": uscc(number),
                "企业类型": "个体工商户", "从业人数": number, "经度": lon, "纬度": lat,
            }
        )  # fmt: skip
    return rows


def spoilt() -> list[dict[str, object]]:
    """Nine bad rows among a hundred, each bad in its own way."""
    rows = firms()
    rows[3]["经度"] = ""
    rows[14]["纬度"] = "北边"
    rows[20]["经度"] = 500
    rows[31]["统一社会信用代码"] = uscc(31)[:-1] + ("1" if uscc(31)[-1] != "1" else "2")
    rows[42]["企业类型"] = "国家"
    rows[53]["从业人数"] = "约五十"
    rows[64]["编号"] = "q1"
    rows[75]["统一社会信用代码"] = uscc(2)
    rows[86]["企业名称"] = "长" * 201
    return rows


MAP = {"source_id": "编号", "name": "企业名称"}
BAD = [4, 15, 21, 32, 43, 54, 65, 76, 87]


def test_of_a_hundred_rows_with_nine_bad_ones_91_are_imported_and_9_listed(nine_grids, tmp_path):
    report = import_layer("enterprises", table(tmp_path / "f.csv", spoilt()), MAP)
    assert (report.rows, report.created, report.updated, report.unchanged) == (100, 91, 0, 0)
    assert [skipped.row for skipped in report.skipped] == BAD
    assert len({skipped.reason for skipped in report.skipped}) == 9
    assert Enterprise.objects.count() == 91
    assert set(Enterprise.objects.values_list("kind", flat=True)) == {"individual"}
    assert Enterprise.objects.get(source_id="q0").grid_code == grid_code(1)


def test_all_or_nothing_imports_none_of_them_and_lists_the_same(nine_grids, tmp_path, capsys):
    path = table(tmp_path / "f.csv", spoilt())
    with pytest.raises(AllOrNothing) as refused:
        import_layer("enterprises", path, MAP, all_or_nothing=True)
    assert [row["row"] for row in refused.value.details["skipped"]] == BAD
    assert Enterprise.objects.count() == 0
    out = tmp_path / "r.json"
    with pytest.raises(CommandError, match="9 of 100"):
        call_command(
            "import_layer",
            "enterprises",
            path,
            map=["source_id=编号", "name=企业名称"],
            all_or_nothing=True,
            report=out,
        )
    assert json.loads(out.read_text())["written"] is False
    assert import_layer("enterprises", table(path, firms()), MAP, all_or_nothing=True).created == 100


def test_again_nothing_changes_and_one_change_is_one_update(nine_grids, tmp_path):
    rows = firms(10)
    import_layer("enterprises", table(tmp_path / "f.csv", rows), MAP)
    versions = dict(Enterprise.objects.values_list("source_id", "row_version"))
    rows[4]["从业人数"] = 999
    report = import_layer("enterprises", table(tmp_path / "f.csv", rows), MAP)
    assert (report.created, report.updated, report.unchanged) == (0, 1, 9)
    changed = {k for k, v in Enterprise.objects.values_list("source_id", "row_version") if v != versions[k]}
    assert changed == {"q4"}


def test_a_code_that_another_row_of_the_table_has_is_refused(nine_grids, tmp_path):
    import_layer("enterprises", table(tmp_path / "f.csv", firms(2)), MAP)
    other = [{**firms(1)[0], "编号": "other"}]
    report = import_layer("enterprises", table(tmp_path / "f.csv", other), MAP)
    assert "belongs to another row" in report.skipped[0].reason


def test_excel_with_numbers_dates_and_gbk_csv(nine_grids, tmp_path):
    book = openpyxl.Workbook()
    lon, lat = place(0.5, 0.5)
    book.active.append(["姓名", "岗位", "电话", "到岗日期", "经度", "纬度"])
    book.active.append(["王伟", "专职", 13800000001, "2024年3月1日", lon, lat])
    book.save(tmp_path / "s.xlsx")
    import_layer("staff", tmp_path / "s.xlsx", {"name": "姓名"})
    found = GridStaff.objects.get()
    assert (found.post, found.phone, str(found.since)) == ("full_time", "13800000001", "2024-03-01")
    rows = [{"名称": "人民医院", "医院等级": "三级甲等", "设急诊": "是", "lng": lon, "lat": lat}]
    import_layer("hospitals", table(tmp_path / "h.csv", rows, "gb18030"))
    hospital = Hospital.objects.get()
    assert (hospital.name, hospital.level, hospital.has_emergency_room) == ("人民医院", "3A", True)


# ---- coordinates --------------------------------------------------------------------------------------------


def camera(tmp_path, columns: dict[str, object], **options):
    path = table(tmp_path / "c.csv", [{"gb_code": "41020200001310000001", "名称": "一", **columns}])
    report = import_layer("cameras", path, **options)
    assert report.skipped == ()
    return Camera.objects.get().geom


GK = pyproj.Transformer.from_crs(4490, 4547, always_xy=True)


@pytest.mark.parametrize(
    "columns",
    [
        lambda east, north: {"X": f"{north:.3f}", "Y": f"{east:.3f}"},
        lambda east, north: {"X坐标": f"{north:.3f}", "Y坐标": f"{38e6 + east:.3f}"},
        lambda east, north: {"x": f"{east:.3f}", "y": f"{north:.3f}"},
        lambda east, north: {"东坐标": f"{38e6 + east:.3f}", "北坐标": f"{north:.3f}"},
    ],
    ids=["north first", "zone before the easting", "east first", "named, with zone"],
)
def test_survey_lists_are_understood_whichever_comes_first(nine_grids, tmp_path, columns):
    expected = place(1.234, 1.567)
    found = camera(tmp_path, columns(*GK.transform(*expected)))
    assert (found.x, found.y) == pytest.approx(expected, abs=2e-8)


def test_a_crs_with_the_zone_in_the_easting_is_the_same(nine_grids, tmp_path):
    east, north = GK.transform(*place(1, 1.5))
    found = camera(tmp_path, {"X": north, "Y": 38e6 + east}, crs="EPSG:4526")
    assert (found.x, found.y) == pytest.approx(place(1, 1.5), abs=2e-8)


def test_degrees_in_the_wrong_columns_and_with_minutes(nine_grids, tmp_path):
    lon, lat = place(0.5, 0.5)
    assert camera(tmp_path, {"经度": lat, "纬度": lon}).x == lon
    found = camera(tmp_path, {"经度": "114°18′30″E", "纬度": "34度48分15.5秒"})
    assert (found.x, found.y) == pytest.approx((114 + 18.5 / 60, 34.8 + 15.5 / 3600), abs=1e-8)


def test_metres_without_a_zone_are_refused_where_no_district_tells_it(db, tmp_path):
    path = table(tmp_path / "c.csv", [{"名称": "一", "X": 3852137.57, "Y": 528121.94}])
    with pytest.raises(WanggeError, match="--crs"):
        import_layer("cameras", path)
    assert import_layer("cameras", path, crs="EPSG:4547").created == 1


def test_bd09_is_taken_back(nine_grids, tmp_path):
    lon, lat = place(0.5, 0.5)
    found = camera(tmp_path, {"lon": lon, "lat": lat}, crs="bd09")
    assert 0.009 < lon - found.x < 0.015
    assert Camera.objects.get().src_crs == "bd09"


# ---- addresses ----------------------------------------------------------------------------------------------


@pytest.fixture
def houses(nine_grids):
    addresses = [
        (0.2, "中山路12号阳光花园1幢"),
        (0.25, "中山路12号阳光花园2幢"),
        (0.8, "中山路120号"),
        (2.5, "大梁路8号"),
    ]
    for number, (x, address) in enumerate(addresses):
        geom = GEOSGeometry(memoryview(shapely.to_wkb(square(x, 0.4, 0.02))), srid=4490)
        Building.objects.create(source_id=f"b{number}", address_text=address, geom=geom)
    for x in (0.3, 2.3):
        geom = GEOSGeometry(memoryview(shapely.to_wkb(square(x, 0.7, 0.02))), srid=4490)
        Building.objects.create(source_id=f"twice{x}", address_text="东风里3号院", geom=geom)


def test_addresses_are_matched_against_buildings_and_the_ambiguous_are_listed(houses, tmp_path):
    rows = [
        {"id": "same", "名称": "甲", "地址": "中山路１２号 阳光花园1栋"},
        {"id": "number", "名称": "乙", "地址": "大梁路8号"},
        {"id": "alike", "名称": "丙", "地址": "龙亭区中山路12号阳光花园1幢"},
        {"id": "two", "名称": "丁", "地址": "东风里3号院"},
        {"id": "none", "名称": "戊", "地址": "长安街1号"},
        {"id": "empty", "名称": "己", "地址": ""},
        {"id": "shorter", "名称": "庚", "地址": "中山路1"},
    ]
    report = import_layer("schools", table(tmp_path / "s.csv", rows))
    placed = {school.source_id: round(school.geom.x, 4) for school in School.objects.all()}
    assert placed["same"] == placed["alike"]
    assert set(placed) == {"same", "number", "alike"}
    assert [(m.row, m.address, m.score == 1) for m in report.matched] == [
        (1, "中山路12号阳光花园1幢", True), (2, "大梁路8号", True), (3, "中山路12号阳光花园1幢", False)
    ]  # fmt: skip
    reasons = {skipped.row: skipped.reason for skipped in report.skipped}
    assert "ambiguous" in reasons[4]
    assert "东风里3号院" in reasons[4]
    assert "no building" in reasons[5]
    assert "no coordinates and no address" in reasons[6]
    assert 7 in reasons


# ---- whole files --------------------------------------------------------------------------------------------


def workbook(sheets: str) -> bytes:
    """One whose list of sheets is this."""
    whole, written = tables.workbook(tables.sheet("")), io.BytesIO()
    with ZipFile(io.BytesIO(whole)) as known, ZipFile(written, "w") as made:
        for name in known.namelist():
            text = re.sub(b"<sheets>.*</sheets>", sheets.encode(), known.read(name))
            made.writestr(name, text)
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"", "header"),
        ("a.csv", "名称,名称\n1,2\n".encode(), "same name"),
        ("a.csv", "名称\n甲\n".encode(), "coordinates"),
        ("a.csv", "\ufeff名称\n".encode("utf-16-le")[:-1], "utf-16"),
        ("a.xlsx", b"no zip", "cannot be read"),
        ("a.xlsx", workbook("<sheets/>"), "cannot be read"),
        ("a.xlsx", workbook("<sheets>"), "cannot be read"),
        ("a.xlsx", workbook("<sheets/>").replace(b"PK\1\2\x14\3\x14", b"PK\1\2\x14\3\x63"), "cannot be read"),
        ("a.doc", b"x", "allowed are"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(db, tmp_path, name, content, says):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(WanggeError, match=says):
        import_layer("hospitals", tmp_path / name)


def test_random_bytes_never_crash_the_reader(db, tmp_path):
    rng = random.Random(5)
    for number in range(30):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(b"lon,lat,name\n" + rng.randbytes(rng.randrange(1, 400)))
        try:
            report = import_layer("hospitals", path)
        except WanggeError:
            continue
        assert report.rows == report.created + report.updated + report.unchanged + len(report.skipped)


def test_layers_that_the_database_counts_are_not_imported(db, tmp_path):
    with pytest.raises(WanggeError, match="import_layer"):
        import_layer("population", table(tmp_path / "p.csv", [{"lon": 1, "lat": 1}]))
