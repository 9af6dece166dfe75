"""A district that fits in the head: nine grids on a board, with a road, a pond and a building on it.

Tiles are read over a connection of their own: tests of them are marked `transaction=True`, so that the
fixtures are committed.
"""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.gis.geos import GEOSGeometry

from layers import registry
from layers.models import Building, Road, Water
from layers.registry import Layer
from tests.shapes import board, place, square, village_of


@pytest.fixture
def nine_grids(db: None) -> list[str]:
    """Codes of a 3 x 3 board under one village, row by row from the south."""
    return village_of(board(3, 3))


@pytest.fixture
def ground(db: None) -> None:
    """Two roads along the middle row of grids, a pond and a building in the first."""
    line = "MULTILINESTRING((" + ",".join("{} {}".format(*place(x, 1.5)) for x in (0, 3)) + "))"
    Road.objects.create(source_id="r1", name="中山路", road_class="arterial", geom=_located(line))
    Road.objects.create(source_id="r2", name="小巷", road_class="lane", geom=_located(line))
    Water.objects.create(source_id="w1", name="龙亭湖", kind="lake", geom=_located(square(0.1, 0.1, 0.2).wkt))
    Building.objects.create(source_id="b1", use="school", floors=4, geom=_located(square(0.6, 0.6, 0.05).wkt))


def _located(wkt: str) -> GEOSGeometry:
    return GEOSGeometry(wkt, srid=4490)


@pytest.fixture
def declare() -> Iterator[Callable[[Layer], Layer]]:
    """Declare layers at run time; gone again after the test."""
    added: list[str] = []

    def add(layer: Layer) -> Layer:
        added.append(layer.key)
        return registry.add(layer)

    yield add
    for key in added:
        registry.remove(key)
