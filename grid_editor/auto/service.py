"""Draw a plan's grids automatically, or mend those that are too big or too small; and say how good it is.

Drawing happens outside any transaction and may be stopped; adopting what was drawn is one command on the
revision that was read, so a plan that others changed meanwhile is refused like any stale command.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _

from gis_core import access
from gis_core.errors import WanggeError
from grid_editor import loading, selectors, services
from grid_editor.auto import blocks, drawing, gathering, measure
from grid_editor.auto.adopting import Adopt
from grid_editor.auto.drawing import DrawnVillage
from grid_editor.auto.inputs import Band, Ground, Progress, Request, Stop, never
from grid_editor.auto.measure import Measures
from grid_editor.counting import is_rural
from grid_editor.models import Plan
from grid_editor.services import Outcome


@dataclass(frozen=True)
class Report:
    """What was drawn: measures before and after (special grids left out), households whose grid's code changed,
    grids that no division can bring into the band (a block or a village is too big or too small by itself)."""

    before: Measures
    after: Measures
    urban: Measures
    moved: int
    stuck: int
    seconds: float

    def as_json(self) -> dict[str, Any]:
        return {
            "before": self.before.as_json(),
            "after": self.after.as_json(),
            "urban": self.urban.as_json(),
            "moved": self.moved,
            "stuck": self.stuck,
            "seconds": round(self.seconds, 2),
        }


def silent(done: int, total: int, what: str) -> None:
    """A Progress that shows nothing."""


def default_band() -> Band:
    """The band of the settings, aiming at its middle."""
    least, most = settings.GRID_HOUSEHOLDS
    return Band(least, (least + most) // 2, most)


def draw(
    user: Any,
    plan_id: int,
    request: Request,
    villages: list[str] | None = None,
    divide_rural: bool = False,
    progress: Progress = silent,
    stop: Stop = never,
) -> tuple[Outcome | None, Report]:
    """Draw the grids of these villages of a plan (None: all) and adopt them; no outcome when nothing changes.

    `progress(done, total, village)` is called after each. Raises Stopped, and whatever services.run raises.
    """
    plan = selectors.plan(user, plan_id)
    access.require(user, "edit_plan", plan.scope_code)
    revision, began = plan.revision, time.monotonic()
    grounds = _grounds(plan, villages)
    rural = (lambda code: False) if divide_rural else is_rural
    drawn = _drawn_all(grounds, request, rural, progress, stop)
    outcome = _adopted(user, plan, drawn, revision, request)
    return outcome, report(grounds, drawn, request.band, rural, time.monotonic() - began)


def _grounds(plan: Plan, villages: list[str] | None) -> list[Ground]:
    known = sorted(plan.boundaries.filter(tier="village").values_list("code", flat=True))
    wanted = known if villages is None else sorted(set(villages))
    strange = [code for code in wanted if code not in known]
    if strange:
        text = _("The plan has no village %(codes)s.")
        raise WanggeError(text % {"codes": ", ".join(strange)}, {"villages": strange}, "no_such_village")
    return gathering.grounds(loading.of_villages(plan, wanted), wanted)


def _drawn_all(
    grounds: list[Ground], request: Request, rural: Callable[[str], bool], progress: Progress, stop: Stop
) -> list[DrawnVillage]:
    found = []
    for done, ground in enumerate(grounds, 1):
        if not rural(ground.code):
            found.append(drawing.drawn(ground, request, stop))
        elif not request.keep or not ground.existing:
            found.append(drawing.drawn(ground, _undivided(ground, request), stop))
        progress(done, len(grounds), ground.code)
    return found


def _undivided(ground: Ground, request: Request) -> Request:
    everyone = max(int(ground.homes.households.sum()), 1)
    return replace(request, band=Band(1, everyone, everyone), keep=False)


def _adopted(
    user: Any, plan: Plan, drawn: list[DrawnVillage], revision: int, request: Request
) -> Outcome | None:
    changed = tuple(village for village in drawn if any(grid.changed for grid in village.grids))
    if not changed:
        return None
    band = request.band
    arguments = {
        "villages": [village.code for village in changed],
        "band": [band.low, band.target, band.high],
        "keep": request.keep,
        "seed": request.seed,
    }
    return services.run(user, plan.pk, Adopt(changed), revision, arguments)


def report(
    grounds: list[Ground], drawn: list[DrawnVillage], band: Band, rural: Callable[[str], bool], seconds: float
) -> Report:
    """Measures of what was there and of what was drawn, and how many grids miss the band and must."""
    made = {village.code: village for village in drawn}
    stuck = sum(_stuck(village, band) for village in drawn if not rural(village.code))
    town = [village for village in drawn if not rural(village.code)]
    return Report(
        _measured([_existing(ground) for ground in grounds], band),
        _measured([_new(made[g.code]) if g.code in made else _existing(g) for g in grounds], band),
        _measured([_new(village) for village in town], band),
        sum(village.moved for village in drawn),
        stuck,
        seconds,
    )


Counted = tuple[np.ndarray, np.ndarray]


def _existing(ground: Ground) -> Counted:
    kept = [geom for code, geom in sorted(ground.existing.items()) if code not in ground.fixed]
    geoms = np.array(kept, dtype=object)
    return geoms, blocks.households_in(ground, geoms)


def _new(village: DrawnVillage) -> Counted:
    grids = [grid for grid in village.grids if not grid.fixed]
    return np.array([g.geom for g in grids], dtype=object), np.array(
        [g.households for g in grids], dtype=np.int64
    )


def _measured(parts: list[Counted], band: Band) -> Measures:
    if not parts:
        return measure.measured(np.empty(0, dtype=object), np.empty(0, dtype=np.int64), band)
    return measure.measured(
        np.concatenate([geoms for geoms, _people in parts]),
        np.concatenate([people for _geoms, people in parts]),
        band,
    )


def _stuck(village: DrawnVillage, band: Band) -> int:
    """Grids outside the band that must be: one per block above it, or all of a village that has no good number."""
    outside = [g for g in village.grids if not g.fixed and band.excess(g.households)]
    total = sum(g.households for g in village.grids if not g.fixed)
    if band.excess(total / band.counts(total)[0]):
        return len(outside)
    return min(len(outside), len(village.stuck))
