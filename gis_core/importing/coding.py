"""Which code and which parent each row gets: from its fields, from --under, by place, or newly assigned.

Numbering (DB11, DB6101: west to east, then north to south within the parent; the tie rule is ours and is in
docs/import.md): the parent's width is cut in four bands; rows are ordered by band from west to east, and
within a band from north to south, by a point inside the polygon.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.translation import gettext as _

from gis_core import codes
from gis_core.importing import checking, standing
from gis_core.importing.options import Options, Problem, refuse
from gis_core.importing.reading import Row

BANDS = 4
NBS_LENGTH = 12
"""Files of the statistical bureau pad the codes of towns and above with zeros to 12 digits."""


@dataclass(frozen=True)
class Piece:
    """One row on its way into the database. `geometry`: EPSG:4490 as the file has it, not yet rounded."""

    row: Row
    code: str
    source_code: str
    parent_code: str | None
    geometry: shapely.Geometry


@dataclass(frozen=True)
class Placed:
    """A row with its geometry in EPSG:4490."""

    row: Row
    geometry: shapely.Geometry


def coded(placed: list[Placed], options: Options) -> list[Piece]:
    """Code and parent of every row. Raises ImportRefused with every row that has none or a wrong one."""
    sources = {one.row.number: text_of(one.row, options.code_field) for one in placed}
    if not options.assign_codes:
        own = {row: unpadded(code, options.tier) for row, code in sources.items()}
        parents = _parents(placed, options, own)
        _refuse_wrong(own, parents, options)
    else:
        parents = _parents(placed, options, None)
        own = _numbered(placed, parents, options)
    return [
        Piece(one.row, own[one.row.number], sources[one.row.number], parents[one.row.number], one.geometry)
        for one in placed
    ]


def text_of(row: Row, field: str | None) -> str:
    value = row.attributes.get(field) if field else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def unpadded(code: str, tier: str) -> str:
    length = codes.length_of(tier)
    padded = len(code) == NBS_LENGTH > length and not code[length:].strip("0")
    return code[:length] if padded else code


# ---- parents ------------------------------------------------------------------------------------------------


def _parents(placed: list[Placed], options: Options, own: dict[int, str] | None) -> dict[int, str | None]:
    numbers = [one.row.number for one in placed]
    if options.under:
        return dict.fromkeys(numbers, options.under)
    if options.parent_field:
        return _parents_by_field(placed, options)
    if own is not None:
        return _parents_by_code(own, options.tier)
    return _parents_by_place(placed, options.tier)


def _parents_by_field(placed: list[Placed], options: Options) -> dict[int, str | None]:
    above = codes.TIERS[max(codes.rank_of(options.tier) - 1, 0)]
    given = {one.row.number: unpadded(text_of(one.row, options.parent_field), above) for one in placed}
    known = standing.existing(set(given.values()))
    problems = [
        Problem(
            row,
            "parent",
            _("Row %(row)s: there is no live area %(code)s to be its parent. Import the parents first.")
            % {"row": row, "code": code or "''"},
        )
        for row, code in given.items()
        if code not in known
    ]
    if problems:
        raise refuse(_("Every row needs a parent that is live."), problems)
    return {**given}


def _parents_by_code(own: dict[int, str], tier: str) -> dict[int, str | None]:
    """The live area one tier up, by prefix. Where no parent of the whole file is live the rows are roots."""
    length = codes.length_of(codes.TIERS[codes.rank_of(tier) - 1]) if codes.rank_of(tier) else 0
    prefix = {row: code[:length] for row, code in own.items()}
    known = standing.existing(set(prefix.values()))
    if not known and codes.rank_of(tier) <= codes.rank_of("county"):
        return dict.fromkeys(own, None)
    problems = [
        Problem(
            row,
            "parent",
            _(
                "Row %(row)s: its parent by code, %(parent)s, is not live. Import the parents first, "
                "or give --under CODE to create the parent from these rows."
            )
            % {"row": row, "parent": parent or "''"},
        )
        for row, parent in prefix.items()
        if parent not in known and len(own[row]) == codes.length_of(tier)
    ]
    if problems:
        raise refuse(_("Every row needs a parent that is live."), problems)
    return {**prefix}


def _parents_by_place(placed: list[Placed], tier: str) -> dict[int, str | None]:
    if not codes.rank_of(tier):
        raise refuse(_("A province has no parent to be numbered in; give its code with --code-field."))
    above = codes.TIERS[codes.rank_of(tier) - 1]
    found = {one.row.number: standing.at(_inside(one.geometry), above) for one in placed}
    problems = [
        Problem(
            row,
            "parent",
            _("Row %(row)s lies in no live %(tier)s. Give --under CODE, or import the parents first.")
            % {"row": row, "tier": above},
        )
        for row, code in found.items()
        if code is None
    ]
    if problems:
        raise refuse(_("Every row needs a parent that is live."), problems)
    return found


def _inside(geometry: shapely.Geometry) -> shapely.Point:
    return shapely.point_on_surface(geometry if geometry.is_valid else shapely.make_valid(geometry))


# ---- given codes --------------------------------------------------------------------------------------------


def _refuse_wrong(own: dict[int, str], parents: dict[int, str | None], options: Options) -> None:
    problems = [p for row, code in own.items() if (p := _malformed(row, code, parents[row], options.tier))]
    problems += checking.duplicate_codes(own)
    taken, past = standing.existing(own.values()), standing.retired(own.values())
    for row, code in own.items():
        if code in taken:
            text = _("Row %(row)s: code %(code)s is live already. Allowed are codes never used before.")
            problems.append(Problem(row, "code_in_use", text % {"row": row, "code": code}))
        elif code in past:
            text = _("Row %(row)s: code %(code)s was retired. Allowed are codes never used before.")
            problems.append(Problem(row, "code_retired", text % {"row": row, "code": code}))
    if problems:
        raise refuse(_("%s codes cannot be used.") % len(problems), problems)


def _malformed(row: int, code: str, parent: str | None, tier: str) -> Problem | None:
    try:
        codes.check(code, tier, parent)
    except codes.CodeError as error:
        return Problem(row, "code", _("Row %(row)s: code %(reason)s.") % {"row": row, "reason": error})
    return None


# ---- new codes ----------------------------------------------------------------------------------------------


def _numbered(placed: list[Placed], parents: dict[int, str | None], options: Options) -> dict[int, str]:
    groups: dict[str, list[Placed]] = defaultdict(list)
    for one in placed:
        parent = parents[one.row.number]
        if parent is not None:
            groups[parent].append(one)
    given: dict[int, str] = {}
    for parent, members in groups.items():
        try:
            given |= _number_one(parent, members, options.tier)
        except codes.CodeError as error:
            raise refuse(_("The codes under %s do not suffice.") % error) from error
    return given


def _number_one(parent: str, members: list[Placed], tier: str) -> dict[int, str]:
    used = standing.used_below(parent, tier)
    given, number = {}, 0
    for index in west_to_east(np.array([one.geometry for one in members])):
        code = ""
        while not code or code in used:
            number += 1
            code = codes.sequence(parent, tier, number)
        given[members[index].row.number] = code
    return given


def west_to_east(geometries: np.ndarray) -> list[int]:
    """The order of numbering (see above) as indices of the geometries (n,) in lon/lat; ties keep file order."""
    west, _south, east, _north = shapely.total_bounds(geometries)
    points = shapely.get_coordinates([_inside(geometry) for geometry in geometries])
    width = (east - west) / BANDS or 1.0
    band = np.minimum(((points[:, 0] - west) / width).astype(int), BANDS - 1)
    return [int(i) for i in np.lexsort((np.arange(len(points)), points[:, 0], -points[:, 1], band))]
