"""Building cut: a building that a border between two grids runs through."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from grid_editor.validations.finding import WARNING, Finding, Rule
from grid_editor.validations.look import Look
from grid_editor.validations.pieces import cuts

QUERY = """
WITH grid AS MATERIALIZED (
  SELECT code::text, parent_code::text, geom FROM grid_editor_plangrid
  WHERE plan_id = %(plan)s AND parent_code = ANY (%(villages)s::text[]) AND ST_IsValid(geom)
), met AS (  -- borders in short pieces, so that the index finds the few buildings on them
  SELECT DISTINCT b.id
  FROM grid g, ST_Subdivide(ST_Boundary(g.geom), 16) AS edge
  JOIN layers_building b ON b.geom && edge AND ST_Intersects(b.geom, edge)
), piece AS MATERIALIZED (
  SELECT b.id, g.code, g.parent_code, ST_Area(ST_Intersection(b.geom, g.geom)::geography) AS m2
  FROM met JOIN layers_building b USING (id) JOIN grid g ON b.geom && g.geom AND ST_Intersects(g.geom, b.geom)
)
SELECT p.parent_code, coalesce(nullif(b.name, ''), nullif(b.address_text, ''), b.building_no), ST_AsBinary(b.geom),
       array_agg(p.code ORDER BY p.code), array_agg(p.m2 ORDER BY p.code), array_agg(0 ORDER BY p.code)
FROM piece p JOIN layers_building b USING (id)
WHERE p.m2 > 0
GROUP BY b.id, p.parent_code HAVING count(*) > 1 ORDER BY p.parent_code, b.id
"""


class BuildingCut(Rule):
    """`codes`: the grids that hold a share of its ground that counts; the geometry is the building."""

    kind = "building_cut"
    severity = WARNING

    def find(self, look: Look) -> Iterable[Finding]:
        for cut in cuts(look, QUERY):
            facts = {"name": cut.name, "share": round(min(cut.shares()))}
            yield Finding(self, cut.village, cut.codes, cut.geom, min(cut.m2), facts=facts)

    def sentence(self, finding: Finding) -> str:
        return _(
            "The border of grids %(codes)s runs through %(name)s; %(share)d%% of it lie on one side."
        ) % {
            "codes": finding.grids,
            "name": finding.facts["name"] or _("a building"),
            "share": finding.facts["share"],
        }
