"""Where a plan's grids do not tile their villages: the database's own word, village by village.

The definition is that of the live coverage (sql/100_plan_defects.sql, gis_core/sql/035_defects.sql). Broken
rings are told first.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import shapely
from django.db import connection
from django.utils.translation import gettext as _

from grid_editor.models import Plan
from grid_editor.reasons import short

QUERY = """
SELECT village, kind, codes, ST_AsBinary(geom), ST_Area(geom::geography)
FROM plan_defects(%s, %s)
"""


@dataclass(frozen=True)
class Defect:
    """One place, EPSG:4490; `m2` is 0 for lines and points."""

    village: str
    kind: str
    codes: tuple[str, ...]
    geom: shapely.Geometry
    m2: float

    @property
    def sentence(self) -> str:
        """What is wrong, in the reader's language."""
        given = {"codes": ", ".join(map(short, self.codes)), "m2": f"{self.m2:.2f}", "village": self.village}
        return {
            "gap": _("A gap of %(m2)s m² in %(village)s that no grid covers."),
            "overlap": _("%(codes)s overlap on %(m2)s m²."),
            "outside": _("%(codes)s reaches %(m2)s m² beyond the village %(village)s."),
            "unmatched": _("%(codes)s have a common border with different vertices."),
            "invalid": _("The border of %(codes)s crosses or touches itself."),
        }[self.kind] % given


def of_plan(plan: Plan) -> list[Defect]:
    """Every defect of the plan; a village that had no grids and has none is not yet divided, which is none."""
    return of_villages(plan, _divided(plan))


def of_villages(plan: Plan, villages: Iterable[str]) -> list[Defect]:
    """The defects of these villages."""
    with connection.cursor() as cursor:
        cursor.execute(QUERY, [plan.pk, sorted(villages)])
        return [
            Defect(village, kind, tuple(codes), shapely.from_wkb(bytes(wkb)), m2)
            for village, kind, codes, wkb, m2 in cursor.fetchall()
        ]


def _divided(plan: Plan) -> set[str]:
    villages = set(plan.boundaries.filter(tier="village").values_list("code", flat=True))
    now = set(plan.grids.values_list("parent_code", flat=True).distinct())
    return {
        code for code in villages if code in now or any(base.startswith(code) for base in plan.base_versions)
    }
