"""People of every kind for the town of tests/grid_editor/conftest.py."""

from typing import Any

import pytest

from grid_editor.lifecycle import services as life
from tests.grid_editor.conftest import person


@pytest.fixture
def chief(db: None) -> Any:
    return person("chief", "committee")


@pytest.fixture
def deputy(db: None) -> Any:
    return person("deputy", "committee")


def pass_on(plan: Any, drawer: Any, chief: Any) -> None:
    """Submitted by the one, approved by the other."""
    life.submit(drawer, plan.pk)
    life.approve(chief, plan.pk)
