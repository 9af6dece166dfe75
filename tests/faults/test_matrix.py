"""Prove that kill -9 of any part at any moment of any work leaves a whole state, and that the work goes on or is
cleanly back. `make test-faults` takes one random moment for each pair, `make test-long` several; both print the table.
"""

import random
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import pytest

from tests.faults.conftest import product_in
from tests.faults.site import Site, site_of
from tests.faults.works.imports import AreaImport, LayerImport, SampleLoad
from tests.faults.works.intake import IntakeBurst
from tests.faults.works.plans import PlanUpload, Publication, TimedPublication
from tests.faults.works.tiles import SeedTiles
from tests.faults.works.work import COMMAND, CommandWork, Work
from tests.waiting import wait_until

# The sample comes first: it takes the place of a sample only, and areas that were imported are none. Tiles next: areas
# imported far away would give them more ground.
WORKS = (
    SampleLoad, SeedTiles, AreaImport, LayerImport, PlanUpload, Publication, TimedPublication, IntakeBurst,
)  # fmt: skip
MANY, MANY_LONG_ONES = 5, 3
PATIENCE = 300
TRIES = 6
"""Each twice as early as the one before, until a kill finds somebody at work: how long a work takes, varies."""


@dataclass
class Matrix:
    """A site with everything that runs on it, and what came of each pair."""

    site: Site
    used: int = 0
    seconds: dict[type[Work], float] = field(default_factory=dict)
    counts: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)

    def new(self, kind: type[Work]) -> Work:
        self.used += 1
        work = kind(self.site, self.used)
        work.prepare()
        return work

    def takes(self, kind: type[Work]) -> float:
        """The seconds of one go that nobody disturbs."""
        if kind not in self.seconds:
            if not issubclass(kind, CommandWork):  # a server and a worker are slower the first time
                finished(self.new(kind))
            self.seconds[kind] = finished(self.new(kind))
        return self.seconds[kind]

    def line(self, pair: tuple[str, str]) -> str:
        titles = ("moments", "at work", "told", "found", "taken back", "done again")
        counts = ", ".join(f"{self.counts[pair][title]} {title}" for title in titles)
        return f"{pair[0]} x {pair[1]}: {counts}"


def finished(work: Work) -> float:
    """Do it to its end; the seconds."""
    work.begin()
    began = monotonic()
    wait_until(work.ended, PATIENCE)
    assert work.told() == work.found() > 0
    return monotonic() - began


@pytest.fixture(scope="module")
def matrix(open_folder: Path, city: Path) -> Iterator[Matrix]:
    folder = open_folder / "matrix"
    folder.mkdir()
    with product_in(folder, city) as product, site_of(product) as site:
        yield Matrix(site)
    shutil.rmtree(folder, ignore_errors=True)


def pairs() -> Iterator[object]:
    for kind in WORKS:
        many = MANY_LONG_ONES if kind is SampleLoad else MANY
        for part in kind.parts:
            name = f"{kind.title}-{part}"
            yield pytest.param(kind, part, 1, id=name, marks=pytest.mark.faults)
            yield pytest.param(kind, part, many, id=f"{name}-at-{many}-moments", marks=pytest.mark.long)


@pytest.mark.parametrize(("kind", "part", "moments"), list(pairs()))
def test_whatever_is_killed_the_work_goes_on_or_is_cleanly_back(
    matrix: Matrix, kind: type[Work], part: str, moments: int, report: Callable[[str], None]
) -> None:
    takes = matrix.takes(kind)
    counts = matrix.counts.setdefault((kind.title, part), Counter())
    for _ in range(moments):
        moment = random.uniform(0, takes)
        for _try in range(TRIES):
            report(f"{kind.title} x {part}: killed {moment:.2f} s into {takes:.2f} s")
            found = killed(matrix, matrix.new(kind), part, moment)
            counts.update(found)
            if found["at work"]:
                break
            moment /= 2
    report(matrix.line((kind.title, part)))
    assert counts["at work"] >= moments, "it was always done before the kill"


def killed(matrix: Matrix, work: Work, part: str, moment: float) -> dict[str, int]:
    """Kill the part at this moment; what was told and found then, and after what was taken back was done again."""
    work.begin()
    threading.Event().wait(moment)
    at_work = not work.ended()
    if part == COMMAND:
        work.kill()
    else:
        matrix.site.kill(part)
        matrix.site.bring_back(part)
    wait_until(work.ended, PATIENCE)
    assert matrix.site.wrong() == {}
    told, found = work.told(), work.found()
    assert found >= told, "what was told to be done is not there"
    assert found or (at_work and part in work.lost_with), "it was not to be taken back"
    counts = {"moments": 1, "at work": at_work, "told": told, "found": found, "taken back": not found}
    if not found:
        finished(work)
        counts["done again"] = 1
        assert matrix.site.wrong() == {}
    return {name: int(count) for name, count in counts.items()}


@pytest.fixture(scope="module", autouse=True)
def _table(matrix: Matrix, request: pytest.FixtureRequest) -> Iterator[None]:
    """What came of all of them, at the end."""
    yield
    terminal = request.config.pluginmanager.getplugin("terminalreporter")
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        terminal.write_line("")
        for pair in matrix.counts:
            terminal.write_line(f"  {matrix.line(pair)}")
