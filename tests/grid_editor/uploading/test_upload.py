"""Prove that an uploaded file takes the place of the grids it covers, clean or dirty, and accounts for every row."""

from itertools import pairwise

import pytest
import shapely
from pyogrio import raw

from gis_core import crs
from grid_editor import validations
from layers.models import Building
from tests.grid_editor.conftest import EAST, WEST, person
from tests.grid_editor.test_plans import state
from tests.grid_editor.uploading.conftest import geojson, send, zipped
from tests.shapes import polygon, square

pytestmark = pytest.mark.django_db
METRE = 1 / 1112


def columns(*edges: float) -> list[shapely.MultiPolygon]:
    """The west village in columns instead of squares."""
    return [polygon((a, 0), (b, 0), (b, 2), (a, 2)) for a, b in pairwise(edges)]


def codes(plan, village=WEST) -> list[str]:
    return [code[-3:] for code in plan.grids.filter(parent_code=village).values_list("code", flat=True)]


def test_a_clean_file_draws_the_villages_it_covers_anew_and_leaves_the_others(api, plan):
    before = state(plan)
    answer = send(api, plan, geojson(columns(0, 1, 2, 3)), name_field="name", revision=0)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert (body["kind"], body["revision"], len(body["defects"]["features"])) == ("upload", 1, 0)
    assert body["report"]["counts"] == {"imported": 3, "changed": 0, "split": 0, "dropped": 0}
    assert (len(codes(plan)), len(codes(plan, EAST))) == (3, 6)
    assert sorted(plan.grids.filter(parent_code=WEST).values_list("name", flat=True)) == [
        "网格1",
        "网格2",
        "网格3",
    ]
    assert validations.errors(plan) == []
    assert api.post(f"/api/v1/plans/{plan.pk}/undo/", {}, format="json").status_code == 200
    assert state(plan) == before


def test_what_hardly_changed_keeps_its_code_the_rest_gets_new_ones(api, plan):
    parts = [square(x, y) for y in range(2) for x in range(3)]
    parts[0:2] = [polygon((0, 0), (1.1, 0), (1.1, 1), (0, 1)), polygon((1.1, 0), (2, 0), (2, 1), (1.1, 1))]
    parts[5:] = [polygon((2, 1), (2.4, 1), (2.4, 2), (2, 2)), polygon((2.4, 1), (3, 1), (3, 2), (2.4, 2))]
    ids = dict(plan.grids.values_list("code", "id"))
    assert send(api, plan, geojson(parts)).status_code == 200
    assert codes(plan) == ["001", "002", "003", "004", "005", "006", "007"]
    larger = plan.grids.get(code=f"{WEST}006")
    assert shapely.from_wkb(bytes(larger.geom.wkb)).equals(parts[6])
    assert larger.id == ids[f"{WEST}006"]
    assert larger.name == "第6网格"


def test_codes_of_the_file_are_kept(api, plan):
    rows = [{"dm": f"{WEST}{n}"} for n in ("010", "001", "012")]
    assert send(api, plan, geojson(columns(0, 1, 2, 3), rows), code_field="dm").status_code == 200
    assert codes(plan) == ["001", "010", "012"]


def test_a_dirty_file_is_taken_as_it_is_and_its_defects_are_listed(api, plan):
    dirty = [*columns(0, 1, 2), polygon((1.9, 0), (3.2, 0), (3.2, 1.5), (1.9, 1.5))]
    body = send(api, plan, geojson([*dirty, dirty[0], polygon((0, 0), (1, 1), (1, 0), (0, 1))])).json()
    kinds = {one["properties"]["kind"] for one in body["defects"]["features"]}
    assert kinds >= {"overlap", "gap", "outside", "invalid"}
    assert body["report"]["counts"]["imported"] == 5
    code = body["report"]["rows"][2]["code"]
    assert shapely.from_wkb(bytes(plan.grids.get(code=code).geom.wkb)).equals(dirty[2])


def test_with_repair_it_is_mended_and_what_was_changed_can_be_drawn(api, plan):
    dirty = [polygon((0, 0), (1 + METRE / 2, 0), (1 + METRE / 2, 2), (0, 2)), *columns(1, 2, 3)]
    body = send(api, plan, geojson(dirty), repair="true", snap="0.2", max_gap="1").json()
    assert body["defects"]["features"] == []
    assert validations.errors(plan) == []
    assert body["report"]["counts"]["changed"] >= 1
    changes = body["report"]["changes"]["features"]
    assert changes
    assert all(one["geometry"]["type"] == "Polygon" and one["properties"]["m2"] > 0 for one in changes)
    assert body["report"]["villages"][0]["repaired"][0]["kind"] == "overlap"


def test_what_cannot_be_repaired_within_the_limits_is_refused_and_changes_nothing(api, plan):
    before = state(plan)
    answer = send(api, plan, geojson(columns(0, 1, 2)), repair="true")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "import_refused")
    assert answer.json()["error"]["details"]["defects"]
    assert "--" not in answer.json()["error"]["message"]
    assert state(plan) == before


def test_a_dry_run_tells_all_and_stores_nothing(api, plan):
    before = state(plan)
    body = send(api, plan, geojson(columns(0, 1, 2)), dry_run="true").json()
    assert (body["revision"], body["report"]["rows_in"]) == (0, 2)
    assert {one["properties"]["kind"] for one in body["defects"]["features"]} >= {"gap"}
    assert len(body["changed"]["features"]) == 2
    assert len(body["removed"]) == 4
    assert state(plan) == before


def test_rows_without_ground_here_are_dropped_with_the_reason(api, plan):
    body = send(api, plan, geojson([*columns(0, 1, 2, 3), square(20, 20), None])).json()
    rows = body["report"]["rows"]
    assert [row["outcome"] for row in rows] == ["imported"] * 3 + ["dropped"] * 2
    assert all(row["reason"] for row in rows[3:])
    assert body["report"]["rows_in"] == 5


def test_a_parent_takes_every_row(api, plan):
    body = send(api, plan, geojson([square(3, 0)]), parent=WEST).json()
    assert {one["properties"]["kind"] for one in body["defects"]["features"]} >= {"wrong_parent"}
    assert send(api, plan, geojson([square(3, 0)]), parent="410299001001").status_code == 400


def test_a_shapefile_in_gauss_krueger_and_gbk_comes_in_exact(api, plan, tmp_path):
    flat = crs.to_metres(shapely.get_parts(columns(0, 1, 2, 3)), crs.metric_crs((114.3, 34.8, 114.33, 34.82)))
    path = tmp_path / "网格.shp"
    raw.write(
        path, shapely.to_wkb(flat), [__import__("numpy").array(["东", "中", "西"], dtype=object)], ["名称"],
        geometry_type="Polygon", crs="EPSG:4547", encoding="GBK",
    )  # fmt: skip
    members = {p.name: p.read_bytes() for p in tmp_path.iterdir() if p.suffix != ".cpg"}
    body = send(api, plan, zipped(members), name_field="名称").json()
    assert {f["properties"]["name"] for f in body["changed"]["features"]} >= {"东", "中", "西"}
    assert sum(row["outcome"] == "imported" for row in body["report"]["rows"]) == 3


def test_households_are_counted_anew(api, plan):
    from grid_editor.storing import geos

    Building.objects.create(geom=geos(square(0.5, 1.5, 0.01)), households=321)
    body = send(api, plan, geojson(columns(0, 1, 2, 3))).json()
    assert 321 in {f["properties"]["households"] for f in body["changed"]["features"]}


def test_only_who_draws_there_may_upload_and_only_into_a_draft(api, plan, client_of):
    assert send(client_of(person("v", "viewer")), plan, geojson([square(0, 0)])).status_code == 403
    assert send(client_of(person("far", "drawer", "99")), plan, geojson([square(0, 0)])).status_code == 404
    type(plan).objects.filter(pk=plan.pk).update(state="submitted")
    assert send(api, plan, geojson([square(0, 0)])).status_code == 409


def test_an_upload_on_an_old_sight_of_the_village_is_stale(api, plan):
    body = {"kind": "rename", "revision": 0, "code": f"{WEST}002", "name": "x"}
    assert api.post(f"/api/v1/plans/{plan.pk}/commands/", body, format="json").status_code == 200
    answer = send(api, plan, geojson(columns(0, 1, 2, 3)), revision=0)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "stale_revision")
