"""What every repair is: something that a person may accept for a finding, in words, and the draft after it.

A repair never decides by itself whether it is safe: `offers.py` asks what ground it moves and what else it changes.
"""

from typing import ClassVar

import shapely

from grid_editor.draft import Draft
from grid_editor.repairs.moving import Move
from grid_editor.validations.finding import Finding
from grid_editor.validations.look import Look


class Repair:
    """Mends the findings of one rule. `turn`: repairs of one kind go one after the other by it, for a later one
    needs what an earlier one leaves (rings first, codes last)."""

    kind: ClassVar[str]
    turn: ClassVar[int] = 1

    def possible(self, look: Look, finding: Finding) -> bool:
        """Whether there is anything that it could do here."""
        return True

    def tame(self, look: Look, finding: Finding) -> bool:
        """Whether it takes no grid away and leaves the codes of live grids alone."""
        return True

    def title(self, finding: Finding) -> str:
        """What it would do, on the button, in the reader's language."""
        raise NotImplementedError

    def ground(self, finding: Finding) -> shapely.Geometry | None:
        """The ground that changes hands, EPSG:4490; None where none does."""
        return finding.geom

    def moves(self, draft: Draft, finding: Finding) -> list[Move]:
        """What changes hands; repairs that move no ground have `edited` instead."""
        return []

    def all_moves(self, draft: Draft, findings: list[Finding]) -> list[Move]:
        """The moves of all its findings; a repair that reads the draft once for all of them has its own."""
        return [move for one in findings for move in self.moves(draft, one)]

    def edited(self, draft: Draft, finding: Finding) -> Draft:
        """The draft after it, for repairs that do not move pieces."""
        return draft
