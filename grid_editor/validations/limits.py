"""Where the checks begin to speak: settings.GRID_CHECKS and the bands of households, read in one place."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Limits:
    """Lengths in metres, areas in square metres, shares in percent; what each is for stands in docs/editing.md."""

    sliver_m2: float
    sliver_width: float
    safe_m2: float
    cut_share: float
    cut_m2: float
    street_off: float
    street_near: float
    street_long: float


def limits() -> Limits:
    """The limits that hold now."""
    return Limits(**settings.GRID_CHECKS)
