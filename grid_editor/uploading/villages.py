"""One village's rows as grids: exact where the file is, repaired where that was asked for, else as they are."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _

from gis_core import crs
from gis_core.crs import UNIT
from gis_core.importing import chain, noding, repairing, report, settling
from gis_core.importing.defects import Defect
from gis_core.importing.noding import Splices
from gis_core.importing.options import Options
from gis_core.importing.report import RowOutcome
from gis_core.importing.settling import Group
from grid_editor.draft import Draft, DraftGrid
from grid_editor.uploading.rows import Piece, numbered


@dataclass(frozen=True)
class Village:
    """What an upload makes of a village: its new grids, the vertices that its border gets, what became of every
    row, what was repaired; `changes`: per changed row (number, code, ground that differs from the file)."""

    code: str
    grids: list[DraftGrid]
    splices: Splices
    rows: list[RowOutcome]
    repaired: list[Defect]
    changes: list[tuple[int, str, shapely.Geometry]]


def taken(draft: Draft, village: str, pieces: list[Piece], options: Options, file: str) -> Village:
    """The village drawn anew from its rows. Raises ImportRefused when `repair` was asked for and fails."""
    border = draft.boundaries[village].geom
    given = numbered(draft, village, pieces)
    geoms = np.empty(len(pieces), dtype=object)
    geoms[:] = [piece.geometry for piece in pieces]
    rows = [_row(piece, code) for piece, code in zip(pieces, given, strict=True)]
    if options.repair:
        return _repaired(draft, Group(given, geoms, border, False), rows, pieces, options, village, file)
    polygons, splices = _as_they_are(geoms, border)
    kept = [i for i, polygon in enumerate(polygons) if not polygon.is_empty]
    outcomes = [row if i in set(kept) else _vanished(row) for i, row in enumerate(rows)]
    grids = [_grid(draft, pieces[i], given[i], polygons[i], file) for i in kept]
    return Village(village, grids, splices, outcomes, [], [])


def _row(piece: Piece, code: str) -> RowOutcome:
    return RowOutcome(piece.row, "imported", code, piece.source_code, piece.name, piece.village)


def _vanished(row: RowOutcome) -> RowOutcome:
    return replace(
        row, outcome="dropped", code="", reason=_("Narrower than 1 mm: rounding leaves nothing of it.")
    )


def _as_they_are(geoms: Any, border: shapely.MultiPolygon) -> tuple[Any, Splices]:
    """Rounded only; but if putting missing vertices in makes them an exact coverage, with those vertices."""
    rounded = repairing.without_repeats(crs.canonical(geoms))
    table = noding.missing(rounded, noding.WITHIN * UNIT, border)
    noded = noding.spliced(rounded, table)
    ground = noding.spliced(np.array([border], dtype=object), table)[0]
    if not shapely.is_empty(noded).any() and chain.tiles(noded, ground):
        return noded, noding.between(border, ground)
    return rounded, {}


def _repaired(
    draft: Draft,
    group: Group,
    rows: list[RowOutcome],
    pieces: list[Piece],
    options: Options,
    village: str,
    file: str,
) -> Village:
    done = settling.settled(group, options)
    before = repairing.mended(group.geoms)
    outcomes = report.changes(rows, group, before, done.polygons)
    report.refuse_large_changes(outcomes, options)
    grids = [
        _grid(draft, piece, code, polygon, file)
        for piece, code, polygon in zip(pieces, group.codes, done.polygons, strict=True)
    ]
    changes = [
        (row.row, row.code, shapely.symmetric_difference(before[i], done.polygons[i]))
        for i, row in enumerate(outcomes)
        if row.outcome != "imported"
    ]
    assert group.parent is not None
    return Village(village, grids, noding.between(group.parent, done.ground), outcomes, done.found, changes)


def _grid(draft: Draft, piece: Piece, code: str, polygon: shapely.Geometry, file: str) -> DraftGrid:
    """A grid under a code that the village has already goes on under its id, kind and, unless the file has one,
    name."""
    attributes = {**piece.attributes, "imported": {"file": file, "row": piece.row}}
    if piece.source_code and piece.source_code != code:
        attributes["source_code"] = piece.source_code
    geom = chain.as_multi(polygon)
    old = draft.grids.get(code)
    if old is None or old.parent_code != piece.village:
        return DraftGrid(code, piece.name, "general", piece.village, geom, attributes)
    same = {**old.attributes, **attributes}
    return replace(old, name=piece.name or old.name, geom=geom, attributes=same)
