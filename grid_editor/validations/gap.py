"""Gap: ground of a village that none of its grids covers."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from grid_editor.validations.finding import Finding, Rule, square_metres
from grid_editor.validations.look import Look


class Gap(Rule):
    """`codes`: the grids along it."""

    kind = "gap"
    known_by_place = True

    def find(self, look: Look) -> Iterable[Finding]:
        for row in look.of("gap"):
            yield Finding(
                self, row.village, row.codes, row.geom, row.m2, facts={"village": look.name_of(row.village)}
            )

    def sentence(self, finding: Finding) -> str:
        return _("%(size)s of %(village)s belong to no grid.") % {
            "size": square_metres(finding.m2),
            "village": finding.facts["village"],
        }
