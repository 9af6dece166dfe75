"""`import_layer` on real and on dirty files: every row accounted for, and twice is as once."""

import json

import pytest
from django.core.management import CommandError, call_command

from gis_core.errors import WanggeError
from layers.importing.service import import_layer
from layers.models import Building, Road, Water
from tests.shapes import place, square


def written(path, features, **top):
    rows = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    path.write_text(json.dumps({"type": "FeatureCollection", **top, "features": rows}), encoding="utf-8")
    return path


def line(*points):
    return {"type": "LineString", "coordinates": [list(place(*point)) for point in points]}


def polygon(x, y):
    return square(x, y).__geo_interface__


def test_openstreetmap_words_become_ours(db, tmp_path):
    words = ("motorway", "primary", "tertiary", "footway", "lane", "rail")
    rows = [({"osm_id": str(n), "highway": word}, line((0, n), (1, n))) for n, word in enumerate(words)]
    report = import_layer("roads", written(tmp_path / "r.geojson", rows))
    assert (report.created, report.skipped) == (6, ())
    classes = Road.objects.order_by("source_id").values_list("road_class", flat=True)
    assert list(classes) == ["expressway", "arterial", "local", "path", "lane", "railway"]


def test_importing_again_updates_and_keeps_what_the_file_does_not_have(db, tmp_path):
    path = written(tmp_path / "b.geojson", [({"osm_id": "1", "building": "yes"}, polygon(0, 0))])
    import_layer("buildings", path)
    Building.objects.update(households=12)
    written(path, [({"osm_id": "1", "building": "school"}, polygon(1, 0))])
    report = import_layer("buildings", path)
    building = Building.objects.get()
    assert (report.created, report.updated) == (0, 1)
    assert (building.use, building.households) == ("school", 12)
    assert building.geom.extent[0] == place(1, 0)[0]


def test_every_row_that_does_not_fit_is_listed_with_the_reason(db, tmp_path):
    rows = [
        ({"id": "1", "kind": "lake"}, polygon(0, 0)),
        ({"id": "2", "kind": "soup"}, polygon(1, 0)),
        ({"id": "3", "kind": "lake"}, None),
        ({"id": "4", "kind": "lake"}, line((0, 0), (1, 1))),
        ({"id": "1", "kind": "pond"}, polygon(2, 0)),
    ]
    report = import_layer("water", written(tmp_path / "w.geojson", rows))
    assert [skipped.row for skipped in report.skipped] == [2, 3, 4, 5]
    assert all(skipped.reason for skipped in report.skipped)
    assert report.rows == report.created + report.updated + len(report.skipped)
    assert Water.objects.count() == 1


def test_columns_can_be_named(db, tmp_path):
    rows = [({"a": "甲路", "b": "local"}, line((0, 0), (1, 0)))]
    import_layer("roads", written(tmp_path / "r.geojson", rows), given={"name": "a", "road_class": "b"})
    assert Road.objects.get().name == "甲路"


@pytest.mark.parametrize(("field", "column"), [("colour", "a"), ("name", "z")])
def test_a_wrong_mapping_is_refused_with_what_is_allowed(db, tmp_path, field, column):
    path = written(tmp_path / "r.geojson", [({"a": "x"}, line((0, 0), (1, 0)))])
    with pytest.raises(WanggeError) as refused:
        import_layer("roads", path, given={field: column})
    assert refused.value.details["allowed"]


def test_gcj02_is_taken_back(db, tmp_path):
    path = written(tmp_path / "r.geojson", [({"osm_id": "1"}, line((0, 0), (1, 0)))])
    import_layer("roads", path, crs="gcj02")
    lon, lat = Road.objects.get().geom[0][0]
    assert 0.004 < place(0, 0)[0] - lon < 0.008
    assert 0.0005 < abs(place(0, 0)[1] - lat) < 0.003


def test_areas_are_not_imported_here(db, tmp_path):
    with pytest.raises(CommandError, match="import_areas"):
        call_command("import_layer", "grids", tmp_path / "none.geojson")


def test_the_command_reports_and_writes_the_report(db, tmp_path, capsys):
    path = written(tmp_path / "r.geojson", [({"osm_id": "1", "highway": "?"}, line((0, 0), (1, 0)))])
    call_command("import_layer", "roads", path, map=["name=osm_id"], report=tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text())["skipped"][0]["row"] == 1
    assert "1" in capsys.readouterr().out
