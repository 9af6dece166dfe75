"""Prove the importer on two real coverages: blocks between roads in Beijing, precincts of Rhode Island."""

import json
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gis_core.models import Area
from tests.gis_core.importing.conftest import SHARED, defects_in_database

BLOCKS = SHARED / "haidian_osm" / "blocks_from_roads.geojson"
PRECINCTS = SHARED / "ri_precincts" / "us_ri_precincts_2018.zip"

pytestmark = pytest.mark.django_db


def needs(path: Path) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not path.exists(), reason=f"the real data {path.name} is not on this machine")


@needs(BLOCKS)
def test_the_blocks_of_haidian_import_as_they_are(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    options = {
        "tier": "grid",
        "under": "110108001001",
        "name": "海淀",
        "assign_codes": True,
        "report": report,
    }
    call_command("import_areas", str(BLOCKS), **options)
    done = json.loads(report.read_text(encoding="utf-8"))
    assert done["counts"] == {"imported": 238, "changed": 0, "split": 0, "dropped": 0}
    assert Area.objects.live().filter(parent_code="110108001001").count() == 238
    assert defects_in_database("110108001001") == []


@pytest.mark.long
@needs(PRECINCTS)
def test_the_precincts_are_refused_dirty_and_imported_with_repair(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    options = {
        "tier": "grid",
        "under": "440000000001",
        "name": "Rhode Island",
        "assign_codes": True,
        "code_field": "NAME",
        "report": report,
    }
    with pytest.raises(CommandError, match="--repair"):
        call_command("import_areas", str(PRECINCTS), **options)
    kinds = Counter(defect["kind"] for defect in json.loads(report.read_text())["defects"])
    assert kinds["gap"] > 300
    assert kinds["overlap"] > 20
    assert not Area.objects.exists()

    call_command(
        "import_areas", str(PRECINCTS), **options, repair=True, snap=0.5, max_gap=20, force_holes=True
    )
    done = json.loads(report.read_text())
    assert sum(done["counts"].values()) == done["rows_in"] == 419
    assert done["counts"]["dropped"] == done["counts"]["split"] == 0
    assert done["largest_change"]["change_percent"] < 0.02
    assert len(done["parents"][0]["holes"]) == 9
    assert Area.objects.live().filter(parent_code="440000000001").count() == 419
    assert defects_in_database("440000000001") == []
