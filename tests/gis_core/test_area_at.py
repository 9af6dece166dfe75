"""Prove that every point of the district lies in exactly one grid, and always the same one."""

import numpy as np
import pytest
import shapely
from django.db import connection

from tests.shapes import board, grid_code, place, village_of

pytestmark = pytest.mark.django_db


def at(points: list[tuple[float, float]]) -> list[str | None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT area_at(ST_SetSRID(ST_MakePoint(x, y), 4490))"
            " FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS p(x, y, n) ORDER BY n",
            [[x for x, _ in points], [y for _, y in points]],
        )
        return [code for (code,) in cursor.fetchall()]


def test_a_corner_of_four_grids_belongs_to_the_lowest_code():
    village_of(board(2, 2))
    assert at([place(1, 1)]) == [grid_code(1)]
    assert at([place(1, 1.5)]) == [grid_code(3)]
    assert at([place(1.5, 1.5), place(2, 2), place(2.5, 1)]) == [grid_code(4), grid_code(4), None]


def test_random_points_agree_with_shapely():
    grids = board(5, 4)
    codes = village_of(grids)
    rng = np.random.default_rng(7)
    low, high = place(-0.2, -0.2), place(5.2, 4.2)
    points = rng.uniform(low, high, (2000, 2))
    tree = shapely.STRtree(grids)
    who, which = tree.query(shapely.points(points), predicate="intersects")
    expected: list[str | None] = [None] * len(points)
    for point, grid in zip(who, which, strict=True):
        expected[point] = min(expected[point] or codes[grid], codes[grid])
    assert at([tuple(p) for p in points]) == expected


def test_points_as_near_to_an_oblique_border_as_doubles_allow_have_a_grid():
    oblique = [shapely.affinity.rotate(g, 31, origin=place(0, 0)) for g in board(2, 1)]
    rounded = [shapely.transform(g, lambda c: np.round(c * 1e8) / 1e8) for g in oblique]
    village_of(rounded)
    border = shapely.intersection(*rounded)
    line = shapely.line_interpolate_point(border, np.linspace(0, 1, 3000), normalized=True)
    found = at([(p.x, p.y) for p in line])
    assert None not in found
    assert found == at([(p.x, p.y) for p in line])


def test_other_coordinate_systems_are_taken():
    village_of(board(1, 1))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT area_at(ST_Transform(p, 3857)), area_at(ST_SetSRID(p, 4326)), area_at(ST_Transform(p, 4547))"
            " FROM ST_SetSRID(ST_MakePoint(%s, %s), 4490) p",
            place(0.5, 0.5),
        )
        assert set(cursor.fetchone()) == {grid_code(1)}
