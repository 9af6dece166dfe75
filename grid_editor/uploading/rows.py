"""Which rows of the file become grids, of which village and under which code; the others with the reason why not."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.translation import gettext as _

from gis_core import codes
from gis_core.importing import checking, coding, service
from gis_core.importing.coding import Placed, west_to_east
from gis_core.importing.options import Options, Problem, refuse
from gis_core.importing.reading import Source
from gis_core.importing.report import RowOutcome
from grid_editor.draft import Draft, DraftGrid
from grid_editor.geometry.rings import valid_form
from grid_editor.numbering import next_free

HARD = ("not_polygon", "not_a_number", "name")
"""What no plan can hold; the rest is dropped (null), taken as it is, or mended with `repair`."""


@dataclass(frozen=True)
class Piece:
    """A row on its way into a village. `geometry`: EPSG:4490, not yet rounded; `code` empty until it is given."""

    row: int
    name: str
    source_code: str
    village: str
    geometry: shapely.Geometry
    attributes: Mapping[str, object]
    code: str = ""


@dataclass(frozen=True)
class Sorted:
    """`pieces` by village, and the rows that were left out."""

    pieces: dict[str, list[Piece]]
    dropped: list[RowOutcome]


def sorted_out(source: Source, options: Options, draft: Draft) -> Sorted:
    """Every row of the file in its place. Raises ImportRefused naming the rows that cannot be taken."""
    checking.check_fields(source, options)
    rows = list(source.rows)
    problems = checking.geometry_problems(rows) + checking.name_problems(rows, options.name_field)
    if options.repair:
        problems += checking.duplicate_geometries(rows)
    hard = [problem for problem in problems if problem.kind in HARD]
    if hard:
        raise refuse(_("%s rows cannot be imported as they are.") % len({p.row for p in hard}), hard)
    why = {p.row: p.message for p in problems if p.kind in ("null_geometry", "duplicate_geometry")}
    if len(why) == len(rows):
        raise refuse(_("No row of %s has a polygon.") % source.file, problems)
    placed = service.placed(source, [row for row in rows if row.number not in why])
    villages = _villages(placed, options, draft)
    outside = _("Row %s lies outside the plan's villages.")
    why |= {row: outside % row for row, village in villages.items() if village is None}
    pieces: dict[str, list[Piece]] = defaultdict(list)
    for one in placed:
        village = villages[one.row.number]
        if village is not None:
            pieces[village].append(_piece(one, village, options))
    dropped = [
        RowOutcome(
            row.number, "dropped", name=checking.name_of(row, options.name_field), reason=why[row.number]
        )
        for row in rows
        if row.number in why
    ]
    if not pieces:
        raise refuse(
            _("No row of %s lies in the plan.") % source.file, dropped=[vars(one) for one in dropped]
        )
    return Sorted(dict(pieces), dropped)


def _piece(one: Placed, village: str, options: Options) -> Piece:
    source_code = coding.text_of(one.row, options.code_field)
    name = checking.name_of(one.row, options.name_field)
    code = "" if options.assign_codes else coding.unpadded(source_code, "grid")
    return Piece(one.row.number, name, source_code, village, one.geometry, one.row.attributes, code)


def _villages(placed: list[Placed], options: Options, draft: Draft) -> dict[int, str | None]:
    """The village of each row: the one asked for, or said by the code, or the one it lies in; None outside."""
    if options.under:
        if options.under not in draft.villages:
            raise refuse(_("The village %(village)s is not in this plan.") % {"village": options.under})
        return {one.row.number: options.under for one in placed}
    if options.assign_codes:
        return _by_place(placed, draft)
    return _by_code(placed, options, draft)


def _by_code(placed: list[Placed], options: Options, draft: Draft) -> dict[int, str | None]:
    own = {
        one.row.number: coding.unpadded(coding.text_of(one.row, options.code_field), "grid") for one in placed
    }
    problems = checking.duplicate_codes(own)
    for row, code in own.items():
        try:
            codes.check(code, "grid", None)
        except codes.CodeError as error:
            text = _("Row %(row)s: code %(reason)s. Without code_field the rows are numbered.")
            problems.append(Problem(row, "code", text % {"row": row, "reason": error}))
    if problems:
        raise refuse(_("%s codes cannot be used.") % len(problems), problems)
    village = {row: code[: codes.length_of("village")] for row, code in own.items()}
    return {row: code if code in draft.villages else None for row, code in village.items()}


def _by_place(placed: list[Placed], draft: Draft) -> dict[int, str | None]:
    known = sorted(draft.villages)
    points = [shapely.point_on_surface(_solid(one.geometry)) for one in placed]
    tree = shapely.STRtree([draft.boundaries[code].geom for code in known])
    found: dict[int, str | None] = dict.fromkeys((one.row.number for one in placed), None)
    for at, village in sorted(zip(*tree.query(points, predicate="intersects").tolist(), strict=True)):
        row = placed[at].row.number
        found[row] = found[row] or known[village]
    return found


def _solid(geometry: shapely.Geometry) -> shapely.Geometry:
    return geometry if geometry.is_valid else shapely.make_valid(geometry)


# ---- codes --------------------------------------------------------------------------------------------------


def numbered(draft: Draft, village: str, pieces: list[Piece]) -> list[str]:
    """The code of each piece: its own; else that of the grid whose ground it mostly is, so that what hardly changed
    keeps its number; else the next free ones from west to east."""
    given = [piece.code for piece in pieces]
    if not any(given):
        given = _carried_on(draft.of_village(village), pieces)
    order = west_to_east(np.array([_solid(piece.geometry) for piece in pieces], dtype=object))
    for index in order:
        given[index] = given[index] or next_free(draft, village, taken=given)
    return given


def _carried_on(old: list[DraftGrid], pieces: list[Piece]) -> list[str]:
    """Codes of old grids for the pieces, where each has the most of the other's ground."""
    given = [""] * len(pieces)
    if not old:
        return given
    before = np.array(
        [valid_form(grid.geom) if not grid.geom.is_valid else grid.geom for grid in old], dtype=object
    )
    after = np.array([_solid(piece.geometry) for piece in pieces], dtype=object)
    new, was = shapely.STRtree(before).query(after, predicate="intersects")
    common = shapely.area(shapely.intersection(after[new], before[was]))
    best_of_new: dict[int, int] = {}
    best_of_old: dict[int, int] = {}
    for at in np.argsort(common, kind="stable").tolist():
        best_of_new[int(new[at])] = int(was[at])
        best_of_old[int(was[at])] = int(new[at])
    for piece, grid in best_of_new.items():
        if best_of_old[grid] == piece:
            given[piece] = old[grid].code
    return given
