"""Compound cut: a residential compound (小区) that a border between two grids divides."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from grid_editor.validations.finding import WARNING, Finding, Rule, square_metres
from grid_editor.validations.look import Look
from grid_editor.validations.pieces import cuts

QUERY = """
WITH grid AS MATERIALIZED (
  SELECT code::text, parent_code::text, geom FROM grid_editor_plangrid
  WHERE plan_id = %(plan)s AND parent_code = ANY (%(villages)s::text[]) AND ST_IsValid(geom)
), piece AS MATERIALIZED (
  SELECT l.id, g.code, g.parent_code, ST_CollectionExtract(ST_Intersection(l.geom, g.geom), 3) AS geom
  FROM grid g JOIN layers_landuse l
    ON l.kind = 'residential' AND l.geom && g.geom AND ST_Intersects(g.geom, l.geom) AND NOT ST_Covers(g.geom, l.geom)
), several AS (
  SELECT id, parent_code FROM piece WHERE NOT ST_IsEmpty(geom) GROUP BY 1, 2 HAVING count(*) > 1
), counted AS (
  SELECT p.*, ST_Area(p.geom::geography) AS m2,
         (SELECT coalesce(sum(b.households), 0) FROM layers_building b
          WHERE b.geom && p.geom AND ST_Intersects(p.geom, ST_PointOnSurface(b.geom))) AS households
  FROM piece p JOIN several USING (id, parent_code) WHERE NOT ST_IsEmpty(p.geom)
)
SELECT c.parent_code, l.name, ST_AsBinary(l.geom), array_agg(c.code ORDER BY c.code),
       array_agg(c.m2 ORDER BY c.code), array_agg(c.households::int ORDER BY c.code)
FROM counted c JOIN layers_landuse l USING (id)
GROUP BY l.id, c.parent_code ORDER BY c.parent_code, l.id
"""


class CompoundCut(Rule):
    """`codes`: the grids that hold a share of its households (of its ground, where nobody lives) that counts.

    The geometry is the compound, `m2` the smallest share's ground.
    """

    kind = "compound_cut"
    severity = WARNING

    def find(self, look: Look) -> Iterable[Finding]:
        for cut in cuts(look, QUERY):
            facts = {"name": cut.name, "households": cut.households}
            yield Finding(self, cut.village, cut.codes, cut.geom, min(cut.m2), facts=facts)

    def sentence(self, finding: Finding) -> str:
        words = {"name": finding.facts["name"] or _("A residential compound"), "codes": finding.grids}
        if sum(finding.facts["households"]):
            words["shares"] = ", ".join(map(str, finding.facts["households"]))
            return _("%(name)s is divided between grids %(codes)s: %(shares)s households.") % words
        return _("%(name)s is divided between grids %(codes)s.") % words

    def size(self, finding: Finding) -> str:
        return square_metres(finding.m2)
