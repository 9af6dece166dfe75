"""What became of every row of the file. The sums are checked: rows in = rows accounted for."""

from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _

from gis_core import crs
from gis_core.importing.options import Options, refuse
from gis_core.importing.settling import Group

OUTCOMES = ("imported", "changed", "split", "dropped")
NOISE_METRES = 0.0016
"""Rounding moves a boundary by at most this; what changed by no more than that along its length is 'imported'."""


@dataclass(frozen=True)
class RowOutcome:
    """`outcome`: imported as it is, changed by `change_m2` (the area that differs) and `change_percent` of its
    area, split into more parts than it had (the change is given too), or dropped for `reason`."""

    row: int
    outcome: str
    code: str = ""
    source_code: str = ""
    name: str = ""
    parent_code: str | None = None
    change_m2: float = 0.0
    change_percent: float = 0.0
    parts_before: int = 0
    parts_after: int = 0
    reason: str = ""


@dataclass(frozen=True)
class ParentOutcome:
    """The parent of some rows: `created` from their union, or live before; `holes`: ground left uncovered."""

    code: str | None
    name: str
    created: bool
    children: int
    area_m2: float
    holes: list[dict[str, Any]]
    repaired: list[dict[str, Any]]
    noded_areas: list[str]


@dataclass(frozen=True)
class Report:
    """One import, for people and as JSON (`as_json`). `written` is False after a dry run."""

    file: str
    crs: str
    encoding: str
    tier: str
    written: bool
    rows_in: int
    rows: list[RowOutcome]
    parents: list[ParentOutcome]
    seconds: float = 0.0
    problems: list[dict[str, Any]] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    @property
    def largest_change(self) -> RowOutcome | None:
        """The row that the import changed most, by percent of its area."""
        return max(self.rows, key=lambda row: row.change_percent, default=None)

    def as_json(self) -> dict[str, Any]:
        largest = self.largest_change
        return {
            **asdict(self),
            "counts": self.counts,
            "largest_change": asdict(largest) if largest else None,
        }

    def checked(self) -> "Report":
        """This report, if every input row is accounted for exactly once; a bug in the importer otherwise."""
        numbers = sorted(row.row for row in self.rows)
        if numbers != list(range(1, self.rows_in + 1)) or sum(self.counts.values()) != self.rows_in:
            raise AssertionError(f"{self.rows_in} rows in, but {len(numbers)} accounted for")
        return self


def changes(rows: list[RowOutcome], group: Group, before: Any, after: Any) -> list[RowOutcome]:
    """The outcomes of a group's rows, from their polygons before and after (n,), both valid, in EPSG:4490."""
    flat_before = crs.to_metres(before, group.metric)
    flat_after = crs.to_metres(after, group.metric)
    m2 = shapely.area(shapely.symmetric_difference(flat_before, flat_after))
    percent = 100 * m2 / np.maximum(shapely.area(flat_before), 1e-9)
    noise = shapely.length(flat_before) * NOISE_METRES
    parts = shapely.get_num_geometries(before), shapely.get_num_geometries(after)
    return [
        replace(
            row,
            outcome=_outcome(bool(m2[i] > noise[i]), int(parts[0][i]), int(parts[1][i])),
            change_m2=round(float(m2[i]), 4),
            change_percent=round(float(percent[i]), 6),
            parts_before=int(parts[0][i]),
            parts_after=int(parts[1][i]),
        )
        for i, row in enumerate(rows)
    ]


def _outcome(moved: bool, before: int, after: int) -> str:
    if after > before:
        return "split"
    return "changed" if moved or after != before else "imported"


def refuse_large_changes(rows: list[RowOutcome], options: Options) -> None:
    """Raise ImportRefused when a polygon changed by more than --max-change percent, with all that did."""
    large = [row for row in rows if row.change_percent > options.max_change]
    if large:
        large.sort(key=lambda row: -row.change_percent)
        raise refuse(
            _(
                "The repair would change %(count)s polygons by more than --max-change %(allowed)s percent, "
                "most row %(row)s (%(code)s) by %(percent).3f percent."
            )
            % {
                "count": len(large),
                "allowed": options.max_change,
                "row": large[0].row,
                "code": large[0].code,
                "percent": large[0].change_percent,
            },
            changes=[asdict(row) for row in large],
        )
