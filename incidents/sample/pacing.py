"""When the steps of invented incidents are done: each within the limit of its state and its share of the case's."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from incidents.loop.states import BY_KEY, WHISTLES, Limit
from incidents.models import Item
from incidents.sample.paths import Course
from incidents.sample.working_time import Seconds, WorkingTime

EVALUATED_HOURS = 20.0
"""After the close, by who reported it."""
WHISTLE = "daily"


def moments(reported: Any, items: list[Item], courses: list[Course]) -> list[list[datetime]]:
    """For each incident the moments of its steps, and one more, of its evaluation."""
    clock = WorkingTime()
    hours, working, lengths = _spans(items, courses)
    at: Seconds = np.array(reported, dtype=float)
    columns = [at]
    for step in range(1, hours.shape[1]):
        # Steps at the same moment keep their order: a second apart.
        at = clock.add(at, hours[:, step], working[:, step]) + 1
        columns.append(at)
    table = np.stack(columns, axis=1)
    return [_as_datetimes(row[:length]) for row, length in zip(table, lengths, strict=True)]


def _as_datetimes(row: Seconds) -> list[datetime]:
    found = [datetime.fromtimestamp(float(moment), UTC) for moment in row]
    return [*found, datetime.fromtimestamp(float(row[-1]) + EVALUATED_HOURS * 3600, UTC)]


def _spans(
    items: list[Item], courses: list[Course]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], list[int]]:
    """How long each step of each incident was waited for, in hours; whether these are working hours; how many steps."""
    lengths = [len(course.steps) for course in courses]
    hours = np.zeros((len(courses), max(lengths, default=0)))
    working = np.zeros(hours.shape, dtype=bool)
    for n, (item, course) in enumerate(zip(items, courses, strict=True)):
        states = [state for _action, state, _share in course.steps]
        for step, (before, budget, pace) in enumerate(
            zip(states, course.budgets[1:], course.paces[1:], strict=False), 1
        ):
            allowed = _allowed(item, before, budget)
            hours[n, step], working[n, step] = allowed.hours * pace, allowed.unit == "working"
    return hours, working, lengths


def _allowed(item: Item, state: str, budget: float) -> Limit:
    """The time to leave a state: its own limit or the share of the case's, whichever is less.

    Where one of them counts working hours and the other all, all count: then neither is exceeded.
    """
    own = WHISTLES[WHISTLE][1] if state == "whistled" else BY_KEY[state].limit
    hours = float(item.limit_hours) * budget
    if own is None:
        return Limit(hours, "working" if item.limit_unit == "working" else "natural")
    unit = "working" if own.unit == item.limit_unit == "working" else "natural"
    return Limit(min(hours, own.hours), unit)  # type: ignore[arg-type]
