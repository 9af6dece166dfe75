"""Prove that personal data is masked until somebody says what for, and that this is then in the audit."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from gis_core import masking
from gis_core.audit.models import AuditEntry
from layers import registry
from tests.security.conftest import EAST, PLACES, POINT, WEST, run
from tests.shapes import place

pytestmark = pytest.mark.django_db
PHONE, MASKED = "13800005678", "138****5678"
LAYER = "/api/v1/layers/enterprises/"


@pytest.fixture
def firms(ground):
    """One enterprise in each village."""
    for code in (WEST, EAST):
        at = place(*PLACES[code])
        run(f"INSERT INTO layers_enterprise (name, phone, geom) VALUES (%s, %s, {POINT})", code, PHONE, *at)


def client_for(user) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def phones(client: Client, address: str = LAYER, **given) -> dict[str, str | None]:
    answer = client.get(address, given)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    rows = [feature["properties"] for feature in json.loads(body)["features"]]
    return {row["name"]: row.get("phone") for row in rows}


def reads() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action="read").order_by("id"))


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        ("phone", PHONE, MASKED), ("phone", "0371-1234567", "037*****4567"), ("phone", "110", "***"), ("phone", "", ""),
        ("name", "张三", "张*"), ("name", "欧阳娜娜", "欧***"), ("name", "张", "*"), ("name", "", ""),
    ],
)  # fmt: skip
def test_the_usual_forms(mask, text, shown):
    assert masking.masked(text, mask) == shown
    assert masking.masked(None, mask) is None


@pytest.mark.parametrize("address", [LAYER, f"{LAYER}export/"])
def test_masked_without_a_purpose_and_as_it_is_with_one(firms, people, address):
    given = {"format": "geojson"} if "export" in address else {}
    client = client_for(people["dispatcher"])
    assert phones(client, address, **given) == {WEST: MASKED, EAST: None}
    assert reads() == []
    assert phones(client, address, purpose="安全检查", **given) == {WEST: PHONE, EAST: None}
    (one,) = reads()
    assert (one.who, one.object, one.code) == ("dispatcher", "layers_enterprise", WEST)
    assert (one.data["purpose"], one.data["fields"], one.data["rows"]) == ("安全检查", ["phone"], 1)


def test_a_purpose_opens_nothing_to_who_has_no_right(firms, people):
    for user in (None, people["outsider"], people["viewer"]):
        assert phones(client_for(user), purpose="安全检查") == {WEST: None, EAST: None}
    assert reads() == []


def test_the_purpose_may_come_in_the_header(firms, people):
    answer = client_for(people["dispatcher"]).get(LAYER, headers={"x-purpose": "%E5%AE%89%E5%85%A8"})
    assert PHONE in answer.content.decode()
    assert reads()[0].data["purpose"] == "安全"


@pytest.mark.parametrize("purpose", ["x", "a" * 201, "a\tb", "a\u202eb"])
def test_a_purpose_must_say_something(firms, people, purpose):
    answer = client_for(people["dispatcher"]).get(LAYER, {"purpose": purpose})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_purpose")


def test_a_reporters_contact_is_masked_until_somebody_says_what_for(ground, people):
    (number,) = run(
        "UPDATE incidents_incident SET contact = %s, reporter_name = '张三' WHERE scope_code LIKE %s RETURNING number",
        PHONE, WEST + "%",
    )[0]  # fmt: skip
    client = client_for(people["dispatcher"])
    shown = client.get(f"/api/v1/incidents/{number}/").json()["properties"]
    assert (shown["contact"], shown["reporter_name"]) == (MASKED, "张*")
    assert PHONE not in client.get("/api/v1/incidents/").content.decode()
    shown = client.get(f"/api/v1/incidents/{number}/", {"purpose": "回访"}).json()["properties"]
    assert (shown["contact"], shown["reporter_name"]) == (PHONE, "张三")
    (one,) = reads()
    assert (one.key, one.data["purpose"]) == (number, "回访")
    shown = (
        client_for(people["viewer"])
        .get(f"/api/v1/incidents/{number}/", {"purpose": "回访"})
        .json()["properties"]
    )
    assert (shown["contact"], shown["reporter_name"]) == (None, None)


def test_no_surface_for_machines_carries_a_masked_field():
    """Tiles, WFS and raster carry public fields only; a field with a mask is never public."""
    for layer in registry.visible_to(AnonymousUser()):
        assert all(field.sensitivity == "internal" for field in layer.fields if field.mask), layer.key
