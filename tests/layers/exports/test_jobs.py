"""A layer too large for one answer: made by a worker, with its progress, fetched by who asked, gone after a day."""

import json
import os
import time
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import GEOSGeometry

from gis_core.models import Job, Membership
from layers.exporting import keeping
from layers.models import Camera
from tests.shapes import TOWN, place
from tests.workers import workers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def few(settings, tmp_path, monkeypatch):
    settings.EXPORT_DIRECT_ROWS = 2
    settings.EXPORT_DIR = tmp_path
    monkeypatch.setenv("WANGGE_EXPORT_DIR", str(tmp_path))
    return settings


@pytest.fixture
def watcher(nine_grids):
    user = get_user_model().objects.create_user("watcher")
    Membership.objects.create(user=user, role="dispatcher", code_prefix=TOWN)
    for number in range(5):
        geom = GEOSGeometry("POINT({} {})".format(*place(number / 2 + 0.2, 0.5)), srid=4490)
        Camera.objects.create(source_id=f"c{number}", name=f"c{number}", geom=geom)
    return user


def ended(client, address):
    deadline = time.monotonic() + 40
    while (job := client.get(address).json())["state"] in ("waiting", "running"):
        assert time.monotonic() < deadline, job
        time.sleep(0.2)
    return job


def test_many_rows_become_a_job_whose_file_its_user_fetches(client, few, watcher):
    client.force_login(watcher)
    answer = client.get("/api/v1/layers/cameras/export/?format=geojson")
    assert answer.status_code == 202
    with workers() as begin:
        begin()
        job = ended(client, answer["Location"])
    assert (job["state"], job["done"], job["total"]) == ("done", 5, 5), job
    address = job["result"]["url"]
    file = client.get(address)
    body = b"".join(file.streaming_content)
    assert (len(body), len(json.loads(body)["features"])) == (job["result"]["bytes"], 5)
    assert "cameras.geojson" in file["Content-Disposition"]

    # Nobody else's, and not after the rights have changed.
    client.force_login(get_user_model().objects.create_user("other"))
    assert client.get(address).status_code == 404
    client.force_login(watcher)
    Membership.objects.update(code_prefix=TOWN + "001")
    assert client.get(address).json()["error"]["code"] == "rights_changed"
    Membership.objects.all().delete()
    assert client.get(address).status_code == 404
    Membership.objects.create(user=watcher, role="dispatcher", code_prefix=TOWN)

    # Gone after its time.
    kept = Path(few.EXPORT_DIR) / str(job["id"])
    os.utime(kept, (0, 0))
    keeping.forget_old()
    assert not kept.exists()
    assert client.get(address).status_code == 404


def test_who_is_nobody_is_told_to_sign_in(client, few, nine_grids):
    answer = client.get("/api/v1/layers/grids/export/?format=csv")
    assert (answer.status_code, answer.json()["error"]["details"]) == (401, {"rows": 9, "most": 2})
    assert client.get("/api/v1/exports/1/").status_code == 404


def test_one_user_does_not_fill_the_queue(client, few, watcher):
    client.force_login(watcher)
    states = [client.get("/api/v1/layers/grids/export/?format=csv").status_code for _ in range(4)]
    assert states == [202, 202, 202, 409]
    assert Job.objects.count() == 3
