"""Prove that photos lose what nobody should get, and that what is no photo is refused with its report."""

import io

import pytest
from PIL import Image
from rest_framework.test import APIClient

from incidents import photos
from incidents.models import Incident
from tests.incidents.conftest import URL, body, person

pytestmark = pytest.mark.django_db


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
