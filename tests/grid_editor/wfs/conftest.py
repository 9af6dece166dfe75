"""A plan of the town, and what a GIS program needs to reach it over WFS."""

import base64
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from grid_editor import services
from grid_editor.models import Plan
from layers.surfaces.wfs.view import LayersWfs
from tests.shapes import TOWN


def basic(name: str, password: str = "x") -> dict[str, str]:
    """The headers of somebody who signs in with HTTP Basic and reads English."""
    secret = base64.b64encode(f"{name}:{password}".encode()).decode()
    return {"Authorization": f"Basic {secret}", "Accept-Language": "en"}


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Passwords are made slow to check on purpose; a fixture for every test cannot afford it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def plan(town: str, drawer: Any) -> Plan:
    return services.create_plan(drawer, "大兴街道调整", TOWN)


@pytest.fixture
def wfs(plan: Plan) -> Client:
    """A client that sends the drawer's password with every request and no cookie."""
    return Client(headers=basic("drawer"))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str, bytes]]]:
    """(method, query, body) of every request to the WFS, in order."""
    requests: list[tuple[str, str, bytes]] = []
    answer = LayersWfs.dispatch

    def dispatch(self: LayersWfs, request: Any, *args: Any, **kwargs: Any) -> Any:
        body = request.read() if request.method == "POST" else b""
        request._stream, request._read_started = BytesIO(body), False
        requests.append((request.method, request.META["QUERY_STRING"], body))
        return answer(self, request, *args, **kwargs)

    dispatch.csrf_exempt = True  # type: ignore[attr-defined]
    monkeypatch.setattr(LayersWfs, "dispatch", dispatch)
    return requests
