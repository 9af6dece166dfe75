"""The job that draws tiles ahead: small scales first, which most people look at first."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from gis_core import jobs
from gis_core.errors import WanggeError
from tile_cache.seeding import raster, vector
from tile_cache.seeding.wanted import Wanted

Series = vector.Series | raster.Series
MOST = 2_000_000
"""Tiles in one job."""


def seed(run: jobs.Run, wanted: Wanted) -> dict[str, Any]:
    """Draw what is not kept. Returns how many tiles there are, how many were drawn now, how many held.

    Raises WanggeError for more than MOST tiles, and for vector tiles where a server keeps none.
    """
    if wanted.vector and settings.TILE_CACHE == "none":
        raise WanggeError(
            _("Vector tiles are not kept here (WANGGE_TILE_CACHE is none)."), code="no_tile_cache"
        )
    with vector.drawer() as drawer:
        every: list[Series] = [*vector.series(wanted, drawer), *raster.series(wanted)]
        every.sort(key=lambda one: one.zoom)
        total = sum(len(one) for one in every)
        if total > MOST:
            message = _(
                "%(total)d tiles are more than %(most)d; choose fewer zooms, layers or a smaller area."
            )
            raise WanggeError(message % {"total": total, "most": MOST}, {"most": MOST}, "too_many_tiles")
        return _drawn(run, every, total)


def _drawn(run: jobs.Run, every: list[Series], total: int) -> dict[str, Any]:
    counts: Counter[bool] = Counter()
    for one in every:
        for drawn in one.draw():
            counts[drawn] += 1
            run.progress(counts.total(), total, f"{one.name} {one.zoom}")
    return {"tiles": total, "drawn": counts[True], "held": counts[False]}
