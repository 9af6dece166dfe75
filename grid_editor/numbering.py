"""Codes of new grids: the next free number of the village, never one that was ever used.

The first numbering of a village goes west to east, then north to south, by the rule of
`gis_core.importing.coding`; later grids take the next free number, and nobody else's code moves.
"""

from collections.abc import Iterable

import numpy as np
import shapely

from gis_core import codes
from gis_core.importing.coding import west_to_east
from grid_editor.draft import Draft

SPECIAL_FROM = 801
"""Special grids (专属网格) count from here where the code leaves three digits for the sequence."""
GENERAL_TO = 799
"""General grids (综合网格) count up to here."""


def next_free(draft: Draft, village: str, kind: str = "general", taken: Iterable[str] = ()) -> str:
    """The lowest free code of the village for a grid of this kind; `taken` are promised already.

    Raises gis_core.codes.CodeError when the village has no number left.
    """
    used = draft.reserved | draft.grids.keys() | set(taken)
    digits = codes.length_of("grid") - codes.length_of("village")
    number = SPECIAL_FROM if kind == "special" and digits >= 3 else 1
    while (code := codes.sequence(village, "grid", number)) in used:
        number += 1
    return code


def first_numbers(village: str, geoms: list[shapely.Geometry], start: int = 1) -> list[str]:
    """Codes 001, 002, ... (from `start`) of a village's grids, in the order of the geometries given."""
    given = [""] * len(geoms)
    for number, index in enumerate(west_to_east(np.array(geoms, dtype=object)), start):
        given[index] = codes.sequence(village, "grid", number)
    return given


def in_range(code: str, kind: str) -> bool:
    """Whether the number fits the kind: 001-799 general, 801-999 special, where there are three digits for it."""
    digits = codes.length_of("grid") - codes.length_of("village")
    number = int(code[-digits:])
    if digits < 3:
        return number > 0
    return number >= SPECIAL_FROM if kind == "special" else 0 < number <= GENERAL_TO
