"""The page for GIS people, and its files as real QGIS takes them."""

import json
import subprocess

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from lxml import etree
from PIL import Image

from gis_core.models import Membership
from layers import registry
from layers.connect import connections, project
from tests.shapes import TOWN

PYTHON = "/usr/bin/python3"
SCRIPT = "tests/layers/connect/qgis_opens.py"


def has_qgis():
    return subprocess.run([PYTHON, "-c", "import qgis.gui"], capture_output=True, check=False).returncode == 0


def project_of(client):
    return etree.fromstring(client.get("/connect/wangge.qgs").content)


def test_the_page_is_chinese_first_and_its_links_answer(client, nine_grids):
    page = client.get("/connect/").content.decode()
    assert '<html lang="zh-CN">' in page
    assert "http://testserver/ogc/wfs" in page
    english = client.get("/connect/?lang=en").content.decode()
    assert "Open the ready project" in english
    links = set(etree.HTML(page).xpath("//a/@href")) - {"/"}
    for link in sorted(links):
        if not link.startswith(("?", "/api/v1/docs")) and ("grids" in link or "/connect/" in link):
            assert client.get(link).status_code == 200, link


def test_the_icon_that_browsers_ask_for_is_there(client):
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert b"<svg" in answer.content


def test_an_unknown_kind_is_refused_with_those_there_are(client):
    answer = client.get("/connect/qgis-oracle.xml")
    assert (answer.status_code, answer.json()["error"]["details"]["allowed"]) == (
        404,
        list(connections.KINDS),
    )


def test_the_project_holds_what_one_may_see_and_nothing_else(client, nine_grids):
    shown = {layer.key for layer in registry.every() if layer.permission is None}
    names = {node.text for node in project_of(client).xpath("//maplayer/id")}
    assert names == {f"wangge_layer_{key}" for key in shown} | {project.RASTER}
    user = get_user_model().objects.create_user("watcher", password="never-written")
    Membership.objects.create(user=user, role="dispatcher", code_prefix=TOWN)
    client.force_login(user)
    assert "wangge_layer_cameras" in {node.text for node in project_of(client).xpath("//maplayer/id")}
    assert b"never-written" not in client.get("/connect/wangge.qgs").content


def test_the_legend_of_the_project_is_that_of_the_catalogue(client, db):
    catalogue = {layer["key"]: layer for layer in client.get("/api/v1/layers/").json()["layers"]}
    for node in project_of(client).xpath("//maplayer[@type='vector']"):
        titles = [
            cls["title"]["zh"]
            for cls in catalogue[node.findtext("id").removeprefix("wangge_layer_")]["legend"]
        ]
        assert node.xpath(".//rule/@label") == titles


@pytest.mark.skipif(not has_qgis(), reason="Debian's python3-qgis is not installed")
@pytest.mark.django_db(transaction=True)
def test_qgis_opens_the_project_and_loads_the_connections(client, nine_grids, ground, live_server, tmp_path):
    host = live_server.url.removeprefix("http://")
    names = ["wangge.qgs", *(f"qgis-{kind}.xml" for kind in connections.KINDS)]
    for name in names:
        (tmp_path / name).write_bytes(client.get(f"/connect/{name}", HTTP_HOST=host).content)
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    env = {"PATH": "/usr/bin:/bin", "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "LANG": "C.UTF-8"}
    done = subprocess.run(
        [PYTHON, SCRIPT, str(tmp_path), str(tmp_path / "map.png")],
        capture_output=True, text=True, timeout=150, check=False, env=env | {"QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["project"]["crs"] == "EPSG:3857"
    for layer in registry.visible_to(AnonymousUser()):
        seen = said["project"]["layers"][project.identifier(layer)]
        assert seen["valid"], layer.key
        assert seen["symbols"], layer.key
        assert seen["count"] == layer.queryset().count(), layer.key
        assert seen["legend"] == [cls.title.zh for cls in layer.style.classes]
        assert {field.name for field in layer.public_fields()} <= set(seen["fields"])
        assert seen["labels"] == (layer.label is not None)
    assert said["project"]["layers"]["wangge_layer_grids"]["count"] == 9
    names = set(said["project"]["names"])
    assert {"中山路", "龙亭湖"} < names, "names on the map"
    assert not names & set(nine_grids), "at this scale villages are named, and no grids"
    with Image.open(tmp_path / "map.png") as drawn:
        assert len(drawn.convert("RGB").getcolors(1_000_000)) > 20
    for kind in ("tiles", "wmts"):
        valid, colours = said[kind]
        assert valid, kind
        assert colours > 1, f"{kind}: nothing is drawn"
    root = live_server.url
    assert list(said["connections"]["wfs"].values()) == [f"{root}/ogc/wfs"]
    assert set(said["connections"]["wms"].values()) == {
        f"{root}/raster/service",
        connections.wmts_address(root),
    }
    assert f"{root}/tiles/grids/{{z}}/{{x}}/{{y}}.mvt" in said["connections"]["vectortile"].values()
    assert list(said["connections"]["xyz"].values()) == [connections.xyz_address(root)]
