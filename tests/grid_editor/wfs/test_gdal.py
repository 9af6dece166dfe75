"""Real GDAL writes a draft: updates with every field, insertions one by one and together, deletions."""

import json
import subprocess
from pathlib import Path

import pytest
import shapely

from tests.grid_editor.conftest import WEST
from tests.shapes import square

PYTHON = "/usr/bin/python3"
SCRIPT = Path(__file__).with_name("gdal_session.py")


def has_gdal() -> bool:
    return (
        subprocess.run([PYTHON, "-c", "import osgeo.ogr"], capture_output=True, check=False).returncode == 0
    )


@pytest.mark.skipif(not has_gdal(), reason="Debian's python3-gdal is not installed")
def test_gdal_updates_inserts_and_deletes(live_server, plan):
    kept = plan.grids.get(code=f"{WEST}001").geom.wkb
    command = [PYTHON, str(SCRIPT), f"{live_server.url}/ogc/wfs", f"app:plan_{plan.pk}", "drawer"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["read"] == 12
    assert "outside" in seen["refused"] or "422" in seen["refused"]
    grids = {grid.code: grid for grid in plan.grids.all()}
    assert (grids[f"{WEST}001"].name, grids[f"{WEST}001"].kind) == ("改名", "special")
    assert grids[f"{WEST}001"].geom.wkb == kept
    assert grids[f"{WEST}002"].name == ""
    assert grids[f"{WEST}002"].geom.area < square(1, 0).area
    assert f"{WEST}003" not in grids
    new = grids[f"{WEST}007"]
    assert seen["fid"] == f"plan_{plan.pk}.{new.pk}"
    assert new.name == "新网格"
    assert shapely.equals(shapely.from_wkb(bytes(new.geom.wkb)), square(2, 0))
    assert {f"{WEST}008", f"{WEST}009"} <= grids.keys()
    assert plan.commands.count() == 5
