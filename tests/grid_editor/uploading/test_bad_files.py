"""Prove that what is no honest file of polygons is refused in words, and that nothing of it reaches the plan."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from tests.grid_editor.conftest import WEST
from tests.grid_editor.test_plans import state
from tests.grid_editor.uploading.conftest import geojson, send, zipped
from tests.shapes import square

pytestmark = pytest.mark.django_db
LIMITS = {"bytes": 100_000_000, "unpacked": 600_000_000, "rows": 20_000, "vertices": 3_000_000}
VRT = (
    b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'
    b"</OGRVRTDataSource>"
)


@pytest.fixture(autouse=True)
def nothing_changes(plan):
    before = state(plan)
    yield
    assert state(plan) == before
    plan.refresh_from_db()
    assert plan.revision == 0


def refused(answer, status: int, code: str) -> dict:
    assert answer.status_code == status, answer.content
    error = answer.json()["error"]
    assert error["code"] == code, error
    assert error["message"]
    return error


def test_no_file_and_a_wrong_body(api, plan):
    assert api.post(f"/api/v1/plans/{plan.pk}/upload/", {}, format="multipart").status_code == 400
    assert api.post(f"/api/v1/plans/{plan.pk}/upload/", {"file": "x"}, format="json").status_code == 415
    for field in (
        {"snap": "-1"},
        {"snap": "x"},
        {"repair": "perhaps"},
        {"revision": "-1"},
        {"max_change": "101"},
    ):
        refused(send(api, plan, geojson([square(0, 0)]), **field), 400, "invalid")


@pytest.mark.parametrize("name", ["grids.exe", "grids", "grids.shp", "grids.vrt", "../../grids.kml"])
def test_other_formats(api, plan, name):
    refused(send(api, plan, SimpleUploadedFile(name, b"x")), 400, "wrong_file")


@pytest.mark.parametrize("name", ["grids.geojson", "grids.gpkg", "grids.zip", "grids.json"])
@pytest.mark.parametrize("content", [VRT, b"x", b"\0" * 200])
def test_a_file_that_is_not_what_its_name_says(api, plan, name, content):
    refused(send(api, plan, SimpleUploadedFile(name, content)), 400, "wrong_file")


def test_a_disguise_inside_an_archive(api, plan):
    refused(send(api, plan, zipped({"grids.shp": VRT})), 400, "wrong_file")
    refused(send(api, plan, zipped({"grids.gpkg": VRT})), 400, "wrong_file")
    refused(send(api, plan, zipped({"readme.txt": b"x"})), 400, "import_refused")


@override_settings(UPLOAD_LIMITS={**LIMITS, "unpacked": 1_000_000})
def test_an_archive_that_unpacks_to_too_much(api, plan):
    bomb = zipped({"grids.dbf": b"\0" * 5_000_000})
    assert bomb.size < 10_000
    refused(send(api, plan, bomb), 413, "too_large")


@override_settings(UPLOAD_LIMITS={**LIMITS, "unpacked": 1_000_000})
def test_an_archive_that_lies_about_what_it_unpacks_to(api, plan):
    honest = zipped({"grids.dbf": b"\0" * 5_000_000}).read()
    size = (5_000_000).to_bytes(4, "little")
    assert honest.count(size) == 2
    lying = SimpleUploadedFile("grids.zip", honest.replace(size, (1000).to_bytes(4, "little")))
    with zipfile.ZipFile(io.BytesIO(lying.read())) as archive:
        assert archive.infolist()[0].file_size == 1000
    lying.seek(0)
    refused(send(api, plan, lying), 400, "wrong_file")


def test_an_archive_of_thousands_of_files_or_under_a_password(api, plan):
    refused(send(api, plan, zipped({f"{n}.txt": b"" for n in range(600)})), 413, "too_large")
    locked = bytearray(zipped({"grids.shp": b"\0\0\x27\x0a" + b"x" * 100}).read())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(signature) + offset] |= 1
    refused(send(api, plan, SimpleUploadedFile("grids.zip", bytes(locked))), 400, "wrong_file")


@pytest.mark.parametrize(("what", "most"), [("bytes", 100), ("rows", 2), ("vertices", 12)])
def test_more_than_the_limits(api, plan, what, most):
    with override_settings(UPLOAD_LIMITS={**LIMITS, what: most}):
        error = refused(send(api, plan, geojson([square(x, 0) for x in range(3)])), 413, "too_large")
    assert error["details"]["limit"] == most


def test_rows_that_no_plan_can_hold_are_all_named(api, plan):
    point = {"type": "Point", "coordinates": [114.3, 34.8]}
    error = refused(send(api, plan, geojson([square(0, 0), point, point])), 400, "import_refused")
    assert [one["row"] for one in error["details"]["problems"]] == [2, 3]


def test_codes_that_cannot_be_used_are_all_named(api, plan):
    rows = [{"dm": code} for code in (f"{WEST}001", f"{WEST}001", "7", "x")]
    error = refused(
        send(api, plan, geojson([square(x, 0) for x in range(4)], rows), code_field="dm"),
        400,
        "import_refused",
    )
    assert {one["row"] for one in error["details"]["problems"]} == {1, 2, 3, 4}


def test_a_field_or_a_system_that_is_not_there(api, plan):
    error = refused(send(api, plan, geojson([square(0, 0)]), code_field="nix"), 400, "import_refused")
    assert "code_field" in error["message"]
    assert "--" not in error["message"]
    refused(send(api, plan, geojson([square(0, 0)]), crs="mars"), 400, "unknown_crs")


def test_a_file_that_lies_elsewhere(api, plan):
    refused(send(api, plan, geojson([square(500, 500)])), 400, "import_refused")
    refused(send(api, plan, geojson([square(0, 0)]), crs="EPSG:4547"), 400, "import_refused")


def test_what_is_there_already_is_no_change(api, plan):
    from tests.grid_editor.uploading.conftest import geojson as file_of

    assert file_of([]).size
    refused(send(api, plan, file_of([])), 400, "import_refused")
