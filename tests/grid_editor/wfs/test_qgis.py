"""Real QGIS, offscreen, edits a draft over WFS-T: the draft holds exactly that, the live coverage is as it was."""

import json
import subprocess
from pathlib import Path

import pytest
import shapely

from gis_core.models import Area
from grid_editor.models import PlanGrid
from grid_editor.wfs.plan_type import COUNTED, WRITABLE
from tests.grid_editor.conftest import EAST, WEST
from tests.shapes import place, polygon

PYTHON = "/usr/bin/python3"
SCRIPT = Path(__file__).with_name("qgis_session.py")
PATIENCE = 240


def has_qgis() -> bool:
    asked = subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True, check=False)
    return asked.returncode == 0


pytestmark = pytest.mark.skipif(not has_qgis(), reason="Debian's python3-qgis is not installed")


@pytest.fixture
def qgis(live_server, plan, tmp_path):
    """Run steps of the session; what QGIS saw at each."""

    def run(*steps, user="drawer", type_name=None):
        home = tmp_path / "home"
        home.mkdir(exist_ok=True, mode=0o700)
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "QT_QPA_PLATFORM": "offscreen",
            "LANG": "C.UTF-8",
        }
        url = f"{live_server.url}/ogc/wfs"
        command = [
            PYTHON,
            str(SCRIPT),
            url,
            type_name or f"app:plan_{plan.pk}",
            user,
            "x" if user else "",
            *steps,
        ]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE, env=environment, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    return run


def codes(plan):
    return set(plan.grids.values_list("code", flat=True))


def ground(plan, code):
    """The geometry as shapely has it."""
    return shapely.from_wkb(bytes(PlanGrid.objects.get(plan=plan, code=code).geom.wkb))


def live():
    return sorted(Area.objects.live().values_list("code", "name", "geom"))


def test_a_draft_is_split_merged_and_moved_in_qgis_and_nothing_else_changes(qgis, plan):
    before = live()
    untouched = {
        code: ground(plan, code) for code in (f"{WEST}002", f"{WEST}003", f"{WEST}004", f"{EAST}003")
    }
    seen = qgis("read", "split", "merge", "move", "rename")
    assert seen["read"] == {
        "valid": True,
        "editable": True,
        "count": 12,
        "fields": [*WRITABLE, *COUNTED],
        "crs": "EPSG:4490",
    }
    assert all(seen[step]["saved"] for step in ("split", "merge", "move", "rename")), seen
    assert codes(plan) == {f"{v}{n:03d}" for v in (WEST, EAST) for n in range(1, 7)} - {f"{WEST}006"} | {
        f"{WEST}007"
    }
    halves = [polygon((0.4, 0), (1, 0), (1, 1), (0.4, 1)), polygon((0, 0), (0.4, 0), (0.4, 1), (0, 1))]
    for code, half in zip((f"{WEST}001", f"{WEST}007"), halves, strict=True):
        assert shapely.equals(ground(plan, code), half)
    assert shapely.equals(ground(plan, f"{WEST}005"), polygon((1, 1), (3, 1), (3, 2), (1, 2)))
    moved = place(4.1, 1.05)
    for code in (f"{EAST}001", f"{EAST}002", f"{EAST}004", f"{EAST}005"):
        # Bit for bit, so the four still share it.
        assert moved in set(map(tuple, shapely.get_coordinates(ground(plan, code)).tolist()))
    assert plan.grids.get(code=f"{EAST}001").name == "河东网格"
    assert plan.grids.get(code=f"{EAST}002").name == ""
    assert {code: ground(plan, code) for code in untouched} == untouched
    assert live() == before


def test_what_is_drawn_and_pasted_gets_a_number_and_what_is_refused_is_explained(qgis, plan):
    seen = qgis("draw", "copy", "far")
    assert seen["draw"]["saved"]
    assert seen["copy"]["saved"]
    assert codes(plan) >= {f"{EAST}007", f"{EAST}008"}
    assert not seen["far"]["saved"]
    assert "outside 410202001" in " ".join(seen["far"]["errors"])
    assert plan.grids.count() == 14


def test_without_a_password_qgis_finds_no_draft(qgis, plan):
    assert not qgis("read", user="")["read"]["valid"]
