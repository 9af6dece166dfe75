"""Where a plan's grids do not tile their villages: the database's own chain_defects, village by village.

The definition is that of the live coverage (gis_core/sql/035_defects.sql). Broken rings are told first, and
take part mended, so that one crossed ring does not hide the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import shapely
from django.db import connection
from django.utils.translation import gettext as _

from grid_editor.models import Plan
from grid_editor.reasons import short

INVALID = """
SELECT g.parent_code, 'invalid', ARRAY[g.code::text], ST_AsBinary(coalesce(location(ST_IsValidDetail(g.geom)),
       ST_StartPoint(ST_ExteriorRing(ST_GeometryN(g.geom, 1))))), 0::float
FROM grid_editor_plangrid g
WHERE g.plan_id = %s AND g.parent_code = ANY(%s) AND NOT ST_IsValid(g.geom) ORDER BY g.code
"""
BROKEN = """
SELECT v.code, d.kind, d.codes, ST_AsBinary(d.geom), ST_Area(d.geom::geography)
FROM grid_editor_planboundary v
JOIN LATERAL (
  SELECT array_agg(g.code::text ORDER BY g.code) AS codes,
         array_agg(CASE WHEN ST_IsValid(g.geom) THEN g.geom
                        ELSE canonical(ST_Multi(ST_CollectionExtract(ST_MakeValid(g.geom), 3))) END
                   ORDER BY g.code) AS geoms
  FROM grid_editor_plangrid g WHERE g.plan_id = v.plan_id AND g.parent_code = v.code) own ON true
CROSS JOIN LATERAL chain_defects(coalesce(own.codes, '{}'), coalesce(own.geoms, '{}'), v.code::text, v.geom) d
WHERE v.plan_id = %s AND v.tier = 'village' AND v.code = ANY(%s)
ORDER BY v.code, ST_Area(d.geom) DESC
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
    wanted = sorted(villages)
    found: list[Defect] = []
    with connection.cursor() as cursor:
        for query in (INVALID, BROKEN):
            cursor.execute(query, [plan.pk, wanted])
            found += [
                Defect(village, kind, tuple(codes), shapely.from_wkb(bytes(wkb)), m2)
                for village, kind, codes, wkb, m2 in cursor.fetchall()
            ]
    return found


def _divided(plan: Plan) -> set[str]:
    villages = set(plan.boundaries.filter(tier="village").values_list("code", flat=True))
    now = set(plan.grids.values_list("parent_code", flat=True).distinct())
    return {
        code for code in villages if code in now or any(base.startswith(code) for base in plan.base_versions)
    }
