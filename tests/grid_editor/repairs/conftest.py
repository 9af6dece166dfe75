"""The broken plans of the checks' tests."""

from tests.grid_editor.validations.conftest import api, plan

__all__ = ["api", "plan"]
