"""A border that crosses itself becomes one that does not: crossings become corners, hairs go."""

import shapely
from django.utils.translation import gettext as _

from grid_editor.draft import Draft
from grid_editor.geometry.rings import valid_form
from grid_editor.repairs.repair import Repair
from grid_editor.validations.finding import Finding
from grid_editor.validations.look import Look


class Mend(Repair):
    kind = "invalid"
    turn = 0

    def possible(self, look: Look, finding: Finding) -> bool:
        return not valid_form(look.draft.grids[finding.codes[0]].geom).is_empty

    def title(self, finding: Finding) -> str:
        return _("Straighten the border out")

    def ground(self, finding: Finding) -> shapely.Geometry | None:
        return finding.facts["doubtful"]

    def edited(self, draft: Draft, finding: Finding) -> Draft:
        code = finding.codes[0]
        if code not in draft.grids:
            return draft
        return draft.with_grids([draft.grids[code].with_geom(valid_form(draft.grids[code].geom))])
