"""Off the street: a border between two grids that runs near a street, but beside it, for long.

Streets are what people know their grids by. A border that crosses a street is near it for a few metres only; one
that follows water, a railway or a path has its own line and is left in peace.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import Polygon
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from gis_core.crs import Plane
from gis_core.importing import chain
from gis_core.importing.noding import upward
from gis_core.models import CANONICAL_SRID
from grid_editor.validations.finding import WARNING, Finding, Rule, metres
from grid_editor.validations.limits import Limits
from grid_editor.validations.look import Look
from layers.models import Road, Water

STEP = 5.0
"""Metres between the places along a border where the distance is measured."""
CROSSING = 4.0
"""A stretch on a street, this many times `street_off` long at most, is where the border crosses it."""
NO_STREETS = ("path", "railway")


class OffStreet(Rule):
    """The geometry is the stretch of border, `metres` its length."""

    kind = "off_street"
    severity = WARNING

    def find(self, look: Look) -> Iterable[Finding]:
        pairs, lines = _borders(look)
        if not len(lines):
            return
        south, north = shapely.total_bounds(lines)[1::2]
        plane = Plane((south + north) / 2)
        flat = plane.metres(lines)
        for i, stretch in _stretches(flat, _streets(look, plane), _natural(look, plane), look.limits):
            codes = tuple(sorted(look.grids[g].code for g in pairs[i]))
            village = look.grids[pairs[i][0]].parent_code
            geom = plane.degrees(stretch)
            yield Finding(self, village, codes, geom, metres=float(stretch.length))

    def sentence(self, finding: Finding) -> str:
        return _("The border of grids %(codes)s runs beside the street for %(metres)s, not along it.") % {
            "codes": finding.grids,
            "metres": metres(finding.metres),
        }

    def size(self, finding: Finding) -> str:
        return metres(finding.metres)


def _borders(look: Look) -> tuple[list[tuple[int, int]], np.ndarray]:
    """Lines (n,) in degrees between two grids of one village, and the pair of each, as indices of look.grids."""
    valid = np.flatnonzero(shapely.is_valid(look.geoms))
    own = chain.segments(look.geoms[valid])
    if not len(own):
        return [], np.empty(0, dtype=object)
    lines = upward(own.ends)[0]
    key, _direction = chain.keys(own.ends)
    order = np.argsort(key, kind="stable")
    same = np.flatnonzero(key[order][1:] == key[order][:-1])
    found: dict[tuple[int, int], list[int]] = {}
    for at in same.tolist():
        one, other = sorted((int(valid[own.owner[order[at]]]), int(valid[own.owner[order[at + 1]]])))
        if look.grids[one].parent_code == look.grids[other].parent_code:
            found.setdefault((one, other), []).append(int(order[at]))
    pairs, merged = [], []
    for pair, segments in found.items():
        parts = shapely.get_parts(
            shapely.line_merge(shapely.multilinestrings(lines[segments].reshape(-1, 2, 2)))
        )
        pairs += [pair] * len(parts)
        merged += list(parts)
    return pairs, np.array(merged, dtype=object)


def _streets(look: Look, plane: Plane) -> np.ndarray:
    return _segments(_near(look, Road.objects.exclude(road_class__in=NO_STREETS)), plane)


def _natural(look: Look, plane: Plane) -> np.ndarray:
    banks = shapely.boundary(_near(look, Water.objects.all()))
    other = _near(look, Road.objects.filter(road_class__in=NO_STREETS))
    return _segments(np.concatenate([banks, other]), plane)


def _near(look: Look, rows: QuerySet) -> np.ndarray:
    box = Polygon.from_bbox(tuple(shapely.total_bounds(look.geoms) + np.array([-1, -1, 1, 1]) * 1e-3))
    box.srid = CANONICAL_SRID
    found = rows.filter(geom__bboverlaps=box).annotate(wkb=AsWKB("geom")).values_list("wkb", flat=True)
    return np.array([shapely.from_wkb(bytes(wkb)) for wkb in found], dtype=object)


def _segments(lines: np.ndarray, plane: Plane) -> np.ndarray:
    """Every line as its single segments, in metres: the nearest of short ones is found faster."""
    points, line = shapely.get_coordinates(shapely.get_parts(shapely.get_parts(lines)), return_index=True)
    pairs = np.hstack([points[:-1], points[1:]])[line[:-1] == line[1:]] if len(points) else np.empty((0, 4))
    return plane.metres(shapely.linestrings(pairs.reshape(-1, 2, 2)))


def _stretches(
    borders: np.ndarray, streets: np.ndarray, natural: np.ndarray, limits: Limits
) -> Iterator[tuple[int, shapely.Geometry]]:
    """(index of the border, stretch in metres) wherever it is beside a street for long enough."""
    lengths = shapely.length(borders)
    counts = np.floor(lengths / STEP).astype(int) + 1
    line = np.repeat(np.arange(len(borders)), counts)
    along = np.concatenate([np.arange(count) * STEP for count in counts])
    places = shapely.line_interpolate_point(borders[line], along)
    off = _distance(places, streets, limits.street_near)
    beside = (off > limits.street_off) & (off <= limits.street_near)
    beside[beside] = _distance(places[beside], natural, limits.street_near) > limits.street_off
    for start, end in _runs(beside, off <= limits.street_off, line, limits.street_off):
        if along[end - 1] - along[start] >= limits.street_long:
            border = borders[line[start]]
            yield int(line[start]), shapely.ops.substring(border, along[start], along[end - 1])


def _runs(
    beside: NDArray[np.bool_], on: NDArray[np.bool_], line: NDArray[np.int64], off: float
) -> Iterator[tuple[int, int]]:
    """[start, end) of places beside a street, one border at a time; where a street is crossed they go on."""
    breaks = np.diff(np.r_[False, beside, False].astype(int)) != 0
    breaks |= np.r_[True, line[1:] != line[:-1], True]
    edges = np.flatnonzero(breaks)
    begun: tuple[int, int] | None = None
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if begun and line[start] != line[begun[0]]:
            yield begun
            begun = None
        crossing = bool(on[start:end].all()) and (end - start) * STEP <= CROSSING * off
        if beside[start]:
            begun = (begun[0] if begun else start, end)
        elif begun and not crossing:
            yield begun
            begun = None
    if begun:
        yield begun


def _distance(places: np.ndarray, lines: np.ndarray, most: float) -> NDArray[np.float64]:
    """Metres from each place (n,) to the nearest line; infinite beyond `most`."""
    found = np.full(len(places), np.inf)
    if len(lines) and len(places):
        hits, metres_off = shapely.STRtree(lines).query_nearest(
            places, max_distance=most, return_distance=True, all_matches=False
        )
        found[hits[0]] = metres_off
    return found
