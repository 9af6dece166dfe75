"""Prove that snap rounding leaves no two segments crossing, and bends nothing by more than half a unit a side."""

from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_core.importing.noding import upward
from grid_editor.geometry.rounding import degrees, units, woven

near = st.integers(0, 40)
segment = st.tuples(near, near, near, near).filter(lambda s: s[:2] != s[2:])


def led(net: np.ndarray, splices: dict) -> list[np.ndarray]:
    """Every net segment as the line it becomes, in units."""
    lines = []
    for ends in upward(net)[0]:
        inner = splices.get(ends.tobytes(), np.empty((0, 2)))
        lines.append(units(np.vstack([ends[:2], inner, ends[2:]])))
    return lines


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(segment, max_size=6, unique=True),
    st.lists(st.tuples(near, near), min_size=2, max_size=4, unique=True),
)
def test_afterwards_segments_meet_in_vertices_only(net, line):
    net_ends = degrees(np.array(net, dtype=np.int64).reshape(-1, 4))
    # segments of a net never cross each other: keep those that do not
    kept: list[np.ndarray] = []
    for ends in net_ends:
        here = shapely.LineString(units(ends.reshape(2, 2)))
        others = [shapely.LineString(units(k.reshape(2, 2))) for k in kept]
        if all(
            not here.crosses(o)
            and not here.overlaps(o)
            and (
                not here.intersects(o)
                or (
                    here.touches(o)
                    and here.boundary.intersects(o.boundary)
                    and here.intersection(o).geom_type == "Point"
                    and here.boundary.contains(here.intersection(o))
                    and o.boundary.contains(here.intersection(o))
                )
            )
            for o in others
        ):
            kept.append(ends)
    way = woven(np.array(kept).reshape(-1, 4), [degrees(np.array(line, dtype=np.int64))])
    lines = led(np.array(kept).reshape(-1, 4), way.splices) + [units(r) for r in way.lines]
    pieces = {
        tuple(sorted((tuple(a), tuple(b))))
        for one in lines
        for a, b in zip(one[:-1].tolist(), one[1:].tolist(), strict=True)
    }
    for a, b in combinations([shapely.LineString(p) for p in pieces if p[0] != p[1]], 2):
        shared = a.intersection(b)
        assert shared.is_empty or (
            shared.geom_type == "Point" and a.boundary.contains(shared) and b.boundary.contains(shared)
        )


def test_a_line_that_ends_on_a_border_puts_its_vertex_there():
    net = degrees(np.array([[0, 0, 1000, 333]]))
    end = [500, 167]  # the true point is (500, 166.5)
    way = woven(net, [degrees(np.array([[500, 900], end]))])
    assert units(next(iter(way.splices.values()))).tolist() == [end]


def test_a_line_beside_a_border_leaves_it_alone():
    way = woven(degrees(np.array([[0, 0, 1000, 0]])), [degrees(np.array([[500, 900], [500, 2]]))])
    assert way.splices == {}


@pytest.mark.parametrize("lines", [[], [np.array([[114.3, 34.8], [114.4, 34.8]])]])
def test_an_empty_net_or_no_line_is_no_failure(lines):
    assert woven(np.empty((0, 4)), lines).splices == {}
