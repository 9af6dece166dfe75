"""Prove what is on a printed map and on a thumbnail, and that a thumbnail is drawn once a revision."""

import subprocess
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely

from grid_editor import services
from grid_editor.commands import PALETTE
from grid_editor.exporting import thumbnail
from grid_editor.picture import marks
from grid_editor.picture.frame import Frame
from grid_editor.picture.labels import Taken
from layers.models import Road
from layers.palette import colour
from tests.grid_editor.conftest import WEST
from tests.shapes import COUNTY, place


@pytest.fixture
def plan(town, drawer):
    road = {"name": "解放大道", "road_class": "arterial"}
    line = shapely.MultiLineString([[place(0, 1), place(6, 1)]])
    Road.objects.create(geom=f"SRID=4490;{line.wkt}", **road)
    return services.create_plan(drawer, "大兴 <b>&</b> 方案", COUNTY)


def rename(drawer, plan):
    services.run(drawer, plan.pk, PALETTE["rename"].read({"code": f"{WEST}001", "name": "新名"}))


@pytest.mark.django_db
def test_the_printed_map_says_what_it_shows(client_of, drawer, plan, tmp_path):
    path = tmp_path / "plan.pdf"
    client = client_of(drawer)
    answer = client.get(
        f"/api/v1/plans/{plan.pk}/export/?format=pdf&paper=A4", HTTP_ACCEPT_LANGUAGE="zh-hans"
    )
    path.write_bytes(answer.content)
    text = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    for words in (
        "大兴 <b>&</b> 方案",
        "龙亭区",
        "草稿",
        "每个网格的户数",
        "少于 300",
        "解放大道",
        "第1网格",
        "1 km",
        "N",
    ):
        assert words in text, words
    fonts = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout
    assert "NotoSansCJK" in fonts.replace("-", "")


@pytest.mark.django_db
def test_a_thumbnail_is_well_formed_small_and_shows_what_changed(drawer, plan):
    before = thumbnail.draw(plan, "light")
    assert colour("changed", "light") not in before
    rename(drawer, plan)
    plan.refresh_from_db()
    after = thumbnail.draw(plan, "light")
    assert colour("changed", "light") in after
    assert colour("changed", "dark") in thumbnail.draw(plan, "dark")
    assert ElementTree.fromstring(after).get("viewBox") == "0 0 240 150"
    assert len(after) < 4000


@pytest.mark.django_db
def test_a_thumbnail_is_sent_again_only_after_an_edit(client_of, drawer, plan, monkeypatch):
    drawn = []
    draw = thumbnail.draw
    monkeypatch.setattr(thumbnail, "draw", lambda *given: drawn.append(given) or draw(*given))
    client, address = client_of(drawer), f"/api/v1/plans/{plan.pk}/thumbnail.svg"
    first = client.get(address)
    assert (first.status_code, first["Content-Type"]) == (200, "image/svg+xml")
    same = client.get(address, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (same.status_code, same.content, client.get(address).content) == (304, b"", first.content)
    assert len(drawn) == 1
    rename(drawer, plan)
    after = client.get(address, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (after.status_code, len(drawn)) == (200, 2)


def test_the_scale_bar_has_a_round_length_that_fits():
    for longest, expected in ((1, 1), (180, 100), (260, 200), (5999, 5000), (49_000, 20_000)):
        assert marks.round_length(longest) == expected
    assert (marks.said(200), marks.said(2000)) == ("200 m", "2 km")


def test_the_frame_is_true_to_scale_in_both_directions():
    frame = Frame.around((114.3, 34.8, 114.4, 34.82), 1000, 800, 20)
    west, east, south = frame.points(np.array([[114.3, 34.81], [114.4, 34.81], [114.35, 34.8]]))
    assert (round(west[0]), round(east[0])) == (20, 980)
    # On the CGCS2000 ellipsoid a degree of longitude at 34.81 N is 91,495 m.
    assert (east[0] - west[0]) * frame.metres_per_unit == pytest.approx(9149.5, rel=2e-3)
    assert south[1] - west[1] == pytest.approx(0.01 * frame.scale)


def test_a_place_on_the_paper_is_given_once():
    taken = Taken()
    assert taken.claim(shapely.box(0, 0, 10, 10))
    assert not taken.claim(shapely.box(9, 9, 20, 20))
    assert taken.claim(shapely.box(11, 0, 20, 8))
