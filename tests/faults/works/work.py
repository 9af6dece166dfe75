"""What every work of the matrix can do: begin, say whether anybody is still at it, and whether it is done."""

import subprocess
import threading
from collections.abc import Callable
from typing import ClassVar

from tests.faults.conftest import kill, with_children
from tests.faults.site import Site
from tests.waiting import wait_until

COMMAND = "command"
"""The part that is a management command itself."""


class Work:
    """One go at something that takes a while. `lost_with`: the parts whose end may take it back; else it goes on."""

    title: ClassVar[str]
    lost_with: ClassVar[tuple[str, ...]]
    parts: ClassVar[tuple[str, ...]] = ("server", "worker", "PostgreSQL")

    def __init__(self, site: Site, number: int) -> None:
        """`number` is another one for each go."""
        self.site, self.number = site, number
        self.product = site.product

    def prepare(self) -> None:
        """What must be there before."""

    def begin(self) -> None:
        """Begin and return while it is under way."""
        raise NotImplementedError

    def ended(self) -> bool:
        """Whether nobody is at it any more."""
        raise NotImplementedError

    def told(self) -> int:
        """How many times somebody was told that it is done."""
        raise NotImplementedError

    def found(self) -> int:
        """How many times it is found done; 0 when nothing of it is there. AssertionError for anything between."""
        raise NotImplementedError

    def kill(self) -> None:
        """Kill the command that does it."""
        raise NotImplementedError


class CommandWork(Work):
    """Done by a management command."""

    lost_with = ("PostgreSQL", COMMAND)
    parts = (*Work.parts, COMMAND)
    process: "subprocess.Popen[bytes]"

    def words(self) -> list[str]:
        raise NotImplementedError

    def begin(self) -> None:
        self.process = self.product.command(*self.words())
        wait_until(lambda: self.is_under_way() or self.ended())

    def is_under_way(self) -> bool:
        """Whether the command has come to its work in the database."""
        query = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'wangge' AND pid <> pg_backend_pid()"
        return bool(self.product.asked(query))

    def ended(self) -> bool:
        return self.process.poll() is not None

    def told(self) -> int:
        return int(self.process.returncode == 0)

    def kill(self) -> None:
        for process in with_children(self.process.pid) if not self.ended() else ():
            kill(process)
        self.process.wait()


class RequestWork(Work):
    """Done by one request, asked in a thread."""

    lost_with = ("server", "PostgreSQL")

    def ask(self) -> int:
        """The status."""
        raise NotImplementedError

    def begin(self) -> None:
        self.statuses: list[int] = []
        threading.Thread(target=self._ask, daemon=True).start()

    def _ask(self) -> None:
        try:
            self.statuses.append(self.ask())
        except Exception:  # nobody answered
            self.statuses.append(0)

    def ended(self) -> bool:
        return bool(self.statuses)

    def told(self) -> int:
        assert self.statuses[0] in (0, 200, 201, 503), self.statuses
        return int(self.statuses[0] in (200, 201))


class JobWork(Work):
    """Done by the worker, which always takes it up again."""

    lost_with = ()
    job: int

    def ended(self) -> bool:
        return self.state() in ("done", "failed", "cancelled")

    def state(self) -> str:
        found: str = self.product.asked("SELECT state FROM gis_core_job WHERE id = %s", [self.job])
        return found

    def told(self) -> int:
        return int(self.state() == "done")

    def until_job(self, condition: Callable[[], bool]) -> None:
        wait_until(lambda: condition() or self.ended())
