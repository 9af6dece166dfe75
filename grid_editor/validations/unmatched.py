"""Unmatched: a border with a vertex that one side has and the other lacks. No ground is lost by it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from grid_editor.validations.finding import Finding, Rule, metres
from grid_editor.validations.look import Look, length_m


class Unmatched(Rule):
    """`codes`: the grids on both sides (one, where the other side is the village's own border). The geometry is
    the stretch, a line."""

    kind = "unmatched"

    def find(self, look: Look) -> Iterable[Finding]:
        for row in look.of("unmatched"):
            grids = tuple(code for code in row.codes if code != row.village)
            facts = {"village": look.name_of(row.village)}
            yield Finding(self, row.village, grids, row.geom, metres=length_m(row.geom), facts=facts)

    def sentence(self, finding: Finding) -> str:
        words = {"codes": finding.grids, "village": finding.facts["village"]}
        if len(finding.codes) < 2:
            return _("Grid %(codes)s and %(village)s have different corners on their common border.") % words
        return _("Grids %(codes)s have different corners on their common border.") % words

    def size(self, finding: Finding) -> str:
        return metres(finding.metres)
