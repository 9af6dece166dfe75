"""What QGIS 3.22 really sent, byte for byte, replayed: split, merge, a moved vertex, fields, drawn and pasted."""

import re
from pathlib import Path

import pytest
import shapely

from tests.grid_editor.conftest import EAST, WEST
from tests.grid_editor.wfs.documents import parsed, sent
from tests.shapes import place, polygon

RECORDED = Path(__file__).with_name("recorded")
ORDER = ("split_1", "split_2", "merge_1", "merge_2", "move_1", "rename_1", "draw_1", "copy_1")
SUCCESS = "count(//*[local-name()='WFS_TransactionResponse']//*[local-name()='SUCCESS'])"


@pytest.fixture
def replay(wfs, plan):
    """Send a recorded request to this test's plan, whose ids are others than those recorded."""
    keys = list(plan.grids.order_by("pk").values_list("pk", flat=True))

    def here(found):
        key = f".{keys[int(found[1]) - 1]}" if found[1] else ""
        return f"plan_{plan.pk}{key}"

    def send(step):
        text = (RECORDED / f"qgis_3_22_{step}.xml").read_text()
        return sent(wfs, re.sub(r"plan_1(?:\.(\d+))?\b", here, text).encode())

    return send


def ground(plan, code):
    return shapely.from_wkb(bytes(plan.grids.get(code=code).geom.wkb))


def test_the_whole_session(replay, plan):
    for step in ORDER:
        answer = replay(step)
        assert answer.status_code == 200
        assert parsed(answer).xpath(SUCCESS) == 1, answer.content.decode()
    half = polygon((0, 0), (0.4, 0), (0.4, 1), (0, 1))
    assert shapely.equals(ground(plan, f"{WEST}007"), half)
    assert shapely.equals(ground(plan, f"{WEST}005"), polygon((1, 1), (3, 1), (3, 2), (1, 2)))
    assert not plan.grids.filter(code=f"{WEST}006").exists()
    for number in (1, 2, 4, 5):
        vertices = shapely.get_coordinates(ground(plan, f"{EAST}{number:03d}")).tolist()
        assert list(place(4.1, 1.05)) in vertices
    assert plan.grids.get(code=f"{EAST}001").name == "河东网格"
    assert plan.grids.count() == 14


def test_each_request_is_one_step_of_the_log_and_undone_by_one_undo(replay, plan, client_of, drawer):
    before = {grid.code: grid.geom.wkb for grid in plan.grids.all()}
    for step in ORDER:
        replay(step)
    assert plan.commands.count() == len(ORDER)
    assert set(plan.commands.values_list("kind", flat=True)) == {"several"}
    client = client_of(drawer)
    for _step in ORDER:
        assert client.post(f"/api/v1/plans/{plan.pk}/undo/", {}, format="json").status_code == 200
    assert {grid.code: grid.geom.wkb for grid in plan.grids.all()} == before


def test_the_new_half_is_called_by_its_feature_id(replay, plan):
    replay("split_1")
    (fid,) = parsed(replay("split_2")).xpath("//*[local-name()='FeatureId']/@fid")
    assert fid == f"plan_{plan.pk}.{plan.grids.get(code=f'{WEST}007').pk}"


def test_a_request_is_refused_with_the_reason_once_the_plan_is_frozen(replay, plan):
    replay("split_1")
    type(plan).objects.filter(pk=plan.pk).update(state="submitted")
    answer = replay("split_2")
    # QGIS shows the words of a report only with status 200.
    assert answer.status_code == 200
    assert b"ServiceExceptionReport" in answer.content
    assert b"submitted and cannot be edited" in answer.content
    assert plan.grids.count() == 12
