"""Pieces beside a grid's largest one go to the neighbours with the longest border along them."""

import shapely
from django.utils.translation import gettext as _

from grid_editor.draft import Draft
from grid_editor.repairs.moving import Move, beside
from grid_editor.repairs.repair import Repair
from grid_editor.validations.finding import Finding
from grid_editor.validations.look import Look


class GivePieces(Repair):
    kind = "multipart"

    def possible(self, look: Look, finding: Finding) -> bool:
        return all(
            beside(look.draft, finding.village, piece, finding.codes)
            for piece in shapely.get_parts(finding.geom)
        )

    def title(self, finding: Finding) -> str:
        return _("Give the smaller pieces to their neighbours")

    def moves(self, draft: Draft, finding: Finding) -> list[Move]:
        pieces = shapely.get_parts(finding.geom)
        takers = [beside(draft, finding.village, piece, finding.codes) for piece in pieces]
        return [
            Move(piece, to=taker, away=finding.codes)
            for piece, taker in zip(pieces, takers, strict=True)
            if taker
        ]
