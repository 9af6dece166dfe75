"""Prove that the command says on the terminal, and in the report file, what the service found."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.gis_core.importing.conftest import VILLAGE, Write, code_of, row_of, square

pytestmark = pytest.mark.django_db


def run(path: Path, **given: object) -> str:
    out = StringIO()
    call_command(
        "import_areas", str(path), tier="grid", under=VILLAGE, code_field="code", stdout=out, **given
    )
    return out.getvalue()


def test_a_clean_import_is_summed_up(geojson: Write) -> None:
    text = run(geojson(row_of(3)))
    assert VILLAGE in text
    assert "3" in text


def test_a_refusal_lists_the_defects_and_writes_the_report(geojson: Write, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    with pytest.raises(CommandError) as caught:
        run(geojson([square(0, 0), square(0.5, 0)]), report=report)
    assert f"{code_of(1)}, {code_of(2)}" in str(caught.value)
    content = json.loads(report.read_text(encoding="utf-8"))
    assert content["defects"][0]["kind"] == "overlap"
    assert content["refused"]


def test_the_report_has_every_row(geojson: Write, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    run(geojson(row_of(3)), report=report, dry_run=True)
    content = json.loads(report.read_text(encoding="utf-8"))
    assert [row["code"] for row in content["rows"]] == [code_of(n) for n in (1, 2, 3)]
    assert content["written"] is False
