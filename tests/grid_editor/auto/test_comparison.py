"""Prove that the chosen way to divide is the best measured: `make test-long PYTEST_ARGS="tests/grid_editor/auto -s"`.

Every rival divides the same blocks into the same number of grids, in every urban village of the sample
district and in real streets; the table printed is the one in docs/auto-draft.md.
"""

import importlib.util
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import shapely

from grid_editor.auto import drawing, measure, parts
from grid_editor.auto.inputs import Band, Ground, Request
from grid_editor.auto.measure import Measures
from tests.grid_editor.auto import rivals
from tests.grid_editor.auto.towns import HAIDIAN, haidian, is_urban, sample_villages

pytestmark = pytest.mark.long
NEEDED = ("gerrychain", "pymetis")
BAND = Band()


@pytest.fixture
def libraries() -> None:
    """Skip, and say so, where what is compared with is not installed."""
    absent = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if absent:
        pytest.skip(f"not installed: {', '.join(absent)} (pip install gerrychain pymetis)")


Result = tuple[Measures, float, int]


def divided(grounds: list[Ground], way: rivals.Divide) -> Result:
    """Measures over all grids, seconds for dividing alone, and villages where the way failed."""
    polygons, people, seconds, failed = [], [], 0.0, 0
    for ground in grounds:
        kept = sorted(ground.fixed)
        blocks, free = drawing.prepared(ground, Request(BAND), kept)
        web, numbers = parts.web_of(blocks, free, BAND)
        count = BAND.counts(sum(web.households))[0]
        web = replace(web, mean=sum(web.households) / count)
        places = list(shapely.centroid([blocks.geometry([n]) for n in numbers]))
        begin = time.perf_counter()
        try:
            label = way(web, count, 1, places)
        except Exception:
            failed += 1
            continue
        seconds += time.perf_counter() - begin
        for part in sorted(set(label)):
            members = [i for i, own in enumerate(label) if own == part]
            polygons.append(blocks.geometry([numbers[i] for i in members]))
            people.append(sum(web.households[i] for i in members))
    return measure.measured(np.array(polygons, dtype=object), np.array(people), BAND), seconds, failed


def table(
    title: str, grounds: list[Ground], report: Callable[[str], None], without: tuple[str, ...] = ()
) -> dict[str, Result]:
    found = {name: divided(grounds, way) for name, way in rivals.ALL.items() if name not in without}
    report(f"\n{title}: {len(grounds)} villages")
    for name, (m, seconds, failed) in found.items():
        report(
            f"| {name} | {m.grids} | {100 * m.share_in_band:.1f} % | {100 * m.deviation:.1f} % | {m.least}-{m.most} "
            f"| {m.contiguous}/{m.grids} | {m.compactness:.3f} | {seconds:.1f} s | {failed} |"
        )
    return found


def assert_ours_leads(found: dict[str, Result]) -> None:
    ours = found["ours"][0]
    for name, (rival, _seconds, failed) in found.items():
        assert failed or ours.share_in_band >= rival.share_in_band, name
        assert ours.contiguous == ours.grids


def test_on_the_sample_city_nobody_brings_more_grids_into_the_band(libraries, capsys):
    with capsys.disabled():
        found = table("sample S, urban", [g for g in sample_villages() if is_urban(g)], print)
    assert_ours_leads(found)
    assert found["ours"][0].share_in_band >= 0.95
    assert found["ours"][0].compactness > found["greedy"][0].compactness


@pytest.mark.skipif(not HAIDIAN.exists(), reason="the real streets of haidian_osm are not here")
def test_on_real_streets_nobody_brings_more_grids_into_the_band(libraries, capsys):
    """Without ReCom: three houses alone are above the band, so it looks for a start within 20 % without end."""
    with capsys.disabled():
        found = table("haidian_osm", [haidian()], print, without=("gerrychain ReCom",))
    assert_ours_leads(found)
