"""Code rules: digits and length, the village's code in front, the range of the kind, nothing retired or taken.

The range binds new grids only: codes that are live already never move (docs/codes.md). A code that others made live
since the plan began is no defect of the plan: it is a conflict, which a rebase settles.
"""

from collections.abc import Iterable

import shapely
from django.utils.translation import gettext as _

from gis_core import codes as code_rules
from gis_core.models import Area
from grid_editor.draft import DraftGrid
from grid_editor.numbering import in_range
from grid_editor.validations.finding import Finding, Rule
from grid_editor.validations.look import Look


class Code(Rule):
    """`facts["why"]`: form, range or taken. The geometry is a point inside the grid."""

    kind = "code"

    def find(self, look: Look) -> Iterable[Finding]:
        taken = _taken(look)
        for grid in look.grids:
            why = _broken(look, grid, taken)
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


def _taken(look: Look) -> set[str]:
    """The codes of new grids that were in use when the plan began, or before."""
    draft = look.draft
    met = {grid.code for grid in look.grids if grid.code in draft.reserved - draft.base}
    if not met:
        return set()
    ever = Area.objects.filter(code__in=met, valid_from__lte=look.plan.base_at)
    return set(ever.values_list("code", flat=True))


def _broken(look: Look, grid: DraftGrid, taken: set[str]) -> str | None:
    draft = look.draft
    try:
        code_rules.check(grid.code, "grid", grid.parent_code)
    except code_rules.CodeError:
        # In a village that the plan does not have, the place is wrong before the code is (wrong_parent).
        return "form" if grid.parent_code in draft.boundaries else None
    if grid.code in draft.base:
        return None
    if grid.code in taken:
        return "taken"
    return None if in_range(grid.code, grid.kind) else "range"
