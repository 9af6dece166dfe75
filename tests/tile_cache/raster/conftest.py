"""The board of the layers' tests."""

from tests.layers.conftest import nine_grids

__all__ = ["nine_grids"]
