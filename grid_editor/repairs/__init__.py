"""Repairs at a glance: what can be done about a finding, one a file. What they give is one command of the plan.

`offers.py` says which are safe, `applying.py` makes the draft after them, `service.py` stores it.
"""

from grid_editor.repairs.code import Number
from grid_editor.repairs.gap import FillGap
from grid_editor.repairs.invalid import Mend
from grid_editor.repairs.multipart import GivePieces
from grid_editor.repairs.outside import Clip
from grid_editor.repairs.overlap import GiveOverlap
from grid_editor.repairs.repair import Repair
from grid_editor.repairs.sliver import Dissolve
from grid_editor.repairs.unmatched import Node
from grid_editor.repairs.wrong_parent import Adopt

REPAIRS: dict[str, Repair] = {
    repair.kind: repair
    for repair in (
        Mend(),  # invalid: rings made valid
        FillGap(),  # to the neighbour with the longest border
        GiveOverlap(),  # stays with one of them
        Clip(),  # outside: cut off at the village's border
        Node(),  # unmatched: the missing corners put in
        GivePieces(),  # multipart: the smaller pieces to neighbours
        Dissolve(),  # sliver: the grid goes, its ground to a neighbour
        Adopt(),  # wrong_parent: becomes the other village's
        Number(),  # code: the next free number
    )
}
"""By the kind of finding that they mend; load, cuts and streets are for people to judge."""

__all__ = ["REPAIRS", "Repair"]
