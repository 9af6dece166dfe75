"""Prove that --repair ends in an exact coverage or in a clear refusal, and that it says what it changed."""

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from gis_core.crs import canonical
from gis_core.importing import ImportRefused, chain
from gis_core.importing.options import Options
from gis_core.importing.settling import Group, settled
from gis_core.models import Area
from tests.gis_core.importing.conftest import (
    SIDE,
    VILLAGE,
    Write,
    code_of,
    defects_in_database,
    imported,
    refusal,
    row_of,
    shape,
    square,
)

METRE = 1 / 111_195
RING = [square(0, 0, 3), square(0, 1), square(2, 1), square(0, 2, 3)]
"""Four grids around an empty block of a square kilometre."""


def moved(polygon: shapely.Geometry, east: float, north: float = 0.0) -> shapely.Geometry:
    """The polygon shifted by metres."""
    return shapely.transform(polygon, lambda points: np.add(points, (east * METRE / 0.82, north * METRE)))


@pytest.mark.django_db
def test_a_shifted_neighbour_is_drawn_back(geojson: Write) -> None:
    dirty = geojson([square(0, 0), moved(square(1, 0), 0.4), square(2, 0)])
    assert "--repair" in refusal(dirty).message
    report = imported(dirty, repair=True, snap=1.0)
    assert report.counts["changed"] >= 1
    assert 0 < report.largest_change.change_percent < 0.1
    assert report.parents[0].repaired
    assert defects_in_database() == []


@pytest.mark.django_db
def test_attributes_and_rows_stay_together_through_a_repair(geojson: Write) -> None:
    imported(geojson([moved(p, 0.1 * n) for n, p in enumerate(row_of(4))]), repair=True, snap=1.0)
    for number in range(1, 5):
        area = Area.objects.live().get(code=code_of(number))
        assert area.attributes["name"] == f"网格{number}"
        assert area.geom.contains(area.geom.point_on_surface)
        assert abs(area.geom.centroid.x - (114.3 + (number - 0.5) * SIDE)) < 10 * METRE


@pytest.mark.django_db
def test_a_change_beyond_the_limit_stops_the_repair_with_the_list(geojson: Write) -> None:
    error = refusal(geojson([square(0, 0, 1.2), square(1, 0)]), repair=True, max_change=1.0)
    assert error.details["changes"][0]["change_percent"] > 1
    imported(geojson([square(0, 0, 1.2), square(1, 0)]), repair=True, max_change=30)
    assert defects_in_database() == []


@pytest.mark.django_db
def test_a_crossed_ring_is_mended(geojson: Write) -> None:
    spike = [(114.3, 34.8), (114.31, 34.8), (114.31, 34.81), (114.300001, 34.81), (114.29999, 34.809999)]
    crossed = shapely.Polygon([*spike, (114.30001, 34.81), (114.3, 34.81)])
    assert not crossed.is_valid
    imported(geojson([crossed, square(1, 0)]), repair=True, snap=0.5, max_change=5)
    assert defects_in_database() == []


@pytest.mark.django_db
def test_a_real_hole_is_refused_unless_forced_or_narrow(geojson: Write) -> None:
    assert refusal(geojson(RING)).details["defects"][0]["kind"] == "gap"
    assert "--force-holes" in refusal(geojson(RING), repair=True).message
    report = imported(geojson(RING), force_holes=True)
    assert len(report.parents[0].holes) == 1
    assert shapely.get_num_interior_rings(shapely.get_parts(shape(VILLAGE))[0]) == 1
    assert report.counts["imported"] == 4
    assert defects_in_database() == []


@pytest.mark.django_db
def test_a_hole_within_max_gap_is_filled(geojson: Write) -> None:
    report = imported(geojson(RING), repair=True, max_gap=1000, max_change=100)
    assert report.counts["changed"] == 1
    assert shapely.get_num_interior_rings(shapely.get_parts(shape(VILLAGE))[0]) == 0


@pytest.mark.django_db
def test_a_row_that_the_repair_would_swallow_is_refused_by_its_code(geojson: Write) -> None:
    error = refusal(geojson([square(0, 0, 2), square(0.2, 0.2, 0.5, 0.5)]), repair=True, max_change=100)
    assert error.message


@pytest.mark.django_db
def test_a_row_cut_in_two_is_reported_as_split(geojson: Write) -> None:
    """A wedge lies across a grid; the wedge has the longer border with the overlap, so the grid falls apart."""
    across = square(-1, 0.45, 3, 0.1)
    report = imported(geojson([square(0, 0), across]), repair=True, max_change=100)
    assert sum(report.counts.values()) == 2
    assert defects_in_database() == []
    row = report.rows[0]
    assert (row.outcome == "split") == (row.parts_after > row.parts_before)


# ---- a property, without the database -------------------------------------------------------------------------


def tessellation(columns: int, rows: int) -> list[shapely.Geometry]:
    return [square(column, row) for column in range(columns) for row in range(rows)]


def damaged(polygons: list[shapely.Geometry], seed: int, metres: float, hits: int) -> list[shapely.Geometry]:
    """Some of the polygons have some of their points moved, each on its own, by up to `metres`."""
    random = np.random.default_rng(seed)

    def shaken(points: np.ndarray) -> np.ndarray:
        some = random.random(len(points)) < 0.6
        offset = random.uniform(-metres, metres, points.shape) * METRE * some[:, None]
        offset[-1] = offset[0]
        return np.asarray(points + offset)

    hit = set(random.integers(len(polygons), size=hits).tolist())
    return [shapely.transform(one, shaken) if index in hit else one for index, one in enumerate(polygons)]


@given(
    shape=st.tuples(st.integers(1, 4), st.integers(2, 4)),
    seed=st.integers(0, 10**6),
    metres=st.sampled_from([0.001, 0.01, 0.3, 3.0, 40.0]),
    hits=st.integers(1, 6),
    framed=st.booleans(),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_damaged_ends_exact_or_refused(
    shape: tuple[int, int], seed: int, metres: float, hits: int, framed: bool
) -> None:
    whole = tessellation(*shape)
    polygons = damaged(whole, seed, metres, hits)
    frame = chain.as_multi(canonical(chain.union(np.array(whole)))) if framed else None
    codes = [code_of(n + 1) for n in range(len(polygons))]
    options = Options(path="unused", tier="grid", assign_codes=True, repair=True, snap=1.0, max_gap=2.0)
    group = Group(codes, np.array(polygons), frame, holes_stay=False)
    if metres > 0.3:
        try:
            done = settled(group, options)
        except ImportRefused as refused:
            event(f"refused: {sorted(refused.details)}")
            return
    else:
        done = settled(group, options)
    assert chain.tiles(done.polygons, done.ground)
    assert shapely.is_valid(done.polygons).all()
    assert (
        canonical(shapely.get_coordinates(done.polygons)).tobytes()
        == shapely.get_coordinates(done.polygons).tobytes()
    )
    if frame is not None:
        assert done.ground.equals(frame) or done.ground.symmetric_difference(frame).area < 1e-12
