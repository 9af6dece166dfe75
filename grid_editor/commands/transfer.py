"""Move a drawn piece of ground from one grid to another of the same village."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import shapely
from django.utils.translation import gettext as _

from grid_editor.commands import arguments
from grid_editor.commands.command import Command, grid, one_village
from grid_editor.deltas import Delta
from grid_editor.draft import Draft
from grid_editor.geometry.arrangement import area_m2, arranged, settled
from grid_editor.geometry.snapping import rings
from grid_editor.reasons import refuse, short

LEAST_M2 = 0.01
"""Less ground than a hand is nothing that anybody meant to draw."""


@dataclass(frozen=True)
class Transfer(Command):
    """What of `piece` lies in the grid `giver` goes to `taker`."""

    kind: ClassVar[str] = "transfer"
    giver: str
    taker: str
    piece: shapely.Geometry

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        return cls(arguments.code(given, "from"), arguments.code(given, "to"), arguments.polygon(given))

    def codes(self) -> list[str]:
        return [self.giver, self.taker]

    def edited(self, draft: Draft) -> Draft:
        giver, taker = grid(draft, self.giver), grid(draft, self.taker)
        one_village([giver, taker])
        if giver.code == taker.code:
            raise refuse("same_grid", _("A grid cannot give ground to itself."), [giver.code])
        cut = arranged({giver.code: giver.geom, taker.code: taker.geom}, rings(self.piece))
        moves = _moved(cut.faces, cut.owners, giver.code, self.piece)
        self._check(cut.faces, cut.owners, moves)
        shares = [taker.code if i in moves else owner for i, owner in enumerate(cut.owners)]
        grounds = {giver.code: giver.geom, taker.code: taker.geom}
        after, geoms = settled(draft, grounds, cut, shares)
        return after.with_grids(after.grids[code].with_geom(geom) for code, geom in geoms.items())

    def _check(self, faces: list[shapely.Polygon], owners: list[str], moves: set[int]) -> None:
        if sum(area_m2(faces[i]) for i in moves) < LEAST_M2:
            raise refuse(
                "nothing_of_it",
                _("The drawn piece holds no ground of grid %(code)s.") % {"code": short(self.giver)},
                self.codes(),
                self.piece,
            )
        if all(i in moves for i, owner in enumerate(owners) if owner == self.giver):
            raise refuse(
                "all_of_it",
                _("Nothing would be left of grid %(code)s; remove it instead.") % {"code": short(self.giver)},
                self.codes(),
                self.piece,
            )

    def words(self, delta: Delta) -> str:
        return _("Moved a piece of %(giver)s to %(taker)s") % {
            "giver": short(self.giver),
            "taker": short(self.taker),
        }


def _moved(faces: list[shapely.Polygon], owners: list[str], giver: str, piece: shapely.Geometry) -> set[int]:
    """The giver's faces inside the piece."""
    return {
        i
        for i, face in enumerate(faces)
        if owners[i] == giver and shapely.intersects(piece, shapely.point_on_surface(face))
    }
