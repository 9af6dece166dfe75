"""Give grids that come from elsewhere (live, a past day) and the borders around them one set of vertices."""

from collections.abc import Iterable

import numpy as np

from gis_core.crs import UNIT
from gis_core.importing import chain, noding
from grid_editor.draft import Draft


def matched(draft: Draft, villages: Iterable[str]) -> Draft:
    """The draft with the vertices put in that one side of a border has and the other lacks. Nothing moves, so real
    gaps and overlaps stay, and are listed as defects."""
    loose = [np.empty((0, 4))]
    for village in villages:
        border = draft.boundaries.get(village)
        own = np.array([grid.geom for grid in draft.of_village(village)], dtype=object)
        if border is not None and len(own):
            loose.append(chain.unbalanced(own, border.geom).ends)
    ends = np.vstack(loose)
    if not len(ends):
        return draft
    return draft.spliced(noding.found(ends, np.unique(ends.reshape(-1, 2), axis=0), noding.WITHIN * UNIT))
