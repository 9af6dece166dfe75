"""Names of grids that nobody has named yet."""

from grid_editor.naming import name_for
from tests.shapes import grid_code


def test_a_new_grid_is_called_by_its_number_where_its_neighbour_was():
    assert name_for(grid_code(12), "大兴社区第二网格") == "大兴社区第十二网格"


def test_beside_a_grid_with_a_name_of_its_own_it_is_called_by_its_number_alone():
    assert name_for(grid_code(12), "物流园区专属网格") == "Grid 12"
