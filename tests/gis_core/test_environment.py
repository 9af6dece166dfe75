"""Prove that secrets may come by file, and that what is unclear is refused in words."""

import pytest

from gis_core.environment import given


def test_a_value_or_the_file_that_holds_it(monkeypatch, tmp_path):
    assert given("WANGGE_TEST_SECRET", "none") == "none"
    monkeypatch.setenv("WANGGE_TEST_SECRET", "plain")
    assert given("WANGGE_TEST_SECRET") == "plain"
    monkeypatch.delenv("WANGGE_TEST_SECRET")
    (tmp_path / "secret").write_text("from a file\n")
    monkeypatch.setenv("WANGGE_TEST_SECRET_FILE", str(tmp_path / "secret"))
    assert given("WANGGE_TEST_SECRET", "none") == "from a file"


def test_both_none_or_an_empty_file_are_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("WANGGE_TEST_SECRET_FILE", str(tmp_path / "missing"))
    with pytest.raises(ValueError, match="cannot be read"):
        given("WANGGE_TEST_SECRET")
    (tmp_path / "missing").write_text("\n")
    with pytest.raises(ValueError, match="empty"):
        given("WANGGE_TEST_SECRET")
    monkeypatch.setenv("WANGGE_TEST_SECRET", "x")
    with pytest.raises(ValueError, match="both set"):
        given("WANGGE_TEST_SECRET")
