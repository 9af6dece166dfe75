"""Many deadlines at once: what `time_add` does in the database, over arrays, for the loader of the sample."""

import numpy as np
from django.db import connection
from numpy.typing import NDArray

Seconds = NDArray[np.float64]


class WorkingTime:
    """Working spans as seconds since 1970, read from the database's own."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT extract(epoch FROM starts)::float8, extract(epoch FROM ends)::float8,"
                " extract(epoch FROM before)::float8 FROM incidents_workspan ORDER BY starts"
            )
            spans = np.array(cursor.fetchall())
        self.starts, self.ends, self.before = spans.T

    def add(self, moment: Seconds, hours: Seconds, working: NDArray[np.bool_]) -> Seconds:
        """Moments so many hours later, of working time where `working`, else of the clock on the wall."""
        target = self._clock(moment) + hours * 3600
        index = np.maximum(np.searchsorted(self.before, target, "left") - 1, 0)
        later = np.where(hours > 0, self.starts[index] + target - self.before[index], moment)
        return np.where(working, later, moment + hours * 3600)

    def _clock(self, moment: Seconds) -> Seconds:
        index = np.maximum(np.searchsorted(self.starts, moment, "right") - 1, 0)
        worked = np.minimum(moment - self.starts[index], self.ends[index] - self.starts[index])
        return self.before[index] + worked
