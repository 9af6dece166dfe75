"""Prove that a report comes in whole, once, in its place, and that what cannot be meant is refused with a guess."""

import io
import json
import threading

import pytest
from django.db import connections
from openpyxl import Workbook
from PIL import Image
from rest_framework.test import APIClient

from gis_core import crs
from incidents import photos
from incidents.models import Incident
from layers.models import Building, Road
from tests.incidents.conftest import EAST, WEST, lay_out, person
from tests.shapes import place, square

pytestmark = pytest.mark.django_db
URL = "/api/v1/incidents/"
LON, LAT = place(0.5, 0.5)


def body(**more):
    return {"item": "26", "description": "路口有垃圾", "lon": LON, "lat": LAT, "crs": "4490", **more}


@pytest.fixture
def api(town, people, client_of) -> APIClient:
    return client_of(people["worker"])


def test_a_report_is_answered_with_number_and_grids(api):
    answer = api.post(URL, body(), format="json")
    assert answer.status_code == 201
    said = answer.json()
    assert (said["grid_code"], said["grid_code_at_report"]) == (f"{WEST}001",) * 2
    assert said["number"].startswith(WEST)
    assert (said["state"], said["light"], said["item_name"]) == ("reported", "green", "Rubbish lying about")
    assert answer["Location"] == f"{URL}{said['number']}/"
    row = Incident.objects.get(number=said["number"])
    assert (row.original, row.src_crs, row.located_by) == (
        {"lon": LON, "lat": LAT, "crs": "4490"},
        "4490",
        "coordinates",
    )


@pytest.mark.parametrize("system", ["4490", "EPSG:4326", "gcj02", "bd09", "4547"])
def test_every_coordinate_system_finds_the_same_place(api, system):
    import numpy as np
    import pyproj

    there = {
        "gcj02": lambda p: crs.wgs84_to_gcj02(p),
        "bd09": lambda p: crs.wgs84_to_bd09(p),
        "4547": lambda p: np.column_stack(
            pyproj.Transformer.from_crs(4490, 4547, always_xy=True).transform(*p.T)
        ),
    }.get(system, lambda p: p)
    x, y = there(np.array([[LON, LAT]]))[0]
    said = api.post(URL, body(lon=float(x), lat=float(y), crs=system), format="json").json()
    assert (said["lon"], said["lat"]) == pytest.approx((LON, LAT), abs=1.1e-8)
    assert said["original"] == {"lon": x, "lat": y, "crs": system.removeprefix("EPSG:")}


@pytest.mark.parametrize(
    ("sent", "guess"),
    [
        ({"lon": LAT, "lat": LON}, {"lon": LON, "lat": LAT, "crs": "4490"}),
        ({"lon": 528121.94, "lat": 3853002.24}, {"lon": 528121.94, "lat": 3853002.24, "crs": "4547"}),
        ({"lon": 3853002.24, "lat": 38528121.94}, {"lon": 528121.94, "lat": 3853002.24, "crs": "4547"}),
        ({"lon": LON * 1e6, "lat": LAT * 1e6}, None),
        ({"lon": -LON, "lat": LAT}, {"lon": LON, "lat": LAT, "crs": "4490"}),
        ({"lon": 2.35, "lat": 48.85}, None),
        ({"lon": 0, "lat": 0}, None),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_guess(api, sent, guess):
    answer = api.post(URL, body(**sent), format="json")
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == "implausible_place"
    if guess is not None:
        found = error["details"]["guess"]
        assert (found["lon"], found["lat"]) == pytest.approx((guess["lon"], guess["lat"]), abs=0.01)
        assert found["crs"] == guess["crs"]
        assert "Did you mean" in error["message"]
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"item": "999"}, "unknown_item"),
        ({"crs": "2000"}, "unknown_crs"),
        ({"crs": None}, "invalid_report"),
        ({"lon": "east"}, "invalid_report"),
        ({"lon": "nan"}, "invalid_report"),
        ({"lat": None}, "no_place"),
        ({"lon": None, "lat": None}, "no_place"),
        ({"lon": None, "lat": None, "grid_code": "410202001001999"}, "unknown_grid"),
        ({"description": "x" * 4001}, "invalid_report"),
        ({"description": "a\0b"}, "invalid_report"),
        ({"happened_at": "2999-01-01T00:00:00Z"}, "bad_moment"),
        ({"level": 5}, "invalid_report"),
    ],
)
def test_bad_input_is_named_and_leaves_nothing(api, sent, code):
    answer = api.post(URL, body(**sent), format="json", HTTP_IDEMPOTENCY_KEY="k")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert not Incident.objects.exists()
    assert api.post(URL, body(), format="json", HTTP_IDEMPOTENCY_KEY="k").status_code == 201


def test_a_grid_is_place_enough(api):
    said = api.post(URL, {"item": "26", "grid_code": f"{EAST}003"}, format="json").json()
    assert (said["grid_code"], said["located_by"]) == (f"{EAST}003", "grid")
    assert said["accuracy_m"] > 400


def test_outside_is_accepted_and_waits_for_its_grid(api, clients):
    lon, lat = place(-0.5, 0.5)
    said = api.post(URL, body(lon=lon, lat=lat), format="json").json()
    assert (said["outside"], said["grid_code"], said["nearest_grid"]) == (True, None, f"{WEST}001")
    queue = clients["dispatcher"].get(f"{URL}?outside=true").json()["features"]
    assert [one["id"] for one in queue] == [said["number"]]
    done = clients["dispatcher"].post(
        f"{URL}{said['number']}/actions/pick_grid/", {"grid": f"{EAST}001"}, format="json"
    )
    assert done.json()["properties"]["scope_code"] == f"{EAST}001"


def test_who_may_not_report_is_told(town, clients):
    for name in ("drawer", "viewer", "auditor"):
        assert clients[name].post(URL, body(), format="json").status_code == 403
    assert APIClient().post(URL, body(), format="json").status_code == 401


# ---- once -----------------------------------------------------------------------------------------------------


def test_the_same_key_is_the_same_incident(api, clients):
    first = api.post(URL, body(), format="json", HTTP_IDEMPOTENCY_KEY="k1")
    again = api.post(URL, dict(reversed(body().items())), format="json", HTTP_IDEMPOTENCY_KEY="k1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert (again.json()["number"], again["Idempotent-Replayed"]) == (first.json()["number"], "true")
    other = api.post(URL, body(description="别的"), format="json", HTTP_IDEMPOTENCY_KEY="k1")
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_key_reused")
    assert (
        clients["dispatcher"].post(URL, body(), format="json", HTTP_IDEMPOTENCY_KEY="k1").status_code == 201
    )
    assert Incident.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_twins_at_the_same_moment_are_one():
    lay_out()
    worker = person("w", "worker")
    numbers, gate = [], threading.Barrier(6)

    def send() -> None:
        client = APIClient()
        client.force_authenticate(worker)
        gate.wait()
        numbers.append(client.post(URL, body(), format="json", HTTP_IDEMPOTENCY_KEY="twin").json()["number"])
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 6
    assert len(set(numbers)) == 1
    assert Incident.objects.count() == 1


def test_a_known_source_id_says_which_incident_it_is(api):
    first = api.post(URL, body(source_id="12345-1"), format="json").json()
    again = api.post(URL, body(source_id="12345-1"), format="json")
    assert (again.status_code, again.json()["error"]["details"]["number"]) == (409, first["number"])


def test_duplicates_are_proposed_not_merged(api):
    first = api.post(URL, body(), format="json").json()
    assert first["duplicates"] == []
    near = api.post(URL, body(lat=LAT + 0.0003), format="json").json()
    assert [(d["number"], round(d["metres"])) for d in near["duplicates"]] == [(first["number"], 33)]
    assert api.post(URL, body(lat=LAT + 0.001), format="json").json()["duplicates"] == []
    assert api.post(URL, body(item="33"), format="json").json()["duplicates"] == []
    assert Incident.objects.filter(state="reported").count() == 4


# ---- address ----------------------------------------------------------------------------------------------------


@pytest.fixture
def addresses(town):
    from grid_editor.storing import geos

    for number, x in (("12号", 0.2), ("14号", 0.4), ("112号", 0.6)):
        Building.objects.create(address_text=f"中山路{number}", geom=geos(square(x, 0.2, 0.1)))
    line = "MULTILINESTRING((" + ",".join("{} {}".format(*place(x, 0.1)) for x in (0, 2)) + "))"
    Road.objects.create(name="中山路", road_class="arterial", geom=f"SRID=4490;{line}")


def test_an_address_finds_its_house(api, addresses):
    found = api.get("/api/v1/geocode/", {"q": "龙亭区中山路 12号"}).json()["candidates"]
    assert (found[0]["text"], found[0]["score"], found[0]["kind"]) == ("中山路12号", 1.0, "building")
    assert found[0]["score"] - found[1]["score"] > 0.08
    said = api.post(URL, {"item": "26", "address": "中山路12号"}, format="json").json()
    assert (said["located_by"], said["address_text"], said["original"]) == (
        "address",
        "中山路12号",
        {"address": "中山路12号"},
    )
    assert (said["lon"], said["lat"]) == pytest.approx(place(0.25, 0.25), abs=1e-4)


def test_an_unclear_address_lists_candidates(api, addresses):
    answer = api.post(URL, {"item": "26", "address": "中山路9号"}, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "address_unclear")
    assert answer.json()["error"]["details"]["candidates"]
    assert not Incident.objects.exists()


# ---- photos -----------------------------------------------------------------------------------------------------


def picture(kind="JPEG", size=(300, 200), exif=None):
    out = io.BytesIO()
    image = Image.effect_noise(size, 90).convert("RGB")
    image.save(out, kind, **({"exif": exif} if exif else {}))
    out.seek(0)
    out.name = f"photo.{kind.lower()}"
    return out


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_a_photo_loses_its_metadata_and_is_served_to_who_may_see_it(api, clients, media):
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x8825] = {1: "N", 2: (34.0, 47.0, 50.0)}
    answer = api.post(URL, {**body(), "photos": [picture(exif=exif), picture("PNG")]}, format="multipart")
    assert answer.status_code == 201
    number = answer.json()["number"]
    shown = api.get(f"{URL}{number}/").json()["properties"]["photos"]
    assert len(shown) == 2
    served = clients["dispatcher"].get(shown[0]["url"])
    content = b"".join(served.streaming_content)
    assert b"SecretCamera" not in content
    assert not Image.open(io.BytesIO(content)).getexif()
    assert (served["Content-Type"], served["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert APIClient().get(shown[0]["url"]).status_code == 401
    stranger = APIClient()
    stranger.force_authenticate(person("far", "dispatcher", "410299"))
    assert stranger.get(shown[0]["url"]).status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"<script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"GIF89a" + b"\0" * 50,
        b"\xff\xd8\xff\xe0" + b"\0" * 100,
        b"%PDF-1.4",
        b"",
    ],
)
def test_what_is_no_photo_is_refused_and_the_report_with_it(api, media, content):
    file = io.BytesIO(content)
    file.name = "photo.jpg"
    answer = api.post(URL, {**body(), "photos": [file]}, format="multipart")
    assert answer.status_code == 400
    assert not Incident.objects.exists()
    assert not list(media.rglob("*.jpg"))


def test_a_broken_or_huge_photo_is_refused(api, media, monkeypatch):
    whole = picture("PNG").getvalue()
    with pytest.raises(photos.BadPhoto):
        photos.encode(io.BytesIO(whole[: len(whole) // 2]))
    monkeypatch.setattr(photos, "PIXELS_MAX", 10_000)
    with pytest.raises(photos.BadPhoto, match="pixels"):
        photos.encode(picture())
    monkeypatch.setattr(photos, "BYTES_MAX", 1000)
    with pytest.raises(photos.BadPhoto, match="MB"):
        photos.encode(picture())


def test_a_polyglot_loses_its_script(media):
    data, _size = photos.encode(io.BytesIO(picture().getvalue() + b"<script>alert(1)</script>"))
    assert b"script" not in data


# ---- files ------------------------------------------------------------------------------------------------------

ROWS = [
    ["事项", "描述", "经度", "纬度", "坐标系", "来源编号"],
    ["26", "垃圾", str(LON), str(LAT), "4490", "a-1"],
    ["26", "颠倒", str(LAT), str(LON), "4490", "a-2"],
    ["999", "没有", str(LON), str(LAT), "4490", "a-3"],
]


def as_csv(encoding):
    return io.BytesIO("\n".join(",".join(row) for row in ROWS).encode(encoding)), "rows.csv"


def as_excel():
    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return io.BytesIO(out.getvalue()), "rows.xlsx"


@pytest.mark.parametrize("made", [lambda: as_csv("utf-8-sig"), lambda: as_csv("gb18030"), as_excel])
def test_a_file_is_answered_row_by_row_and_makes_nothing_twice(api, made):
    def send():
        file, name = made()
        file.name = name
        return api.post(f"{URL}batch/", {"file": file}, format="multipart").json()

    first = send()
    assert [row["status"] for row in first["rows"]] == ["created", "error", "error"]
    assert first["rows"][1]["error"]["code"] == "implausible_place"
    assert (first["created"], first["error"]) == (1, 2)
    again = send()
    assert [row["status"] for row in again["rows"]] == ["known", "error", "error"]
    assert again["rows"][0]["number"] == first["rows"][0]["number"]


@pytest.mark.parametrize("content", [b"PK\x03\x04nonsense", b"\xff\xfe\x00\x01", b"a,b\n1,2", b'item\n"open'])
def test_what_is_no_table_is_refused(api, content):
    file = io.BytesIO(content)
    file.name = "rows.csv"
    answer = api.post(f"{URL}batch/", {"file": file}, format="multipart")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_file")


# ---- reading ----------------------------------------------------------------------------------------------------


def test_the_list_filters_pages_and_stays_in_scope(api, clients, client_of):
    numbers = [
        api.post(URL, body(item=item, lon=place(x, 0.5)[0]), format="json").json()["number"]
        for item, x in (("26", 0.5), ("33", 0.6), ("26", 2.5), ("26", 3.5))
    ]

    def listed(client, query=""):
        return [one["id"] for one in client.get(f"{URL}?{query}").json()["features"]]

    viewer = clients["viewer"]
    assert listed(viewer) == numbers[::-1]
    assert listed(viewer, "item=33") == [numbers[1]]
    assert listed(viewer, f"area={EAST}") == [numbers[3], numbers[2]]
    assert listed(viewer, "bbox={},{},{},{}".format(*place(2, 0), *place(3, 1))) == [numbers[2]]
    assert listed(viewer, "state=reported&light=green&open=true&q=" + numbers[0]) == [numbers[0]]
    assert listed(viewer, "state=closed") == []
    assert listed(viewer, "since=2020-01-01&until=2020-01-02") == []
    page = viewer.get(f"{URL}?limit=3").json()
    rest = viewer.get(page["next"]).json()
    assert [one["id"] for one in page["features"] + rest["features"]] == numbers[::-1]
    assert rest["next"] is None
    east = client_of(person("east", "viewer", EAST))
    assert listed(east) == [numbers[3], numbers[2]]
    assert east.get(f"{URL}{numbers[0]}/").status_code == 404
    assert clients["drawer"].get(f"{URL}{numbers[0]}/").status_code == 404
    for bad in (
        "state=x",
        "light=blue",
        "bbox=1",
        "limit=0",
        "cursor=a",
        "open=1",
        "colour=red",
        "since=x",
        "area=x",
    ):
        assert viewer.get(f"{URL}?{bad}").status_code == 400, bad


def test_sensitive_items_show_their_text_to_those_who_work_with_it(api, clients):
    number = api.post(URL, body(item="03", contact="138", title="某家的事"), format="json").json()["number"]
    for name, reads in (("viewer", False), ("dispatcher", True), ("worker", True), ("auditor", True)):
        said = clients[name].get(f"{URL}{number}/").json()["properties"]
        assert (said["description"] == "路口有垃圾", said["contact"] in ("***", "138")) == (reads, reads), (
            name
        )
        assert (said["timeline"][0]["text"] is not None) == reads
        assert said["title"] == ("某家的事" if reads else "")
    layer = clients["viewer"].get("/api/v1/layers/incidents/").content.decode()
    assert "路口有垃圾" not in layer
    assert "某家的事" not in layer
    assert number in layer


def test_a_draft_is_its_makers_alone_until_reported(api, clients):
    number = api.post(URL, body(draft=True), format="json").json()["number"]
    assert clients["dispatcher"].get(f"{URL}{number}/").status_code == 404
    assert number not in clients["dispatcher"].get("/api/v1/layers/incidents-all/").content.decode()
    done = api.post(f"{URL}{number}/actions/report/", {}, format="json").json()["properties"]
    assert (done["state"], [s["action"] for s in done["timeline"]]) == ("reported", ["save", "report"])
    assert done["due_at"] is not None
    assert clients["dispatcher"].get(f"{URL}{number}/").status_code == 200


def test_the_catalogue_is_listed(api):
    items = api.get("/api/v1/incident-items/").json()
    assert len(items) == 44
    assert {"code", "name", "department", "limit_hours", "limit_unit", "self_close"} <= set(items[0])
    assert json.loads(api.get("/api/v1/incident-loop/").content)["states"][0]["state"] == "draft"
    assert len(api.get("/api/v1/departments/").json()) == 17
