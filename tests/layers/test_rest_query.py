"""Prove what the parameters of a layer's rows choose, that wrong ones are named, and who sees internal fields."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import Point

from gis_core.models import Membership
from layers.models import EmergencyResource, Hospital
from tests.shapes import grid_code, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def marks(nine_grids: list[str]) -> None:
    for number, (x, kind, level) in enumerate(
        ((0.5, "general", "3A"), (1.5, "tcm", "2A"), (2.5, "general", "1"))
    ):
        Hospital.objects.create(
            source_id=f"h{number}",
            name=f"第{number}医院",
            address_text=f"中山路{number}号",
            kind=kind,
            level=level,
            beds=number * 100,
            has_emergency_room=kind == "general",
            geom=Point(*place(x, 0.5), srid=4490),
        )
    EmergencyResource.objects.create(
        name="站", kind="shelter", phone="0371-1", geom=Point(*place(0.5, 0.5), srid=4490)
    )


def names(client, **parameters):
    answer = client.get("/api/v1/layers/hospitals/", parameters)
    assert answer.status_code == 200, answer.content
    return [feature["properties"]["name"][1] for feature in json.loads(answer.content)["features"]]


def test_fields_are_parameters_one_value_or_several(client, marks):
    assert names(client, kind="general") == ["0", "2"]
    assert names(client, level="3A,2A") == ["0", "1"]
    assert names(client, beds="100") == ["1"]
    assert names(client, has_emergency_room="true", beds="200") == ["2"]
    assert names(client, name="第1医院") == ["1"]


def test_text_is_found_in_name_and_address_and_area_narrows(client, marks):
    assert names(client, q="路2号") == ["2"]
    assert names(client, q="医院", area=grid_code(2)) == ["1"]
    assert names(client, q="%") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "soup"},
        {"beds": "many"},
        {"beds": "99999999999"},
        {"has_emergency_room": "perhaps"},
        {"phone2": "1"},
        {"cursor": "x"},
        {"cursor": "99999999999999999999"},
        {"beds": ",".join(["1"] * 60)},
        {"limit": "1" * 5000},
    ],
)
def test_a_wrong_parameter_is_named_with_what_is_allowed(client, marks, wrong):
    answer = client.get("/api/v1/layers/hospitals/", wrong)
    assert answer.status_code == 400
    assert answer.json()["error"]["details"]["parameter"] in wrong
    assert answer.json()["error"]["details"]["allowed"]


def test_an_internal_field_is_no_parameter_and_is_seen_by_who_works_there(client, marks):
    assert client.get("/api/v1/layers/emergency/", {"phone": "0371-1"}).status_code == 400
    assert "phone" not in only(client)
    user = get_user_model().objects.create_user("worker")
    membership = Membership.objects.create(user=user, role="worker", code_prefix=grid_code(1))
    client.force_login(user)
    assert only(client)["phone"] == "******"
    assert only(client, purpose="核实")["phone"] == "0371-1"
    membership.code_prefix = grid_code(2)
    membership.save()
    assert "phone" not in only(client)


def only(client, **given):
    return json.loads(client.get("/api/v1/layers/emergency/", given).content)["features"][0]["properties"]


def test_one_row_by_its_id(client, marks):
    wanted = Hospital.objects.get(source_id="h1")
    found = json.loads(client.get(f"/api/v1/layers/hospitals/{wanted.pk}/").content)
    assert (found["id"], found["properties"]["kind"]) == (wanted.pk, "tcm")
    assert client.get("/api/v1/layers/hospitals/999999/").status_code == 404
    assert client.get("/api/v1/layers/hospitals/x/").status_code == 400
    assert json.loads(client.get(f"/api/v1/layers/grids/{grid_code(1)}/").content)["id"] == grid_code(1)


def test_the_catalogue_has_the_code_lists(client, db):
    layers = {layer["key"]: layer for layer in client.get("/api/v1/layers/").json()["layers"]}
    level = next(field for field in layers["hospitals"]["fields"] if field["name"] == "level")
    assert level["codes"][0] == {"value": "3A", "title": {"zh": "三级甲等", "en": "Tertiary, grade A"}}
