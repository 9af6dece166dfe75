"""Prove that migrations keep the rules of docs/operations.md, "Changing the schema without stopping"."""

import pytest
from django_migration_linter import MigrationLinter

from tools.clone import ROOT

APPS = ["gis_core", "layers", "tile_cache", "grid_editor", "incidents"]
# Older than the rules: these tables had no rows anywhere yet. No other migration may come in here.
BEFORE = {
    "0002_calendar",
    "0002_tags",
    "0003_log_token",
    "0004_tags",
    "0004_wfs_bookmark",
}


def breaking(**chosen: object) -> int:
    """How many migrations lock a table for long, or break the code that still runs beside them."""
    linter = MigrationLinter(
        str(ROOT), include_apps=APPS, no_cache=True, no_output=True, analyser_string="postgresql", **chosen
    )
    linter.lint_all_migrations()
    return linter.nb_erroneous + linter.nb_warnings


@pytest.mark.django_db
def test_no_migration_locks_a_table_for_long_or_breaks_the_code_that_runs_beside_it():
    assert breaking(ignore_name=BEFORE) == 0


@pytest.mark.django_db
def test_the_check_sees_those_that_do():
    assert breaking(include_name=BEFORE) == len(BEFORE)
