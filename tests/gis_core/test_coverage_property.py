"""Prove that the database's verdict on a coverage is the true one, on random tessellations and random damage."""

import numpy as np
import pytest
import shapely
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.gis_core.oracle import tiles
from tests.shapes import COUNTY, ORIGIN, insert

pytestmark = pytest.mark.django_db

Shapes = list[shapely.MultiPolygon]
STEP = 100_000  # units of the 8th decimal between lattice points (about 100 m)


def tessellation(seed: int, size: int, groups: int) -> Shapes:
    """A jittered board of size x size cells with bent edges, its cells merged at random into `groups` areas.

    Areas may be ragged, have holes filled by others, or several parts. Vertices are shared by construction.
    """
    rng = np.random.default_rng(seed)
    nodes: dict[tuple[int, int], tuple[int, int]] = {}
    for i in range(2 * size + 1):
        for j in range(2 * size + 1):
            inner = 0 < i < 2 * size and 0 < j < 2 * size
            jitter = rng.integers(-STEP // 5, STEP // 5, 2) if inner else (0, 0)
            nodes[i, j] = (i * STEP // 2 + int(jitter[0]), j * STEP // 2 + int(jitter[1]))
    cells = [_cell(nodes, i, j) for i in range(size) for j in range(size)]
    member = rng.integers(0, groups, len(cells))
    return [
        _multi(shapely.coverage_union_all([c for c, m in zip(cells, member, strict=True) if m == group]))
        for group in sorted(set(member))
    ]


def _cell(nodes: dict[tuple[int, int], tuple[int, int]], i: int, j: int) -> shapely.Polygon:
    a, b = 2 * i, 2 * j
    around = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1)]
    return shapely.Polygon([_degrees(*nodes[a + x, b + y]) for x, y in around])


def _degrees(x: int, y: int) -> tuple[float, float]:
    return (round(ORIGIN[0] * 1e8) + x) / 1e8, (round(ORIGIN[1] * 1e8) + y) / 1e8


def _multi(geom: shapely.Geometry) -> shapely.MultiPolygon:
    return geom if geom.geom_type == "MultiPolygon" else shapely.MultiPolygon([geom])


def _move_vertex(shapes: Shapes, who: int, which: int, shift: tuple[int, int], everywhere: bool) -> Shapes:
    """Move one vertex of one area, or of every area that has it (which may be a perfectly good edit)."""
    coords = shapely.get_coordinates(shapes[who])
    target = coords[which % len(coords)]
    moved = (np.round(target * 1e8) + shift) / 1e8

    def move(points: np.ndarray) -> np.ndarray:
        return np.where((points == target).all(axis=1, keepdims=True), moved, points)

    return [shapely.transform(s, move) if everywhere or n == who else s for n, s in enumerate(shapes)]


def _drop_vertex(shapes: Shapes, who: int, which: int) -> Shapes:
    """Leave a vertex out of one area's first shell."""
    parts = list(shapes[who].geoms)
    ring = list(parts[0].exterior.coords)[:-1]
    del ring[which % len(ring)]
    parts[0] = shapely.Polygon(ring, parts[0].interiors)
    return [shapely.MultiPolygon(parts) if n == who else s for n, s in enumerate(shapes)]


units = st.one_of(st.integers(-3, 3), st.integers(-STEP, STEP))
damages = st.one_of(
    st.just(("none",)),
    st.tuples(
        st.just("move"), st.integers(0, 99), st.integers(0, 999), st.tuples(units, units), st.booleans()
    ),
    st.tuples(st.just("drop vertex"), st.integers(0, 99), st.integers(0, 999)),
    st.tuples(st.just("drop area"), st.integers(0, 99)),
    st.tuples(st.just("double"), st.integers(0, 99), st.integers(0, 99)),
)


def damaged(shapes: Shapes, damage: tuple) -> Shapes:
    match damage:
        case ("move", who, which, shift, everywhere):
            return _move_vertex(shapes, who % len(shapes), which, shift, everywhere)
        case ("drop vertex", who, which):
            return _drop_vertex(shapes, who % len(shapes), which)
        case ("drop area", who):
            return [s for n, s in enumerate(shapes) if n != who % len(shapes)]
        case ("double", who, other):
            return [
                shapes[who % len(shapes)] if n == other % len(shapes) else s for n, s in enumerate(shapes)
            ]
    return shapes


def verdict(children: Shapes, parent: shapely.MultiPolygon) -> tuple[bool, set[str]]:
    """What the tables say when all constraints are checked, and the kinds that the report gives."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        insert(COUNTY, "county", None, parent)
        for number, child in enumerate(children, 1):
            insert(f"{COUNTY}{number:03d}", "town", COUNTY, child)
        cursor.execute("SELECT kind FROM coverage_defects(%s)", [COUNTY])
        kinds = {kind for (kind,) in cursor.fetchall()}
        try:
            with transaction.atomic():
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            accepted = True
        except IntegrityError:
            accepted = False
        transaction.set_rollback(True)
    return accepted, kinds


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), size=st.integers(2, 4), groups=st.integers(2, 6), damage=damages)
def test_the_verdict_is_the_oracles(seed, size, groups, damage):
    whole = tessellation(seed, size, groups)
    parent = _multi(shapely.coverage_union_all(whole))
    children = damaged(whole, damage)
    assume(len(children) > 0)
    assume(all(shapely.is_valid(child) and not child.is_empty for child in children))
    accepted, kinds = verdict(children, parent)
    assert accepted == (not kinds), "reporting and refusing are one rule"
    truth = tiles(children, parent)
    if accepted:
        assert truth
    elif kinds == {"unmatched"}:
        # A vertex is missing: what is lost is nothing, or less than half a unit of the 8th decimal is wide.
        assert damage[0] in ("drop vertex", "move")
    else:
        assert not truth


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), which=st.integers(0, 999), unit=st.sampled_from([(1, 0), (0, -1), (1, 1)]))
def test_one_unit_of_the_8th_decimal_is_never_overlooked(seed, which, unit):
    whole = tessellation(seed, 3, 4)
    parent = _multi(shapely.coverage_union_all(whole))
    children = _move_vertex(whole, 0, which, unit, everywhere=False)
    assume(all(shapely.is_valid(child) for child in children))
    accepted, _ = verdict(children, parent)
    assert not accepted
