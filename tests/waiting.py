"""Wait for what another process does."""

import time
from collections.abc import Callable

STEP_S = 0.05


def wait_until(condition: Callable[[], object], seconds: float = 120) -> None:
    """Return once it holds; AssertionError after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        time.sleep(STEP_S)
