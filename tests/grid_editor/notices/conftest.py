"""People of every kind for the town of tests/grid_editor/conftest.py."""

from typing import Any

import pytest

from tests.grid_editor.conftest import person


@pytest.fixture
def chief(db: None) -> Any:
    return person("chief", "committee")


@pytest.fixture
def deputy(db: None) -> Any:
    return person("deputy", "committee")
