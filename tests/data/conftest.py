"""The district, drawn once for all tests that look at it."""

import pytest

from data.sample import City, generate


@pytest.fixture(scope="session")
def district() -> City:
    return generate("S", seed=1)
