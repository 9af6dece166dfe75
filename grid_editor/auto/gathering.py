"""Read what an automatic draft is made from: a plan's villages and grids, and the base map on them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import Polygon
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gis_core.errors import Conflict
from gis_core.models import CANONICAL_SRID
from grid_editor.auto import estimate
from grid_editor.auto.inputs import Floats, Geoms, Ground, Homes, Ints
from grid_editor.draft import Draft
from layers.models import Building, Landuse, Road, Water

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Table:
    """Rows of a layer: geometries (n,), one column of values, and an index over both."""

    geoms: Geoms
    values: np.ndarray
    tree: shapely.STRtree

    def within(self, place: shapely.Geometry) -> tuple[Geoms, np.ndarray]:
        """The rows that meet a place, in their order."""
        found = np.sort(self.tree.query(place, predicate="intersects"))
        return self.geoms[found], self.values[found]


@dataclass(frozen=True)
class BaseMap:
    """Streets, water, compounds and homes about some villages."""

    roads: Table
    water: Table
    compounds: Table
    homes: Table


def base_map(places: list[shapely.Geometry]) -> BaseMap:
    """The base map within the extent of some places. Households that nobody counted are estimated."""
    box = Polygon.from_bbox(tuple(shapely.total_bounds(places)))
    box.srid = CANONICAL_SRID
    near = {"geom__bboverlaps": box}
    return BaseMap(
        _table(Road.objects.filter(**near), "road_class"),
        _table(Water.objects.filter(**near), "kind"),
        _table(Landuse.objects.filter(**near, kind=Landuse.Kind.RESIDENTIAL), "kind"),
        _homes(Building.objects.filter(**near)),
    )


def grounds(draft: Draft, villages: list[str]) -> list[Ground]:
    """These villages of a plan with their grids and what stands on them.

    Raises Conflict when the grids of one do not tile it: they are repaired first.
    """
    for code in villages:
        if draft.of_village(code) and not draft.is_clean(code):
            text = _(
                "The grids of village %(code)s have gaps or overlaps; repair them before drawing automatically."
            )
            raise Conflict(text % {"code": code}, {"village": code}, "not_clean")
    found = base_map([draft.boundaries[code].geom for code in villages]) if villages else None
    return [_ground(draft, code, found) for code in villages if found is not None]


def _ground(draft: Draft, code: str, about: BaseMap) -> Ground:
    village = draft.boundaries[code].geom
    roads, classes = about.roads.within(village)
    outlines, households = about.homes.within(village)
    own = draft.of_village(code)
    return Ground(
        code,
        village,
        roads,
        tuple(classes),
        about.water.within(village)[0],
        about.compounds.within(village)[0],
        Homes(outlines, households.astype(np.int64)),
        {grid.code: grid.geom for grid in own},
        frozenset(grid.code for grid in own if grid.kind == "special"),
    )


def _table(rows: QuerySet[Any], value: str) -> Table:
    found = list(rows.annotate(wkb=AsWKB("geom")).order_by("pk").values_list("wkb", value))
    return _indexed([bytes(wkb) for wkb, _value in found], np.array([v for _wkb, v in found], dtype=object))


def _homes(rows: QuerySet[Building]) -> Table:
    fields = ("wkb", "use", "floors", "households")
    found = list(rows.annotate(wkb=AsWKB("geom")).order_by("pk").values_list(*fields))
    outlines = _geoms([bytes(row[0]) for row in found])
    guessed = estimate.households(outlines, [row[1] for row in found], [row[2] for row in found])
    counted = [
        guess if row[3] is None else row[3] for row, guess in zip(found, guessed.tolist(), strict=True)
    ]
    return Table(outlines, np.array(counted, dtype=np.int64), shapely.STRtree(outlines))


def _indexed(wkb: list[bytes], values: Ints | Floats) -> Table:
    geoms = _geoms(wkb)
    return Table(geoms, values, shapely.STRtree(geoms))


def _geoms(wkb: list[bytes]) -> Geoms:
    return np.asarray(shapely.from_wkb(np.array(wkb, dtype=object)), dtype=object)
