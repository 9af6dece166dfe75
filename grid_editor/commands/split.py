"""Split a grid along one or several drawn lines; new grids take the next free numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
import shapely
from django.utils.translation import gettext as _

from grid_editor.commands import arguments
from grid_editor.commands.command import Command, grid, listed
from grid_editor.deltas import Delta
from grid_editor.draft import Draft, DraftGrid
from grid_editor.geometry.arrangement import Arrangement, area_m2, arranged, settled, without_slivers
from grid_editor.geometry.snapping import canonical_lines, reaching
from grid_editor.naming import name_for
from grid_editor.numbering import next_free
from grid_editor.reasons import refuse, short

LEAST_M2 = 1.0
"""A piece smaller than this is a slip of the hand and joins the piece beside it."""
KEEP = ("largest", "smallest", "west", "east", "north", "south")


@dataclass(frozen=True)
class Split(Command):
    """`keep` says which piece keeps the code: by default the largest; `names` are for the new pieces in turn."""

    kind: ClassVar[str] = "split"
    code: str
    line: shapely.MultiLineString
    keep: str = "largest"
    names: tuple[str, ...] = ()

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        names = given.get("names") or []
        return cls(
            arguments.code(given),
            arguments.lines(given),
            arguments.choice(given, "keep", KEEP, "largest"),
            tuple(arguments.text({"names": name}, "names") for name in names if isinstance(names, list)),
        )

    def codes(self) -> list[str]:
        return [self.code]

    def edited(self, draft: Draft) -> Draft:
        whole = grid(draft, self.code)
        lines = reaching(canonical_lines(self.line), whole.geom)
        cut = arranged({self.code: whole.geom}, lines) if lines else None
        shares = _pieces(cut, lines) if cut else []
        if cut is None or len(set(shares)) < 2:
            raise self._does_not_cross()
        after, pieces = settled(draft, {self.code: whole.geom}, cut, shares)
        if len(pieces) < 2:
            raise self._does_not_cross()
        return after.with_grids(self._named(draft, whole, list(pieces.values())))

    def _does_not_cross(self) -> Exception:
        text = _("The line does not cross grid %(code)s from border to border.")
        return refuse("does_not_cross", text % {"code": short(self.code)}, [self.code], self.line)

    def _named(self, draft: Draft, whole: DraftGrid, pieces: list[shapely.MultiPolygon]) -> list[DraftGrid]:
        """The piece that keeps the code first, then the others, largest first, each with a new code."""
        pieces.sort(key=lambda piece: (-area_m2(piece), piece.bounds))
        kept = pieces.pop(_kept(pieces, self.keep))
        result, taken = [whole.with_geom(kept)], set[str]()
        for number, piece in enumerate(pieces):
            code = next_free(draft, whole.parent_code, whole.kind, taken)
            taken.add(code)
            name = self.names[number] if number < len(self.names) else name_for(code, whole.name)
            result.append(replace(whole, code=code, name=name, attributes={}, id=None).with_geom(piece))
        return result

    def words(self, delta: Delta) -> str:
        new = [c.after.code for c in delta.grids if c.before is None and c.after]
        return _("Split %(code)s; new: %(new)s") % {"code": short(self.code), "new": listed(new)}


def _pieces(cut: Arrangement, lines: list[np.ndarray]) -> list[str]:
    """One share for each face that a line bounds; parts of the grid that no line touches stay together."""
    drawn = shapely.multilinestrings([shapely.linestrings(line) for line in lines])
    shares = [
        f"piece {i}" if shapely.distance(face, drawn) < 2e-8 else "rest" for i, face in enumerate(cut.faces)
    ]
    if "rest" in shares:
        largest = max(
            (i for i, share in enumerate(shares) if share != "rest"),
            key=lambda i: area_m2(cut.faces[i]),
            default=0,
        )
        shares = [f"piece {largest}" if share == "rest" else share for share in shares]
    return without_slivers(cut, shares, LEAST_M2, lambda _mine, _other: True)


def _kept(pieces: list[shapely.MultiPolygon], keep: str) -> int:
    """The index of the piece that keeps the code; pieces come largest first."""
    centres = [shapely.get_coordinates(shapely.centroid(piece))[0] for piece in pieces]
    by = {
        "largest": lambda i: i,
        "smallest": lambda i: -i,
        "west": lambda i: centres[i][0],
        "east": lambda i: -centres[i][0],
        "south": lambda i: centres[i][1],
        "north": lambda i: -centres[i][1],
    }
    return min(range(len(pieces)), key=by[keep])
