"""Life for an open wall: incidents reported, accepted and closed again through the public interface, at a steady rate.

As many are closed as are reported, so that what is open stays as many, and whatever grows on a page is not its list.
"""

import itertools
import random
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from types import TracebackType
from typing import Any, Self

from tests.web.asking import ask

ITEMS = ("26", "24", "33", "35", "43")
BOX = (114.30, 34.76, 114.40, 34.84)
"""West, south, east, north: the middle of the sample city."""
OPEN = 60
"""As many of its own are open once it has run for a while."""


class Traffic:
    """Runs while the block does. `reported` and `closed` count what the server accepted, `failed` tells what not."""

    def __init__(self, site: str, per_second: float) -> None:
        self.reported = self.closed = 0
        self.failed: list[str] = []
        self.last = self.last_closed = ""
        self._site, self._pause = site, 1 / per_second
        self._chance, self._open = random.Random(1), deque[str]()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(60)

    def _run(self) -> None:
        began = time.monotonic()
        for n in itertools.count(1):
            try:
                self._one()
            except urllib.error.HTTPError as error:
                self.failed.append(f"{error} {error.read()[:200]!r}")
            except OSError as error:
                self.failed.append(str(error))
            # Behind its time it goes on as fast as it can.
            if self._over.wait(max(0.0, began + n * self._pause - time.monotonic())):
                return

    def _one(self) -> None:
        west, south, east, north = BOX
        place = {"lon": self._chance.uniform(west, east), "lat": self._chance.uniform(south, north)}
        body = {"item": self._chance.choice(ITEMS), "description": "路口有垃圾", "crs": "4490", **place}
        self.last = str(self._post("", body)["number"])
        self._open.append(self.last)
        self.reported += 1
        self._post(f"{self.last}/actions/accept/", {})
        if len(self._open) > OPEN:
            oldest = self._open.popleft()
            self._post(f"{oldest}/actions/reject/", {"text": "不属受理范围"})
            self.last_closed = oldest
            self.closed += 1

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        _done, answer = ask(self._site, f"incidents/{path}", body)
        return dict(answer)
