"""Code rules: digits and length, the village's code in front, the range of the kind, nothing retired or taken.

The range binds new grids only: codes that are live already never move (docs/codes.md).
"""

from collections.abc import Iterable

import shapely
from django.utils.translation import gettext as _

from gis_core import codes as code_rules
from grid_editor.draft import DraftGrid
from grid_editor.numbering import in_range
from grid_editor.validations.finding import Finding, Rule
from grid_editor.validations.look import Look


class Code(Rule):
    """`facts["why"]`: form, range or taken. The geometry is a point inside the grid."""

    kind = "code"

    def find(self, look: Look) -> Iterable[Finding]:
        for grid in look.grids:
            why = _broken(look, grid)
            if why:
                place = shapely.point_on_surface(grid.geom)
                facts = {"why": why, "code": grid.code, "new": grid.code not in look.draft.base}
                yield Finding(self, grid.parent_code, (grid.code,), place, facts=facts)

    def sentence(self, finding: Finding) -> str:
        digits = code_rules.length_of("grid")
        words = {"code": finding.facts["code"], "village": finding.village, "digits": digits}
        return {
            "form": _(
                "Code %(code)s is not the village's code %(village)s and a number, %(digits)d digits in all."
            ),
            "range": _(
                "Code %(code)s does not fit the grid's kind: 001 to 799 are general, 801 to 999 special."
            ),
            "taken": _("Code %(code)s is in use elsewhere or was retired; a code is never used again."),
        }[finding.facts["why"]] % words

    def size(self, finding: Finding) -> str:
        return ""


def _broken(look: Look, grid: DraftGrid) -> str | None:
    draft = look.draft
    try:
        code_rules.check(grid.code, "grid", grid.parent_code)
    except code_rules.CodeError:
        # In a village that the plan does not have, the place is wrong before the code is (wrong_parent).
        return "form" if grid.parent_code in draft.boundaries else None
    if grid.code in draft.base:
        return None
    if grid.code in draft.reserved:
        return "taken"
    return None if in_range(grid.code, grid.kind) else "range"
