"""Prove that a situation tells what is there, measures along streets where there are any, and gives nothing away."""

import numpy as np
import pyproj
import pytest
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import GEOSGeometry, Point

from gis_core import crs
from gis_core.models import Membership
from layers.models import Building, Camera, EmergencyResource, GridStaff, Hospital, Road, Warehouse
from tests.shapes import COUNTY, TOWN, grid_code, place, square

pytestmark = pytest.mark.django_db


def spot(x, y):
    return Point(*place(x, y), srid=4490)


def line(*corners):
    path = ",".join("{} {}".format(*place(*corner)) for corner in corners)
    return GEOSGeometry(f"MULTILINESTRING(({path}))", srid=4490)


def house(x, y, **more):
    return Building.objects.create(geom=GEOSGeometry(square(x, y, 0.02).wkt, srid=4490), **more)


@pytest.fixture
def city(nine_grids):
    house(0.5, 0.5, use="residential", households=20, residents=50)
    house(1.5, 0.5, use="residential", households=7, residents=15)
    house(0.6, 0.5, use="office")
    Hospital.objects.create(name="北院", geom=spot(0.5, 1.1))
    Hospital.objects.create(name="东院", geom=spot(1.4, 0.5))
    Hospital.objects.create(name="门诊", kind="clinic", geom=spot(0.5, 0.52))
    EmergencyResource.objects.create(name="坏栓", kind="hydrant", state="damaged", geom=spot(0.5, 0.5))
    EmergencyResource.objects.create(name="好栓", kind="hydrant", geom=spot(0.9, 0.5))
    GridStaff.objects.create(name="李四", post="full_time", phone="1380000", geom=spot(0.2, 0.2))
    GridStaff.objects.create(name="张三", post="grid_lead", geom=spot(0.3, 0.3))
    Warehouse.objects.create(name="库房", geom=spot(2.5, 2.5))


def told(client, code):
    answer = client.get(f"/api/v1/areas/{code}/situation/")
    assert answer.status_code == 200, answer.content
    return answer.json()


def help_of(situation, kind):
    return [(one["name"], one["along"]) for one in situation["help"] if one["kind"] == kind]


def test_a_grid_is_counted_and_only_what_is_in_it_is_drawn(client, city):
    answer = told(client, grid_code(1))
    counts = {one["layer"]: one["count"] for one in answer["counts"]}
    assert (counts["buildings"], counts["housing"], counts["hospitals"], counts["emergency"]) == (2, 1, 1, 2)
    assert answer["people"] == {
        "buildings": 1,
        "households": 20,
        "residents": 50,
        "residents_60_79": 0,
        "residents_80_up": 0,
    }
    rows = [
        f["properties"]["name"] for f in answer["features"]["features"] if f["properties"]["part"] == "row"
    ]
    assert sorted(rows) == ["坏栓", "好栓", "门诊"]
    assert told(client, COUNTY)["people"]["residents"] == 65


def test_staff_warehouses_and_incidents_are_for_who_may_see_them_there(client, city):
    answer = told(client, grid_code(1))
    assert (answer["staff"], answer["incidents"], help_of(answer, "warehouse")) == (None, None, [])
    assert "staff" not in {one["layer"] for one in answer["counts"]}
    assert "李四" not in str(answer)
    user = get_user_model().objects.create_user("w")
    Membership.objects.create(user=user, role="worker", code_prefix=grid_code(1))
    client.force_login(user)
    answer = told(client, grid_code(1))
    assert [one["name"] for one in answer["staff"]] == ["张三", "李四"]
    assert answer["incidents"]["open"] == 0
    # The warehouse lies in another grid than the worker's.
    assert help_of(answer, "warehouse") == []
    assert told(client, grid_code(2))["staff"] == []


def test_what_is_damaged_helps_nobody_and_a_clinic_is_no_hospital(client, city):
    lon, lat = place(0.5, 0.5)
    around = client.get("/api/v1/situation/", {"lon": lon, "lat": lat}).json()
    assert help_of(around, "hydrant") == [("好栓", "straight")]
    assert help_of(told(client, grid_code(1)), "hospital") == [("北院", "straight")]
    assert told(client, TOWN)["area"]["tier"] == "town"


def test_the_nearest_is_the_nearest_by_street(client, city):
    # The way north goes round by the west; the way east is straight, though further as the crow flies.
    Road.objects.create(name="东路", geom=line((0.4, 0.501), (1.6, 0.501)))
    Road.objects.create(
        name="西路", geom=line((0.42, 0.4), (0.42, 0.45), (-1, 0.45), (-1, 1.101), (0.6, 1.101))
    )
    Road.objects.create(name="支路", geom=line((0.42, 0.44), (0.42, 0.6)))
    lon, lat = place(0.5, 0.5)
    answer = client.get("/api/v1/situation/", {"lon": lon, "lat": lat}).json()
    assert help_of(answer, "hospital") == [("东院", "street"), ("北院", "street")]
    east, north = (one for one in answer["help"] if one["kind"] == "hospital")
    assert east["metres"] == pytest.approx(0.9 * 915.5, rel=0.02)
    assert north["metres"] > 3000
    assert [one["code"] for one in answer["areas"]][-1] == grid_code(1)
    Road.objects.filter(name="东路").delete()
    again = client.get("/api/v1/situation/", {"lon": lon, "lat": lat}).json()
    # The network is read anew: the eastern hospital is by no street now.
    assert dict(help_of(again, "hospital")) == {"东院": "straight", "北院": "street"}


@pytest.mark.parametrize("gap", [0, 1e-8, -1e-8])
def test_a_lane_that_ends_a_hair_before_the_street_leads_onto_it(client, nine_grids, gap):
    # Ends of roads are rounded to the 8th decimal: they lie a millimetre beside the line that they end on.
    west, east, foot = place(0.2, 0.5), place(0.8, 0.50003), place(0.5, 0.500015)
    top = place(0.5, 0.6)
    street = f"{west[0]} {west[1]}, {east[0]} {east[1]}"
    lane = f"{foot[0]:.8f} {foot[1] + gap:.8f}, {top[0]} {top[1]}"
    for path in (street, lane):
        Road.objects.create(geom=GEOSGeometry(f"MULTILINESTRING(({path}))", srid=4490))
    EmergencyResource.objects.create(name="近栓", kind="hydrant", geom=spot(0.5, 0.57))
    lon, lat = place(0.42, 0.5)
    answer = client.get("/api/v1/situation/", {"lon": lon, "lat": lat}).json()
    hydrant = next(one for one in answer["help"] if one["kind"] == "hydrant")
    step = 915.5, 1110.0
    assert hydrant["along"] == "street"
    assert hydrant["metres"] == pytest.approx(0.08 * step[0] + 0.07 * step[1], rel=0.02)


def test_cameras_within_reach_are_told_straight_and_whether_they_look_here(client, city):
    Road.objects.create(name="东路", geom=line((0.4, 0.501), (1.6, 0.501)))
    for name, x, more in (
        ("看着", 0.4, {"azimuth": 90, "view_angle": 40}),
        ("背着", 0.62, {"azimuth": 80, "view_angle": 40}),
        ("球机", 0.65, {"kind": "dome", "view_angle": 40}),
        ("全景", 0.68, {"kind": "panoramic"}),
        ("太远", 0.9, {"azimuth": 270, "view_angle": 40}),
    ):
        Camera.objects.create(name=name, geom=spot(x, 0.5), **more)
    Camera.objects.create(name="离线", state="offline", geom=spot(0.51, 0.5))
    where = dict(zip(("lon", "lat"), place(0.5, 0.5), strict=True))
    assert help_of(client.get("/api/v1/situation/", where).json(), "camera") == []
    user = get_user_model().objects.create_user("d")
    Membership.objects.create(user=user, role="dispatcher", code_prefix=COUNTY)
    client.force_login(user)
    found = [o for o in client.get("/api/v1/situation/", where).json()["help"] if o["kind"] == "camera"]
    assert [(one["name"], one["along"], one["sees"]) for one in found] == [
        ("看着", "straight", True),
        ("背着", "straight", False),
        ("球机", "straight", None),
        ("全景", "straight", True),
    ]


def test_the_same_place_in_every_coordinate_system(client, city):
    lon, lat = place(0.5, 0.5)
    for system, transform in (("gcj02", crs.wgs84_to_gcj02), ("bd09", crs.wgs84_to_bd09)):
        x, y = transform(np.array([[lon, lat]]))[0]
        answer = client.get("/api/v1/situation/", {"lon": x, "lat": y, "crs": system}).json()
        assert (answer["place"]["lon"], answer["place"]["lat"]) == pytest.approx((lon, lat), abs=1e-7)
    plane = pyproj.Transformer.from_crs(4490, 4547, always_xy=True).transform(lon, lat)
    answer = client.get("/api/v1/situation/", {"lon": plane[0], "lat": plane[1], "crs": "EPSG:4547"}).json()
    assert answer["areas"][-1]["code"] == grid_code(1)
    assert client.get("/api/v1/situation/", {"lon": lon, "lat": lat, "crs": "4547"}).status_code == 400


def test_outside_the_district_and_wrong_parameters(client, city):
    far = client.get("/api/v1/situation/", {"lon": 120, "lat": 30}).json()
    assert (far["areas"], far["people"]["buildings"]) == ([], 0)
    assert client.get("/api/v1/areas/999/situation/").status_code == 404
    for wrong in (
        {"lon": 1},
        {"lon": "x", "lat": 1},
        {"lon": 1, "lat": 1, "crs": "9"},
        {"lon": 1, "lat": 1, "radius": 9e9},
    ):
        answer = client.get("/api/v1/situation/", wrong)
        assert (answer.status_code, "error" in answer.json()) == (400, True)
