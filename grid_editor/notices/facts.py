"""What a public notice (公示) says of a plan: which grids it makes, changes and ends, and within which four bounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.conf import settings
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import Polygon
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gis_core import codes, four_bounds, selectors
from gis_core.models import CANONICAL_SRID
from grid_editor import counting
from grid_editor.draft import DraftGrid
from grid_editor.lifecycle import diffing
from grid_editor.lifecycle.diffing import NEW, RENUMBERED, RETIRED, Diff, GridLine
from grid_editor.models import Plan
from grid_editor.publishing import comparing, ground
from grid_editor.publishing.comparing import Grids

NEAR = 1e-7
"""Degrees: what is not farther apart than this is a neighbour."""


@dataclass(frozen=True)
class Row:
    """A grid as the notice's table has it; `bounds`: its four bounds in words; `households` as counted for the plan;
    `formerly`: the other codes that its ground had."""

    code: str
    name: str
    kind: str
    what: str
    bounds: str
    m2: float
    households: int
    formerly: tuple[str, ...]

    @property
    def hectares(self) -> float:
        return self.m2 / 1e4


@dataclass(frozen=True)
class Ended:
    """A code that is no longer used; `into`: the codes that have its ground."""

    code: str
    name: str
    m2: float
    into: tuple[str, ...]

    @property
    def hectares(self) -> float:
        return self.m2 / 1e4


@dataclass(frozen=True)
class Notice:
    """Everything that is said; `grids` and `old` are what the map draws, by code: after and before."""

    plan: Plan
    names: list[str]
    at: datetime | None
    rows: list[Row]
    ended: list[Ended]
    diff: Diff
    grids: Grids
    old: list[DraftGrid]

    @property
    def number(self) -> str:
        """Year and number of the plan, as official papers are numbered."""
        return f"〔{(self.at or self.plan.created_at).year}〕{self.plan.pk}"

    @property
    def scope(self) -> str:
        """龙亭区大兴街道, or Daxing Subdistrict, Longting District."""
        return "".join(self.names) if _in_chinese() else ", ".join(reversed(self.names))

    @property
    def issuer(self) -> str:
        """Who publishes it: by the settings, else the district's name."""
        return str(settings.NOTICE_ISSUER) or next(iter(self.names), "")


def of_plan(plan: Plan) -> Notice:
    """Read and put together."""
    counting.count_missing(plan)
    diff = diffing.of_plan(plan)
    homes = dict(plan.grids.values_list("code", "households"))
    after = comparing.standing(plan).ours
    lines = [line for line in diff.grids if line.after is not None]
    around = {**after, **_beyond(plan, [line.after.geom for line in lines if line.after])}
    rows = [_row(line, around, diff, homes) for line in lines]
    ended = [_ended(line, diff) for line in diff.grids if line.what in (RETIRED, RENUMBERED)]
    old = [line.before for line in diff.grids if line.before]
    return Notice(plan, scope_names(plan), plan.published_at, rows, ended, diff, after, old)


def _beyond(plan: Plan, near: list[shapely.Geometry]) -> dict[str, DraftGrid]:
    """The grids outside the scope around these, which are somebody's neighbours too; as they were then."""
    if not near:
        return {}
    west, south, east, north = map(float, shapely.total_bounds(near))
    box = Polygon.from_bbox((west - NEAR, south - NEAR, east + NEAR, north + NEAR))
    box.srid = CANONICAL_SRID
    rows = selectors.areas(plan.published_at).filter(tier="grid", geom__bboverlaps=box)
    rows = rows.exclude(code__startswith=plan.scope_code).annotate(wkb=AsWKB("geom"))
    return {row[0]: comparing.as_grid(row) for row in rows.values_list(*comparing.FIELDS)}


def scope_names(plan: Plan) -> list[str]:
    """The district, and what is below it down to the scope, by their names in the reader's language."""
    lengths = [codes.length_of(tier) for tier in ("county", "town", "village")]
    chain = [plan.scope_code[:length] for length in lengths if length <= len(plan.scope_code)]
    rows = selectors.areas(plan.published_at).filter(code__in=chain).order_by("code")
    return [_name(name, attributes) for name, attributes in rows.values_list("name", "attributes")]


def _name(name: str, attributes: dict[str, Any]) -> str:
    return name if _in_chinese() else str(attributes.get("name_en") or name)


def _in_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _row(line: GridLine, near: Grids, diff: Diff, homes: Mapping[str, int | None]) -> Row:
    grid = line.after
    assert grid is not None
    around = [(other.name, other.geom) for other in near.values() if _is_neighbour(grid, other)]
    formerly = sorted({one.piece.before for one in diff.moved if one.piece.after == grid.code})
    return Row(
        grid.code,
        grid.name,
        grid.kind,
        line.what,
        four_bounds.describe(grid.geom, around).text(),
        ground.area_m2(grid.geom),
        homes.get(grid.code) or 0,
        tuple(formerly),
    )


def _is_neighbour(grid: DraftGrid, other: DraftGrid) -> bool:
    return other.code != grid.code and bool(shapely.dwithin(grid.geom, other.geom, NEAR))


def _ended(line: GridLine, diff: Diff) -> Ended:
    grid = line.before
    assert grid is not None
    into = sorted({one.piece.after for one in diff.moved if one.piece.before == grid.code})
    return Ended(grid.code, grid.name, ground.area_m2(grid.geom), tuple(into))


def what_happened(what: str) -> str:
    """The word for it in the table."""
    return {
        NEW: _("new grid"),
        "changed": _("ground changed"),
        "renamed": _("name or kind changed"),
        RENUMBERED: _("code changed"),
    }[what]


def as_json(notice: Notice) -> dict[str, Any]:
    """For programs."""
    return {
        "plan": notice.plan.pk,
        "number": notice.number,
        "name": notice.plan.name,
        "scope_code": notice.plan.scope_code,
        "scope": notice.scope,
        "issuer": notice.issuer,
        "published_at": notice.at,
        "grids": [
            {
                "code": row.code,
                "name": row.name,
                "kind": row.kind,
                "what": row.what,
                "bounds": row.bounds,
                "m2": row.m2,
                "households": row.households,
                "formerly": list(row.formerly),
            }
            for row in notice.rows
        ],
        "ended": [
            {"code": one.code, "name": one.name, "m2": one.m2, "into": list(one.into)} for one in notice.ended
        ],
    }
