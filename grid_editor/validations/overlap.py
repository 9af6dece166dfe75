"""Overlap: ground that several grids of a village cover."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from grid_editor.validations.finding import Finding, Rule, square_metres
from grid_editor.validations.look import Look


class Overlap(Rule):
    """`codes`: the grids that cover it."""

    kind = "overlap"

    def find(self, look: Look) -> Iterable[Finding]:
        for row in look.of("overlap"):
            yield Finding(self, row.village, row.codes, row.geom, row.m2)

    def sentence(self, finding: Finding) -> str:
        return _("Grids %(codes)s lie over each other on %(size)s.") % {
            "codes": finding.grids,
            "size": square_metres(finding.m2),
        }
