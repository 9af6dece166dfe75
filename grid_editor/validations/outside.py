"""Outside: ground of grids beyond their village. A grid that lies mostly in another village is `wrong_parent`."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from grid_editor.validations.finding import Finding, Rule, square_metres
from grid_editor.validations.look import Look
from grid_editor.validations.wrong_parent import misplaced


class Outside(Rule):
    """`codes`: the grids that reach out there."""

    kind = "outside"

    def find(self, look: Look) -> Iterable[Finding]:
        elsewhere = {place.grid.code for place in misplaced(look)}
        for row in look.of("outside"):
            if not elsewhere.intersection(row.codes):
                yield Finding(
                    self,
                    row.village,
                    row.codes,
                    row.geom,
                    row.m2,
                    facts={"village": look.name_of(row.village)},
                )

    def sentence(self, finding: Finding) -> str:
        return _("Grid %(codes)s reaches beyond %(village)s by %(size)s.") % {
            "codes": finding.grids,
            "village": finding.facts["village"],
            "size": square_metres(finding.m2),
        }
