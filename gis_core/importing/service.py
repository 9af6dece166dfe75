"""Import areas from a file: the steps in their order, in one transaction, all or nothing.

Called by the management command and, later, by a web upload. Every step is a module of its own; this one
only hands on.
"""

import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from gis_core import codes, crs
from gis_core.importing import (
    checking,
    coding,
    noding,
    reading,
    repairing,
    report,
    settling,
    standing,
    writing,
)
from gis_core.importing.coding import Piece, Placed
from gis_core.importing.options import Options, Problem, Progress, refuse, silent
from gis_core.importing.reading import Row, Source
from gis_core.importing.report import ParentOutcome, Report, RowOutcome
from gis_core.importing.settling import Group, Settled
from gis_core.importing.standing import Standing
from gis_core.importing.writing import NewArea


def import_areas(options: Options, progress: Progress = silent) -> Report:
    """Import options.path; with options.dry_run everything is done and then taken back.

    Raises ImportRefused (nothing was written) with the rows, defects or changes in its details.
    """
    began = time.monotonic()
    progress(_("Reading"), 0, 1)
    source = reading.read(options)
    kept, dropped = _usable(source, options)
    progress(_("Reading"), 1, 1)
    with transaction.atomic():
        pieces = coding.coded(placed(source, kept), options)
        outcomes, parents = _groups_imported(source, pieces, options, progress)
        progress(_("Checking in the database"), 0, 1)
        writing.judge()
        progress(_("Checking in the database"), 1, 1)
        if options.dry_run:
            transaction.set_rollback(True)
    return Report(
        file=source.file,
        crs=source.crs,
        encoding=source.encoding,
        tier=options.tier,
        written=not options.dry_run,
        rows_in=len(source.rows),
        rows=sorted([*outcomes, *dropped], key=lambda row: row.row),
        parents=parents,
        seconds=round(time.monotonic() - began, 2),
    ).checked()


# ---- rows ---------------------------------------------------------------------------------------------------


def _usable(source: Source, options: Options) -> tuple[list[Row], list[RowOutcome]]:
    """The rows to import and those that --repair drops. Raises ImportRefused naming every row in the way."""
    checking.check_fields(source, options)
    rows = list(source.rows)
    problems = checking.geometry_problems(rows)
    problems += checking.duplicate_geometries(rows)
    problems += checking.name_problems(rows, options.name_field)
    hard = [p for p in problems if not (options.repair and p.kind in checking.REPAIRABLE)]
    if hard:
        raise refuse(_("%s rows cannot be imported as they are.") % len({p.row for p in hard}), hard)
    reasons = {p.row: p for p in problems if p.kind in ("null_geometry", "duplicate_geometry")}
    dropped = [_dropped(row, reasons[row.number], options) for row in rows if row.number in reasons]
    kept = [row for row in rows if row.number not in reasons]
    if not kept:
        raise refuse(_("%s has no polygon left to import.") % source.file)
    return kept, dropped


def _dropped(row: Row, problem: Problem, options: Options) -> RowOutcome:
    source_code = "" if options.code_field is None else str(row.attributes[options.code_field])
    name = checking.name_of(row, options.name_field)
    return RowOutcome(row.number, "dropped", source_code=source_code, name=name, reason=problem.message)


def placed(source: Source, rows: list[Row]) -> list[Placed]:
    """The rows in EPSG:4490. Vertices that lie on a neighbour's line are put into it first, while it is straight."""
    polygons = np.array([row.geometry for row in rows], dtype=object)
    # A NaN or a wild ordinate was refused before; the projection may still overflow, which place_problems sees.
    table = noding.missing(polygons, noding.SOURCE_WITHIN * crs.unit_in(source.crs))
    moved = crs.to_4490(noding.spliced(polygons, table), source.crs)
    problems = checking.place_problems([row.number for row in rows], moved)
    if problems:
        raise refuse(_("%s rows lie where they cannot be.") % len(problems), problems)
    return [Placed(row, geometry) for row, geometry in zip(rows, moved, strict=True)]


# ---- groups -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parent:
    """Where a group goes. `frame`: the live polygon that it must tile, if there is one; `create`: the parent
    is new, with `above` as its own parent."""

    code: str | None
    frame: shapely.MultiPolygon | None
    create: bool
    above: str | None = None


def _groups_imported(
    source: Source, pieces: list[Piece], options: Options, progress: Progress
) -> tuple[list[RowOutcome], list[ParentOutcome]]:
    groups: dict[str | None, list[Piece]] = defaultdict(list)
    for piece in pieces:
        groups[piece.parent_code].append(piece)
    outcomes: list[RowOutcome] = []
    parents: list[ParentOutcome] = []
    for done, code in enumerate(sorted(groups, key=str)):
        progress(_("Importing"), done, len(groups))
        rows, parent = _group_imported(source, _parent(code, options), groups[code], options)
        outcomes += rows
        parents.append(parent)
    progress(_("Importing"), len(groups), len(groups))
    return outcomes, parents


def _parent(code: str | None, options: Options) -> Parent:
    if code is None:
        return Parent(None, None, create=False)
    found = standing.live(code)
    if found is not None:
        return Parent(code, _free(found), create=False)
    if code in standing.retired([code]):
        raise refuse(
            _("--under: code %s was retired and is never used again. Give a code never used.") % code
        )
    above = codes.parent_of(code)
    upper = standing.live(above) if above else None
    if upper is not None:
        return Parent(code, _free(upper), create=True, above=upper.code)
    ancestor = standing.nearest_ancestor(code)
    if ancestor is not None:
        raise refuse(
            _(
                "--under: neither %(code)s nor %(above)s is live, though %(ancestor)s is. Import %(above)s first."
            )
            % {"code": code, "above": above, "ancestor": ancestor}
        )
    return Parent(code, None, create=True)


def _free(found: Standing) -> shapely.MultiPolygon:
    """The polygon of a live area that has no children yet; with children there is no room for more."""
    if found.children:
        raise refuse(
            _(
                "%(code)s already has %(count)s live children, which cover it completely; nothing can be added. "
                "Redraw them in a plan instead."
            )
            % {"code": found.code, "count": found.children}
        )
    return found.geom


def _group_imported(
    source: Source, parent: Parent, pieces: list[Piece], options: Options
) -> tuple[list[RowOutcome], ParentOutcome]:
    geoms = np.array([piece.geometry for piece in pieces], dtype=object)
    holes_stay = options.force_holes or parent.code is None
    group = Group([piece.code for piece in pieces], geoms, parent.frame, holes_stay)
    done = settling.settled(group, options)
    rows = report.changes(
        [_outcome(piece, options) for piece in pieces], group, repairing.mended(geoms), done.polygons
    )
    report.refuse_large_changes(rows, options)
    noded = _written(source, parent, pieces, done, options)
    return rows, ParentOutcome(
        code=parent.code,
        name=options.name if parent.create else "",
        created=parent.create,
        children=len(pieces),
        area_m2=round(float(crs.to_metres(done.ground, group.metric).area), 2),
        holes=[hole.as_json() for hole in done.holes],
        repaired=[defect.as_json() for defect in done.found],
        noded_areas=noded,
    )


def _outcome(piece: Piece, options: Options) -> RowOutcome:
    return RowOutcome(
        piece.row.number,
        "imported",
        code=piece.code,
        source_code=piece.source_code,
        name=checking.name_of(piece.row, options.name_field),
        parent_code=piece.parent_code,
    )


def _written(
    source: Source, parent: Parent, pieces: list[Piece], done: Settled, options: Options
) -> list[str]:
    """Write a group; returns the codes of the live areas that got vertices."""
    noded = []
    if parent.frame is not None:
        noded = writing.node_live(noding.between(parent.frame, done.ground))
    if parent.create and parent.code is not None:
        name, tier = options.name, codes.tier_of(parent.code)
        made = {"created_from": source.file}
        writing.insert([NewArea(parent.code, tier, parent.above, name, done.ground, made)])
    children = zip(pieces, done.polygons, strict=True)
    writing.insert([_new_area(source, piece, geom, options) for piece, geom in children])
    return noded


def _new_area(source: Source, piece: Piece, geom: shapely.Geometry, options: Options) -> NewArea:
    attributes: dict[str, Any] = dict(piece.row.attributes)
    if options.assign_codes and options.code_field:
        attributes["source_code"] = piece.source_code
    attributes["imported"] = {"file": source.file, "row": piece.row.number, "crs": _short(source.crs)}
    name = checking.name_of(piece.row, options.name_field)
    return NewArea(piece.code, options.tier, piece.parent_code, name, geom, attributes)


def _short(name: str) -> str:
    return name if len(name) <= 20 else crs.named(name).name
