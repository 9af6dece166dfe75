"""Prove that clean files of every format import as they are, and that every row is accounted for."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyogrio import raw

from gis_core import crs
from gis_core.importing import ImportRefused
from gis_core.models import Area
from tests.gis_core.importing.conftest import (
    SIDE,
    VILLAGE,
    Write,
    code_of,
    defects_in_database,
    imported,
    refusal,
    row_of,
    shape,
    square,
)

pytestmark = pytest.mark.django_db


def test_a_clean_file_becomes_a_village_and_its_grids(geojson: Write) -> None:
    report = imported(geojson(row_of(3)), name_field="name")
    village = Area.objects.live().get(code=VILLAGE)
    assert (village.name, village.tier, village.parent_code) == ("某村", "village", None)
    grid = Area.objects.live().get(code=code_of(2))
    assert (grid.name, grid.parent_code, grid.attributes["imported"]["row"]) == ("网格2", VILLAGE, 2)
    assert report.counts == {"imported": 3, "changed": 0, "split": 0, "dropped": 0}
    assert defects_in_database() == []


def test_every_input_row_is_in_the_report_once(geojson: Write) -> None:
    polygons = [*row_of(3), square(1, 0), None]
    report = imported(geojson(polygons), repair=True)
    assert [row.row for row in report.rows] == [1, 2, 3, 4, 5]
    assert report.counts == {"imported": 3, "changed": 0, "split": 0, "dropped": 2}
    assert "2" in report.rows[3].reason
    assert report.as_json()["counts"]["dropped"] == 2


def test_a_t_junction_is_noded_and_needs_no_repair(geojson: Write) -> None:
    report = imported(geojson([square(0, 0, 2), square(0, 1), square(1, 1)]))
    assert report.counts["imported"] == 3
    assert shapely.get_num_coordinates(shape(code_of(1))) == 6
    assert defects_in_database() == []


def test_fifteen_digits_are_rounded_not_repaired(geojson: Write) -> None:
    def tilted(points: np.ndarray) -> np.ndarray:
        turn = np.array([[np.cos(0.3), -np.sin(0.3)], [np.sin(0.3), np.cos(0.3)]])
        return (points - [114.3, 34.8]) @ turn.T + [114.3, 34.8]

    polygons = [shapely.transform(p, tilted) for p in (square(0, 0, 3), square(0, 1), square(1, 1, 2))]
    assert imported(geojson(polygons)).counts["imported"] == 3
    assert defects_in_database() == []


def test_a_projected_file_is_noded_while_its_lines_are_straight(geojson: Write, tmp_path: Path) -> None:
    boxes = [shapely.box(500_000, 3_850_000, 520_000, 3_851_000)]
    boxes += [shapely.box(500_000 + x, 3_851_000, 510_000 + x, 3_853_000) for x in (0, 10_000)]
    path = tmp_path / "grids.gpkg"
    raw.write(
        path,
        geometry=shapely.to_wkb(np.array(boxes)),
        field_data=[np.array([code_of(n) for n in (1, 2, 3)], object)],
        fields=["code"],
        geometry_type="Polygon",
        crs="EPSG:4547",
    )
    assert imported(path).counts["imported"] == 3
    assert defects_in_database() == []


def test_codes_are_assigned_west_to_east_then_north_to_south(geojson: Write) -> None:
    polygons = [square(1, 0, 1, 1), square(0, 0, 1, 1), square(0, 1, 1, 1), square(1, 1, 1, 1)]
    path = geojson(polygons, [{"no": name} for name in ("se", "sw", "nw", "ne")])
    imported(path, code_field="no", assign_codes=True)
    order = [a.attributes["source_code"] for a in Area.objects.live().filter(tier="grid").order_by("code")]
    assert order == ["nw", "sw", "ne", "se"]


@pytest.mark.django_db(transaction=True)
def test_assigned_codes_skip_what_was_ever_used(geojson: Write) -> None:
    path = geojson(row_of(2))
    imported(path)
    Area.objects.live().filter(parent_code=VILLAGE).delete()
    imported(path, assign_codes=True)
    codes = set(Area.objects.live().filter(tier="grid").values_list("code", flat=True))
    assert not codes & {code_of(1), code_of(2)}


def test_parents_come_from_a_field_or_from_the_place(geojson: Write) -> None:
    imported(
        geojson([square(0, 0, 2), square(2, 0, 2)], [{"code": f"41020200100{n}"} for n in (1, 2)]),
        tier="village",
        under="410202001",
    )
    rows = [
        {"code": f"41020200100{1 + n // 2}00{1 + n % 2}", "village": f"41020200100{1 + n // 2}"}
        for n in range(4)
    ]
    report = imported(geojson(row_of(4), rows), under=None, parent_field="village")
    assert {parent.code: parent.children for parent in report.parents} == {
        "410202001001": 2,
        "410202001002": 2,
    }
    Area.objects.live().filter(tier="grid").delete()
    again = imported(geojson(row_of(4)), under=None, code_field=None, assign_codes=True)
    assert {parent.code: parent.children for parent in again.parents} == {
        "410202001001": 2,
        "410202001002": 2,
    }
    assert defects_in_database("410202001001") == defects_in_database("410202001") == []


def test_a_dry_run_writes_nothing_but_reports_all(geojson: Write) -> None:
    report = imported(geojson(row_of(3)), dry_run=True)
    assert not report.written
    assert report.counts["imported"] == 3
    assert not Area.objects.exists()


def test_topojson_imports_once_its_crs_is_given(tmp_path: Path) -> None:
    west, south = 114.3, 34.8
    corner = [[west, south], [west + SIDE, south], [west + SIDE, south + SIDE], [west, south + SIDE]]
    path = tmp_path / "grids.topojson"
    arcs = [
        [corner[1], corner[2]],
        [corner[2], corner[3], corner[0], corner[1]],
        [corner[1], [west + 2 * SIDE, south]],
    ]
    arcs[2] += [[west + 2 * SIDE, south + SIDE], corner[2]]
    rings = [[[0, 1]], [[2, -1]]]
    geometries = [
        {"type": "Polygon", "arcs": ring, "properties": {"code": code_of(n + 1)}}
        for n, ring in enumerate(rings)
    ]
    objects = {"grids": {"type": "GeometryCollection", "geometries": geometries}}
    path.write_text(json.dumps({"type": "Topology", "objects": objects, "arcs": arcs}))
    assert "--crs" in refusal(path).message
    assert imported(path, crs="EPSG:4490").counts["imported"] == 2


def test_a_gbk_shapefile_without_cpg_is_understood_also_zipped(shapefile: Write, tmp_path: Path) -> None:
    path = shapefile(row_of(2), ["午朝门社区", "大兴社区"])
    zipped = tmp_path / "送审.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        for part in sorted(tmp_path.glob("grids.*")):
            archive.write(part, f"网格/{part.name}")
    report = imported(zipped, name_field="名称")
    assert report.encoding == "gb18030"
    assert [row.name for row in report.rows] == ["午朝门社区", "大兴社区"]
    assert Area.objects.get(code=code_of(1)).attributes["名称"] == "午朝门社区"
    assert path.exists()


def test_a_shapefile_without_prj_needs_a_crs(shapefile: Write) -> None:
    path = shapefile(row_of(2), ["甲", "乙"])
    path.with_suffix(".prj").unlink()
    assert "--crs" in refusal(path).message


def test_gcj02_is_brought_back_to_where_it_is(geojson: Write) -> None:
    straight = row_of(2)
    shifted = [shapely.transform(polygon, crs.wgs84_to_gcj02) for polygon in straight]
    imported(geojson(shifted), crs="gcj02")
    assert shape(code_of(1)).hausdorff_distance(straight[0]) < 2e-8
    assert defects_in_database() == []


def test_a_geojson_in_gbk_is_understood(tmp_path: Path, geojson: Write) -> None:
    path = geojson(row_of(2), [{"code": code_of(n), "name": "午朝门"} for n in (1, 2)])
    text = json.dumps(json.loads(path.read_text(encoding="utf-8")), ensure_ascii=False)
    path.write_bytes(text.encode("gbk"))
    imported(path, name_field="name")
    assert Area.objects.get(code=code_of(1)).name == "午朝门"


def test_nothing_of_a_refused_import_stays(geojson: Write) -> None:
    """The second village of two is in the way; the first would have been fine."""
    imported(
        geojson([square(0, 0, 2), square(2, 0, 2)], [{"code": f"41020200100{n}"} for n in (1, 2)]),
        tier="village",
        under="410202001",
    )
    polygons = [square(0, 0), square(1, 0), square(2, 0), square(3, 0, 0.5)]
    rows = [{"code": f"41020200100{1 + n // 2}00{1 + n % 2}"} for n in range(4)]
    error = refusal(geojson(polygons, rows), under=None)
    assert error.details["defects"][0]["kind"] == "gap"
    assert not Area.objects.filter(tier="grid").exists()


def test_options_that_contradict_each_other_are_refused(geojson: Write) -> None:
    path = geojson(row_of(1))
    for wrong in (
        {"code_field": None},
        {"parent_field": "name"},
        {"under": "41020200100100101"},
        {"under": "4102"[:3]},
        {"snap": 0.0},
        {"tier": "street"},
    ):
        with pytest.raises(ImportRefused):
            imported(path, **wrong)
