"""Prove that a full disk is told in words, damages nothing, and that work goes on once there is room."""

import io
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from tests.faults.conftest import Product, product_in
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small file system")


@contextmanager
def small(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of this size on the folder; skipped, visibly, where mounting is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "wangge-faults", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"cannot mount: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path, leave: int = 0) -> Path:
    """A file that takes all room but `leave` bytes; deleting it gives the room back."""
    filler = folder / "filler"
    room = os.statvfs(folder)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(room.f_bavail * room.f_frsize - leave, 4096))
    return filler


def photo() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((400, 400), 90).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def a_point(product: Product) -> tuple[float, float]:
    query = "SELECT ST_PointOnSurface(geom) AS p FROM gis_core_area WHERE tier = 'grid' AND valid_to IS NULL LIMIT 1"
    return product.rows(f"SELECT ST_X(p), ST_Y(p) FROM ({query}) x")[0]


def report_incident(client, where: tuple[float, float], text: str, with_photo: bool = False):
    data = {"item": "26", "description": text, "lon": where[0], "lat": where[1], "crs": "4490"}
    headers = {"Idempotency-Key": text}
    if with_photo:
        files = {"photos": ("a.jpg", photo(), "image/jpeg")}
        return client.post("/api/v1/incidents/", data=data, files=files, headers=headers)
    return client.post("/api/v1/incidents/", json=data, headers=headers)


def test_without_room_for_photos_and_tiles_maps_go_on_and_reports_are_refused_in_words(product):
    where = a_point(product)
    counted = "SELECT count(*) FROM incidents_incident WHERE description LIKE 'room%%'"
    with small(product.state / "media", 4) as media, small(product.state / "tiles", 4) as tiles:
        fillers = [fill(media), fill(tiles)]
        with product.server() as running, product.client(running, "worker") as client:
            refused = report_incident(client, where, "room 1", with_photo=True)
            assert (refused.status_code, refused.json()["error"]["code"]) == (507, "no_room")
            assert "disk is full" in refused.json()["error"]["message"]
            assert "retry-after" in refused.headers
            assert product.asked(counted) == 0
            assert not [path for path in media.rglob("*") if path.is_file() and path not in fillers]
            for address in ("/tiles/grids/14/13393/6481.mvt", "/tiles/grids/13/6696/3240.mvt", RASTER):
                assert client.get(address).status_code in (200, 204), address
            assert report_incident(client, where, "room 2").status_code == 201  # it needs no file
            for filler in fillers:
                filler.unlink()
            assert report_incident(client, where, "room 1", with_photo=True).status_code == 201
            assert client.get(RASTER).status_code == 200
        assert len(list(media.rglob("*.jpg"))) == 1
        assert not [path for path in tiles.rglob("*") if path.is_file() and path.stat().st_size == 0]


RASTER = (
    "/raster/service?service=WMS&version=1.1.1&request=GetMap&layers=grids&styles=&srs=EPSG:3857"
    "&bbox=12720000,4130000,12740000,4150000&width=256&height=256&format=image/png"
)


@pytest.mark.faults
def test_without_room_for_the_database_nothing_accepted_is_lost(open_folder, city, report):
    with small(open_folder / "narrow", 700) as folder, product_in(folder, city) as product:
        where = a_point(product)
        with product.server() as running, product.client(running, "worker") as client:
            filler = fill(folder, leave=400_000)
            accepted, refused = set(), []
            for number in range(4000):
                answer = report_incident(client, where, f"full {number}")
                if answer.status_code in (200, 201):
                    accepted.add(number)
                else:
                    refused.append(answer)
                    if len(refused) >= 10:
                        break
            assert refused, "the disk was never full"
            for answer in refused:
                assert answer.status_code in (503, 507), answer.text
                assert answer.json()["error"]["message"]
                assert "retry-after" in answer.headers
            filler.unlink()
            product.start_postgres()  # it may have ended for want of room to write its log
            wait_until(lambda: report_incident(client, where, "again").status_code in (200, 201))
        query = "SELECT description FROM incidents_incident WHERE description LIKE 'full %%'"
        found = {int(text.split()[1]) for (text,) in product.rows(query)}
        said = sorted({answer.status_code for answer in refused})
        report(
            f"database's disk full: {len(accepted)} accepted, {len(found & accepted)} found, refused with {said}"
        )
        assert accepted <= found
        assert product.is_whole()
        assert product.asked("SELECT count(*) FROM audit_broken()") == 0
