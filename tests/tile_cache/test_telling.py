"""Prove that a transaction tells of its changed tiles also when it has everything checked at once."""

import pytest

pytestmark = pytest.mark.django_db

MANY = """
INSERT INTO tile_cache_change (layer, code, west, south, east, north)
SELECT 'roads', 410202000000 + n, n * 10000, 0, n * 10000 + 1, 1 FROM generate_series(1, 300) AS n
"""
"""Changes in more areas than are kept apart; they cannot be put together, for each area hears of its own."""


def test_many_changes_with_all_constraints_immediate(raw):
    session = raw()
    session.execute("SET CONSTRAINTS ALL IMMEDIATE")
    session.execute(MANY)
    kept = "SELECT count(DISTINCT code) FROM tile_cache_change WHERE xid = pg_current_xact_id()"
    assert session.execute(kept).fetchone() == (300,)
    session.rollback()
