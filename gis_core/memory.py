"""A bound for the memory of a server or worker process: one absurd request fails by itself, not the machine."""

import os
import resource

MEMORY_MB = int(os.environ.get("WANGGE_MEMORY_MB", "0"))
"""Address space that a process may have, which is more than it uses: under 3,000 it may not start. 0: no bound."""


def bind() -> None:
    """Hold this process and what it starts to the bound, if there is one. What goes beyond gets a MemoryError."""
    if MEMORY_MB:
        _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = MEMORY_MB * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))
