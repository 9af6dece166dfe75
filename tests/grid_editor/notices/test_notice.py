"""Prove that a published change is told to everybody, in words, map and table, on a page and on paper."""

import subprocess
from xml.etree import ElementTree

import pytest
from django.contrib.gis.geos import LineString, MultiLineString
from django.test import Client

from grid_editor import services
from grid_editor.commands import Absorb, Rename
from grid_editor.publishing import service
from layers.models import Road
from tests.grid_editor.conftest import EAST, WEST
from tests.grid_editor.publishing.approving import approved, split
from tests.shapes import TOWN, place

pytestmark = pytest.mark.django_db(transaction=True)

COMMANDS = (
    split(f"{WEST}003", (2.4, -1), (2.4, 2)),
    Absorb(f"{EAST}006", f"{EAST}005"),
    Rename(f"{EAST}001", "<script>alert(1)</script>"),
)


@pytest.fixture
def published(town, drawer, chief):
    Road.objects.create(name="中山路", road_class="arterial", geom=_line(place(0, 1), place(6, 1)))
    plan = approved(drawer, chief, TOWN, *COMMANDS)
    return service.publish(chief, plan.pk)


def _line(*points):
    return MultiLineString(LineString(*points), srid=4490)


def page(plan, language="zh", client=None):
    answer = (client or Client()).get(f"/notices/{plan.pk}/?lang={language}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_anybody_reads_it_in_chinese_or_english(published):
    chinese, english = page(published), page(published, "en")
    assert "关于龙亭区大兴街道网格划分调整的公示" in chinese
    assert "本次新设网格 1 个，撤销 1 个，调整范围 2 个" in chinese
    assert "Notice on the division of" in english
    assert page(published, "") == chinese  # what a browser gets that asks for nothing
    for code in (f"{WEST}003", f"{WEST}007", f"{EAST}001", f"{EAST}005", f"{EAST}006"):
        assert f">{code}<" in chinese
    assert "北至中山路" in chinese  # the street as the bound of grids in the southern row
    assert "<script>alert" not in chinese
    assert "http://" not in chinese.replace("http://www.w3.org/", "")


def test_the_map_is_a_drawing_of_old_and_new_borders_with_scale_and_north(published):
    text = page(published)
    drawn = ElementTree.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])
    said = [node.text for node in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {"N", "0", "中山路", "001-003"} <= set(said)
    broken = [n for n in drawn.iter("{http://www.w3.org/2000/svg}path") if n.get("stroke-dasharray") == "7 4"]
    assert len(broken) == 1


def test_the_pdf_has_the_same_words_and_its_own_fonts(published, tmp_path):
    answer = Client().get(f"/notices/{published.pk}.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    path = tmp_path / "notice.pdf"
    path.write_bytes(answer.content)
    words = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True)
    assert "关于龙亭区大兴街道网格划分调整的公示" in words.stdout.replace(" ", "")
    assert f"{EAST}006" in words.stdout
    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout
    assert "NotoSerifCJK" in fonts.replace("-", "")
    assert all(row.split()[-5:-4] == ["yes"] for row in fonts.splitlines()[2:])  # embedded


def test_it_is_data_too(published, client_of, drawer):
    told = Client().get(f"/api/v1/plans/{published.pk}/notice/").json()
    rows = {row["code"][9:]: row for row in told["grids"]}
    assert rows["001007"]["what"] == "new"
    assert rows["001007"]["formerly"] == [f"{WEST}003"]
    assert told["ended"][0]["into"] == [f"{EAST}005"]
    assert told["number"] == f"〔{published.published_at.year}〕{published.pk}"


def test_before_it_is_published_only_who_sees_the_plan_reads_a_draft(town, drawer):
    plan = services.create_plan(drawer, "x", WEST)
    services.run(drawer, plan.pk, COMMANDS[0])
    for address in (f"/notices/{plan.pk}/", f"/notices/{plan.pk}.pdf", "/notices/999/"):
        assert Client().get(address).status_code == 404
    assert Client().get(f"/api/v1/plans/{plan.pk}/notice/").status_code == 404
    mine = Client()
    mine.force_login(drawer)
    assert "草案" in page(plan, "zh", mine)
