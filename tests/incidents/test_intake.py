"""Prove that a report comes in whole, once, in its place, and that what cannot be meant is refused with a guess."""

import threading

import pytest
from django.db import connections
from rest_framework.test import APIClient

from gis_core import crs
from incidents.models import Incident
from layers.models import Building, Road
from tests.incidents.conftest import EAST, LAT, LON, URL, WEST, body, lay_out, person
from tests.shapes import place, square

pytestmark = pytest.mark.django_db


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
