"""One measured figure, and how a list of timings becomes one."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True)
class Figure:
    """What was done, the median and 95th percentile over `runs`, in `unit`, and the target in words."""

    work: str
    median: float
    p95: float
    unit: str
    runs: int
    target: str


def summarise(work: str, timings: list[float], target: str, unit: str = "ms", scale: float = 1e3) -> Figure:
    """Seconds to a figure; `scale` turns seconds into `unit`."""
    ordered = sorted(value * scale for value in timings)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return Figure(work, statistics.median(ordered), p95, unit, len(ordered), target)


def timed(work: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    start = perf_counter()
    work()
    return perf_counter() - start
