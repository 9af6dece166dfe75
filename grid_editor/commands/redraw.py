"""Draw a stretch of a grid's border anew: the ground between the old stretch and the new line changes hands.

Ground of others that the line takes in comes to the grid; ground of the grid that it leaves out goes to the
neighbours along the old stretch, whose own borders are led on to the new line (the T-junctions follow).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import shapely
from django.utils.translation import gettext as _

from gis_core import crs
from gis_core.importing import chain
from gis_core.importing.chain import Floats
from gis_core.importing.noding import spliced, upward
from grid_editor.commands import arguments
from grid_editor.commands.command import Command, grid, listed
from grid_editor.deltas import Delta
from grid_editor.draft import Draft, DraftGrid
from grid_editor.geometry.arrangement import (
    NOBODY,
    Arrangement,
    area_m2,
    arranged,
    borders,
    length_m,
    settled,
)
from grid_editor.geometry.rounding import woven
from grid_editor.geometry.snapping import canonical_lines, reaching
from grid_editor.reasons import refuse, short

LEAST_M2 = 0.01


@dataclass(frozen=True)
class Redraw(Command):
    """The grid `code` gets `line` for the stretch of its border between the line's ends."""

    kind: ClassVar[str] = "reshape"
    code: str
    line: shapely.MultiLineString

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        return cls(arguments.code(given), arguments.lines(given))

    def codes(self) -> list[str]:
        return [self.code]

    def extent(self) -> shapely.Geometry:
        return self.line

    def edited(self, draft: Draft) -> Draft:
        own = grid(draft, self.code)
        line, stretch = self._stretch(own)
        grounds = _near(draft, own, line)
        loops = shapely.polygonize(_two_point_lines(np.vstack([_segments(line), _segments(stretch)])))
        leads = _leads(grounds, own, line, stretch, loops)
        cut = arranged(grounds, [line, *leads], outside=True)
        shares = self._shares(cut, loops)
        inner = [i for i, owner in enumerate(cut.owners) if owner != NOBODY]
        kept = Arrangement([cut.faces[i] for i in inner], [cut.owners[i] for i in inner], cut.drawn)
        after, geoms = settled(draft, grounds, kept, [shares[i] for i in inner])
        changed = {cut.owners[i] for i in inner if shares[i] != cut.owners[i]}
        changed |= {shares[i] for i in inner if shares[i] != cut.owners[i]}
        for code in changed:
            if code not in geoms:
                text = _("Nothing would be left of grid %(code)s; merge it instead.")
                raise refuse("all_of_it", text % {"code": short(code)}, [code], self.line)
        return after.with_grids(after.grids[code].with_geom(geoms[code]) for code in sorted(changed))

    def _stretch(self, own: DraftGrid) -> tuple[Floats, Floats]:
        """The new line between the points where it first and last meets the border, and the stretch of the
        border that it replaces. Raises Refusal when it does not begin and end on one ring."""
        lines = reaching(canonical_lines(self.line), own.geom)
        if len(lines) != 1:
            raise self._not_on_border()
        way = woven(chain.segments(np.array([own.geom])).ends, lines)
        noded = spliced(np.array([own.geom], dtype=object), way.splices)[0]
        for ring in shapely.get_rings(shapely.get_parts(noded)):
            found = _between(shapely.get_coordinates(ring), way.lines[0])
            if found is not None:
                return found
        raise self._not_on_border()

    def _not_on_border(self) -> Exception:
        text = _("The line must begin and end on the border of grid %(code)s.")
        return refuse("not_on_border", text % {"code": short(self.code)}, [self.code], self.line)

    def _shares(self, cut: Arrangement, loops: shapely.Geometry) -> list[str]:
        """Every face between stretch and line changes hands."""
        turned = [
            i for i, face in enumerate(cut.faces) if shapely.intersects(loops, shapely.point_on_surface(face))
        ]
        along = borders(cut.faces)
        shares = list(cut.owners)
        for i in turned:
            if cut.owners[i] == NOBODY:
                if area_m2(cut.faces[i]) > LEAST_M2:
                    raise self._leaves_village()
            elif cut.owners[i] != self.code:
                shares[i] = self.code
            else:
                shares[i] = self._taker(i, cut, along)
        return shares

    def _taker(self, face: int, cut: Arrangement, along: dict[tuple[int, int], Floats]) -> str:
        """The neighbour with the longest border along a face that the grid gives up."""
        lengths: dict[str, float] = {}
        for pair, segments in along.items():
            if face in pair:
                other = cut.owners[pair[0] if pair[1] == face else pair[1]]
                lengths[other] = lengths.get(other, 0.0) + length_m(segments)
        lengths = {code: length for code, length in lengths.items() if code not in (NOBODY, self.code)}
        if not lengths:
            raise self._leaves_village()
        return max(sorted(lengths), key=lengths.__getitem__)

    def _leaves_village(self) -> Exception:
        text = _("The line would move the border of the village, which a plan of grids does not move.")
        return refuse("village_border", text, [self.code], self.line)

    def words(self, delta: Delta) -> str:
        return _("Redrew the border of %(grids)s") % {"grids": listed(delta.codes())}


def _segments(line: Floats) -> Floats:
    return np.hstack([line[:-1], line[1:]])


def _two_point_lines(segments: Floats) -> Any:
    return shapely.linestrings(np.unique(upward(segments)[0], axis=0).reshape(-1, 2, 2))


def _between(ring: Floats, line: Floats) -> tuple[Floats, Floats] | None:
    """The line cut to its first and last vertex on the ring, and the way along the ring that goes with it:
    the one that encloses less ground."""
    at = {tuple(vertex): i for i, vertex in enumerate(ring[:-1].tolist())}
    on = [i for i, vertex in enumerate(line.tolist()) if tuple(vertex) in at]
    if len(on) < 2 or (line[on[0]] == line[on[-1]]).all():
        return None
    cut = line[on[0] : on[-1] + 1]
    first, last = sorted((at[tuple(cut[0].tolist())], at[tuple(cut[-1].tolist())]))
    ways = [ring[first : last + 1], np.vstack([ring[last:-1], ring[: first + 1]])]
    return cut, min(ways, key=lambda way: _enclosed(way, cut))


def _enclosed(way: Floats, line: Floats) -> float:
    return float(shapely.polygonize(_two_point_lines(np.vstack([_segments(way), _segments(line)]))).area)


def _near(draft: Draft, own: DraftGrid, line: Floats) -> dict[str, shapely.Geometry]:
    """The grids of the village that the line or the grid touches."""
    drawn = shapely.linestrings(line)
    return {
        one.code: one.geom
        for one in draft.of_village(own.parent_code)
        if shapely.dwithin(one.geom, own.geom, 1e-7) or shapely.dwithin(one.geom, drawn, 1e-7)
    }


def _leads(
    grounds: Mapping[str, shapely.Geometry],
    own: DraftGrid,
    line: Floats,
    stretch: Floats,
    loops: shapely.Geometry,
) -> list[Floats]:
    """From each T-junction on the old stretch that now lies inside the ground given up, to the new line."""
    ends = np.unique(upward(chain.segments(np.array(list(grounds.values()), dtype=object)).ends)[0], axis=0)
    found, drawn = [], shapely.linestrings(line)
    for junction in stretch[1:-1]:
        meets = (ends[:, :2] == junction).all(axis=1) | (ends[:, 2:] == junction).all(axis=1)
        if meets.sum() < 3:
            continue
        lead = crs.canonical(shapely.shortest_line(shapely.Point(junction), drawn))
        middle = shapely.line_interpolate_point(lead, 0.5, normalized=True)
        if lead.length > 0 and shapely.contains(own.geom, middle) and shapely.intersects(loops, middle):
            found.append(shapely.get_coordinates(lead))
    return found
