"""Reshape a border: move its vertices, or draw a stretch of it anew. Every grid on the border follows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import shapely
from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from grid_editor.commands import arguments
from grid_editor.commands.command import Command, listed
from grid_editor.commands.redraw import Redraw
from grid_editor.deltas import Delta
from grid_editor.draft import Draft
from grid_editor.geometry import vertices
from grid_editor.geometry.vertices import Place
from grid_editor.reasons import refuse


@dataclass(frozen=True)
class Reshape(Command):
    """`moves`: from a vertex, or a place on a border, to another place, or to None, which takes the vertex out."""

    kind: ClassVar[str] = "reshape"
    moves: tuple[tuple[Place, Place | None], ...]

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Reshape | Redraw":  # type: ignore[override]
        """With `line` a stretch is redrawn, with `moves` vertices are moved."""
        if given.get("line") is not None:
            return Redraw.read(given)
        wanted = given.get("moves")
        if not isinstance(wanted, list) or not wanted:
            raise arguments.wrong(
                "moves", _("a list of {from: [lon, lat], to: [lon, lat] or null}, or give a line")
            )
        return cls(tuple(_move(one, arguments.system_of(given)) for one in wanted))

    def extent(self) -> shapely.Geometry:
        return shapely.MultiPoint([start for start, _end in self.moves])

    def edited(self, draft: Draft) -> Draft:
        noded = self._noded(draft)
        self._check(noded)
        changed = []
        for grid in noded.grids.values():
            geom = vertices.moved(grid.geom, dict(self.moves))
            if geom is None:
                text = _("Nothing would be left of a part of grid %(code)s.")
                raise refuse("all_of_it", text % {"code": grid.code}, [grid.code])
            if geom is not grid.geom:
                changed.append(replace(grid, geom=geom))
        return noded.with_grids(changed)

    def _noded(self, draft: Draft) -> Draft:
        """The draft in which every place that is moved is a vertex. Raises Refusal."""
        geoms = [grid.geom for grid in draft.grids.values()]
        missing = [start for start, _end in self.moves if start not in vertices.all_of(geoms)]
        noded = draft.spliced(vertices.to_insert(geoms, missing))
        known = vertices.all_of([grid.geom for grid in noded.grids.values()])
        for start in missing:
            if start not in known:
                raise refuse("no_vertex", _("There is no border at this place."), [], shapely.Point(start))
        return noded

    def _check(self, draft: Draft) -> None:
        """Raise Refusal for what no move may touch: borders of villages, and junctions that would vanish."""
        above = vertices.all_of([area.geom for area in draft.boundaries.values()])
        geoms = [grid.geom for grid in draft.grids.values()]
        for start, end in self.moves:
            if start in above:
                text = _("This place is on the border of a village, which a plan of grids does not move.")
                raise refuse("village_border", text, [], shapely.Point(start))
            if end is None and vertices.meeting(geoms, start) > 2:
                text = _("Three borders meet here; the place can be moved, not taken out.")
                raise refuse("junction", text, [], shapely.Point(start))

    def words(self, delta: Delta) -> str:
        return _("Moved the border of %(grids)s") % {"grids": listed(delta.codes())}


def _move(one: object, system: str) -> tuple[Place, Place | None]:
    if not isinstance(one, Mapping) or "from" not in one or "to" not in one:
        raise _bad_move()
    target = one["to"]
    start = arguments.position(one["from"], "moves.from", system)
    return start, None if target is None else arguments.position(target, "moves.to", system)


def _bad_move() -> WanggeError:
    return arguments.wrong("moves", _("a list of {from: [lon, lat], to: [lon, lat] or null}, or give a line"))
