"""Prove that every kind of bad input is refused with the row and with what is allowed, and leaves nothing."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyogrio import raw

from gis_core.models import Area
from tests.gis_core.importing.conftest import Write, code_of, imported, refusal, row_of, square

pytestmark = pytest.mark.django_db

BOW_TIE = shapely.Polygon([(114.30, 34.80), (114.31, 34.81), (114.31, 34.80), (114.30, 34.81)])
FAR = shapely.box(119.8, 34.8, 119.81, 34.81)


def rows_named(error: Any, kind: str) -> list[int]:
    found = [problem for problem in error.details["problems"] if problem["kind"] == kind]
    assert all(str(problem["row"]) in problem["message"] for problem in found)
    return [problem["row"] for problem in found]


@pytest.mark.parametrize(
    ("odd", "kind"),
    [
        (None, "null_geometry"),
        (shapely.Point(114.305, 34.805), "not_polygon"),
        (shapely.LineString([(114.3, 34.8), (114.31, 34.8)]), "not_polygon"),
        ({"type": "Polygon", "coordinates": [[[114.3, 34.8], [114.3, 34.8]]]}, "not_polygon"),
        (BOW_TIE, "invalid"),
        (square(1, 0), "duplicate_geometry"),
        (FAR, "far_away"),
        (shapely.box(214.3, 34.8, 214.31, 34.81), "off_earth"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_geometry_is_named_by_its_row(geojson: Write, odd: Any, kind: str) -> None:
    error = refusal(geojson([*row_of(3), odd]))
    assert rows_named(error, kind) == [4]


@pytest.mark.parametrize(
    ("code", "kind", "rows"),
    [
        (code_of(1), "duplicate_code", [1, 3]),
        ("41020200100100", "code", [3]),
        ("410202001001A03", "code", [3]),
        ("410202001002003", "code", [3]),
        (None, "code", [3]),
    ],
)
def test_a_bad_code_is_named_by_its_row(geojson: Write, code: str | None, kind: str, rows: list[int]) -> None:
    properties = [{"code": code_of(1)}, {"code": code_of(2)}, {"code": code}]
    assert rows_named(refusal(geojson(row_of(3), properties)), kind) == rows


@pytest.mark.django_db(transaction=True)
def test_codes_in_use_and_retired_codes_are_refused(geojson: Write) -> None:
    imported(geojson(row_of(2)))
    other = {"under": "410202001002", "name": "别村"}
    again = [{"code": "410202001002001"}, {"code": "410202001002002"}]
    imported(geojson(row_of(2), again), **other)
    Area.objects.live().filter(parent_code="410202001002").delete()
    assert rows_named(refusal(geojson(row_of(2), again), **other), "code_retired") == [1, 2]
    assert rows_named(refusal(geojson(row_of(2))), "code_in_use") == [1, 2]


def test_a_field_that_is_not_there_is_refused_with_those_that_are(geojson: Write) -> None:
    assert "code, name" in refusal(geojson(row_of(1)), name_field="label").message


def test_mixed_encodings_are_refused_with_the_rows(shapefile: Write) -> None:
    path = shapefile(row_of(3), ["午朝门社区", "大兴社区街道", "北道门社区"])
    table = path.with_suffix(".dbf")
    wrong, right = "大兴社区街道".encode("gbk"), "大兴社区".encode()
    assert len(wrong) == len(right)
    table.write_bytes(table.read_bytes().replace(wrong, right))
    error = refusal(path, name_field="code")
    assert [problem["row"] for problem in error.details["problems"]] == [2]
    assert "--encoding" in error.message


def test_a_wrong_encoding_given_by_hand_is_refused_with_the_rows(shapefile: Write) -> None:
    path = shapefile(row_of(2), ["午朝门社区", "ascii"])
    error = refusal(path, encoding="utf-8")
    assert 1 in [problem["row"] for problem in error.details["problems"]]


def test_an_unknown_format_encoding_or_crs_is_refused(geojson: Write, tmp_path: Path) -> None:
    text = tmp_path / "grids.csv"
    text.write_text("a,b")
    assert ".gpkg" in refusal(text).message
    assert "utf-8" in refusal(geojson(row_of(1)), encoding="klingon").message
    assert "gcj02" in refusal_of_any(geojson(row_of(1)), crs="EPSG:1").message
    broken = tmp_path / "broken.geojson"
    broken.write_text('{"type": "FeatureCollection", "features": [')
    assert "broken.geojson" in refusal(broken).message
    assert "nowhere" in refusal(tmp_path / "nowhere.gpkg").message


def refusal_of_any(path: Path, **given: Any) -> Any:
    from gis_core.errors import WanggeError

    with pytest.raises(WanggeError) as caught:
        imported(path, **given)
    return caught.value


def test_of_several_layers_one_must_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "town.gpkg"
    for name in ("grids", "blocks"):
        raw.write(
            path,
            layer=name,
            geometry=shapely.to_wkb(np.array(row_of(2))),
            field_data=[np.array([code_of(1), code_of(2)], object)],
            fields=["code"],
            geometry_type="Polygon",
            crs="EPSG:4490",
            append=path.exists(),
        )
    assert "blocks" in refusal(path).message
    assert imported(path, layer="grids").counts["imported"] == 2


def test_a_gap_and_an_overlap_are_listed_with_codes_place_and_size(geojson: Write) -> None:
    ring = [square(0, 0, 3), square(0, 1), square(2, 1), square(0, 2, 3)]
    error = refusal(geojson([*ring, square(5, 0), square(5.5, 0)]))
    found = {defect["kind"]: defect for defect in error.details["defects"] if defect["m2"]}
    assert found["gap"]["codes"] == [code_of(n) for n in (1, 2, 3, 4)]
    assert found["overlap"]["codes"] == [code_of(5), code_of(6)]
    assert 114.31 < found["gap"]["lon"] < 114.32
    assert 0.9e6 < found["gap"]["m2"] < 1.1e6
    assert 900 < found["gap"]["width_m"] < 950


def test_a_parent_with_children_takes_no_more(geojson: Write) -> None:
    imported(geojson(row_of(2)))
    rows = [{"code": code_of(n)} for n in (3, 4)]
    assert "2 live children" in refusal(geojson([square(2, 0), square(3, 0)], rows)).message


def test_a_village_cannot_be_made_beside_a_missing_town(geojson: Write) -> None:
    imported(geojson([square(0, 0)], [{"code": "410202"}]), tier="county", under=None)
    assert "410202001" in refusal(geojson(row_of(2))).message


def test_a_polygon_narrower_than_a_millimetre_is_refused_by_its_code(geojson: Write) -> None:
    assert code_of(2) in refusal(geojson([square(0, 0), square(1, 0, 1e-7, 1e-7)])).message
