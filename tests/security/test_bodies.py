"""Prove that whatever is posted is answered, and never by a failure: valid bodies of JSON and forms, damaged, sent
through all that stands between the address and the database. What of it was written is taken back after each.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import strategies as st

from gis_core.errors import WanggeError
from grid_editor.services import create_plan
from tests.security import damage
from tests.security.conftest import WEST, person
from tests.security.test_parsers import FEW, commands, tried
from tests.shapes import place

pytestmark = pytest.mark.django_db
MANY = 1000
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
LON, LAT = place(0.5, 0.5)
REPORT = {
    "item": "26", "description": "x", "title": "x", "lon": LON, "lat": LAT, "crs": "4490", "accuracy_m": 5, "level": 1,
    "urgency": "normal", "scale": "x", "involved": 1, "happened_at": "2026-11-23T10:00:00+08:00", "contact": "1",
    "draft": False, "source": "patrol", "source_system": "a", "source_id": "b", "address": "x", "reporter_name": "x",
}  # fmt: skip
KINDS = (
    "split", "merge", "create", "reshape", "transfer", "absorb", "rename", "renumber", "set_kind", "number",
)  # fmt: skip
FORMS = [
    b"service_code=26&description=x&long=114.305&lat=34.805&crs=4326&address_string=x&phone=1&email=a&first_name=x"
    b"&last_name=y&device_id=1&attribute[urgency]=normal&attribute[involved]=2"
]
NUMBERED = [{"grid_code": f"{WEST}001", "item": "26"}, REPORT, {**REPORT, "crs": "gcj02"}]


def edits() -> list[dict[str, Any]]:
    """A body for each kind of command, on grids that are there."""
    whole = {
        **commands()[0],
        "code": f"{WEST}001",
        "codes": [f"{WEST}001", f"{WEST}002"],
        "name": "x",
        "revision": 0,
    }
    more = {"to": f"{WEST}002", "into": f"{WEST}002", "grid_kind": "special"}
    return [{**whole, **more, "kind": kind} for kind in KINDS]


def as_json(samples: list[Any]) -> st.SearchStrategy[bytes]:
    return damage.json_of(samples).map(lambda value: json.dumps(value).encode())


BODIES: dict[str, tuple[str, str, str, Callable[[], st.SearchStrategy[bytes]]]] = {
    "report": ("worker", "/api/v1/incidents/", JSON, lambda: as_json(NUMBERED)),
    "report, bytes": ("worker", "/api/v1/incidents/", JSON, lambda: damage.bytes_of([json.dumps(REPORT).encode()])),
    "Open311": ("worker", "/open311/v2/requests.json", FORM, lambda: damage.bytes_of(FORMS)),
    "plan": ("drawer", "/api/v1/plans/", JSON, lambda: as_json([{"name": "x", "scope_code": WEST, "from_date": ""}])),
    "command": ("drawer", "/api/v1/plans/{plan}/commands/", JSON, lambda: as_json(edits())),
    "comment": ("drawer", "/api/v1/plans/{plan}/comments/", JSON, lambda: as_json([{"text": "x", "place": None}])),
    "session": ("", "/api/v1/session/", JSON, lambda: as_json([{"username": "x", "password": "y"}])),
}  # fmt: skip


def answered(client: Client, address: str, kind: str) -> Callable[[bytes], None]:
    def send(body: bytes) -> None:
        with transaction.atomic():
            answer = client.generic("POST", address, body, content_type=kind)
            transaction.set_rollback(True)
        assert answer.status_code < 500, answer.content[:500]
        if answer.status_code >= 400:
            raise WanggeError(answer.content.decode())

    return send


def damaged(name: str, count: int) -> None:
    role, address, kind, samples = BODIES[name]
    client, drawer = Client(raise_request_exception=False), person("drawer", "drawer", "")
    plan = create_plan(drawer, "p", WEST)
    if role:
        client.force_login(drawer if role == "drawer" else person(role, role, ""))
    tried(samples(), answered(client, address.format(plan=plan.pk), kind), count)


@pytest.mark.parametrize("name", BODIES)
def test_any_body_is_answered(ground, name):
    damaged(name, FEW)


@pytest.mark.long
@pytest.mark.parametrize("name", BODIES)
def test_any_of_thousands_of_bodies_is_answered(ground, name):
    damaged(name, MANY)
