"""Which repair there is for a finding, and whether it is safe.

**Safe** is a repair of an error that (1) moves less than `safe_m2` square metres from hand to hand, (2) on ground on
which no building has its inner point, so that no building comes to another grid, and (3) is tame: it takes no grid
away and leaves the code and the village of every live grid alone. Ground that had no owner, or several, moves too.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from django.db import connection

from grid_editor.geometry.arrangement import area_m2
from grid_editor.repairs import REPAIRS
from grid_editor.validations.finding import ERROR, Finding
from grid_editor.validations.look import Look

INHABITED = """
SELECT DISTINCT piece.n - 1
FROM unnest(%s::bytea[]) WITH ORDINALITY AS piece(wkb, n)
CROSS JOIN LATERAL (SELECT ST_GeomFromWKB(piece.wkb, 4490) AS geom) g
JOIN layers_building b ON b.geom && g.geom
WHERE ST_Intersects(g.geom, ST_PointOnSurface(b.geom))
"""


@dataclass(frozen=True)
class Offer:
    """A repair that there is; `title` in the reader's language."""

    title: str
    safe: bool


def offers(look: Look, findings: Iterable[Finding]) -> dict[str, Offer]:
    """The repairs by the findings' ids; those without one are left out. One query, however many findings."""
    found = [one for one in findings if one.kind in REPAIRS and REPAIRS[one.kind].possible(look, one)]
    light = [one for one in found if one.rule.severity == ERROR and _light(look, one)]
    heavy = _inhabited(light)
    safe = {one.id for one in light if one.id not in heavy}
    return {one.id: Offer(REPAIRS[one.kind].title(one), one.id in safe) for one in found}


def _light(look: Look, finding: Finding) -> bool:
    repair = REPAIRS[finding.kind]
    ground = repair.ground(finding)
    m2 = 0.0 if ground is None or ground.is_empty else area_m2(ground)
    return m2 < look.limits.safe_m2 and repair.tame(look, finding)


def _inhabited(findings: list[Finding]) -> set[str]:
    """The ids of those on whose moving ground a building has its inner point."""
    grounds = [(one.id, REPAIRS[one.kind].ground(one)) for one in findings]
    real = [(key, ground) for key, ground in grounds if ground is not None and not ground.is_empty]
    if not real:
        return set()
    array = np.empty(len(real), dtype=object)
    array[:] = [ground for _key, ground in real]
    with connection.cursor() as cursor:
        cursor.execute(INHABITED, [list(shapely.to_wkb(array))])
        return {real[n][0] for (n,) in cursor.fetchall()}
