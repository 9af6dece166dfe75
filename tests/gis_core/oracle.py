"""An independent judge of a coverage: exact predicates (GEOS RelateNG) and exact areas (rational numbers).

It knows nothing of boundary chains. Children tile the parent if and only if each is valid, no two interiors
meet, none reaches beyond the parent, and their areas add up to the parent's, counted without rounding.
"""

from fractions import Fraction
from itertools import combinations, pairwise

import shapely


def exact_area(geom: shapely.MultiPolygon) -> Fraction:
    """Twice the area by the shoelace formula over the ordinates as exact rationals, holes taken off."""
    return sum((_shell_less_holes(part) for part in geom.geoms), Fraction(0))


def _shell_less_holes(part: shapely.Polygon) -> Fraction:
    return abs(_twice(part.exterior)) - sum((abs(_twice(hole)) for hole in part.interiors), Fraction(0))


def _twice(ring: shapely.LinearRing) -> Fraction:
    points = [(Fraction(x), Fraction(y)) for x, y in ring.coords]
    return sum((a[0] * b[1] - b[0] * a[1] for a, b in pairwise(points)), Fraction(0))


def tiles(children: list[shapely.MultiPolygon], parent: shapely.MultiPolygon) -> bool:
    """Whether the children cover the parent completely without overlapping, judged exactly."""
    if not all(shapely.is_valid(child) for child in children):
        return False
    if any(shapely.relate_pattern(a, b, "T********") for a, b in combinations(children, 2)):
        return False
    if any(shapely.relate_pattern(child, parent, "**T******") for child in children):
        return False
    return sum(map(exact_area, children), Fraction(0)) == exact_area(parent)
