"""What is wrong with single rows, before they meet each other: geometry, place, codes, names.

Each finding is a Problem that names the row and says what is allowed. The coverage as a whole is for
defects.py and repairing.py.
"""

from collections import defaultdict
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _

from gis_core.importing.options import Options, Problem, refuse
from gis_core.importing.reading import Row, Source

POLYGONS = ("Polygon", "MultiPolygon")
FAR_METRES = 100_000
FAR_FACTOR = 10
"""A feature is far away when it lies more than 100 km, and more than ten times the usual distance, from the
middle of the file: enough for a province seen whole, too little for one polygon in another province."""
NAME_LENGTH = 120


def check_fields(source: Source, options: Options) -> None:
    """Raise ImportRefused when an option names a field that the file does not have, or it has no rows."""
    if not source.rows:
        raise refuse(_("%s has no rows.") % source.file)
    wanted = {"--code-field": options.code_field, "--name-field": options.name_field}
    for option, field in {**wanted, "--parent-field": options.parent_field}.items():
        if field is not None and field not in source.fields:
            raise refuse(
                _("%(option)s: the file has no field %(field)s; it has: %(fields)s.")
                % {"option": option, "field": field, "fields": ", ".join(source.fields)}
            )


def geometry_problems(rows: list[Row]) -> list[Problem]:
    """Null geometry, what is no polygon, ordinates that are no numbers, invalid rings."""
    return [problem for row in rows if (problem := _geometry_problem(row))]


def _geometry_problem(row: Row) -> Problem | None:
    geometry = row.geometry
    if row.unreadable:
        return Problem(
            row.number,
            "not_polygon",
            _("Row %s: the geometry cannot be read. Allowed are polygons whose rings have 4 or more points.")
            % row.number,
        )
    if geometry is None or geometry.is_empty:
        return Problem(
            row.number,
            "null_geometry",
            _("Row %s has no geometry. Every row must be a polygon; --repair drops such rows.") % row.number,
        )
    if geometry.geom_type not in POLYGONS:
        return Problem(
            row.number,
            "not_polygon",
            _("Row %(row)s is a %(type)s. Allowed are Polygon and MultiPolygon.")
            % {"row": row.number, "type": geometry.geom_type},
        )
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        return Problem(
            row.number, "not_a_number", _("Row %s has ordinates that are no numbers.") % row.number
        )
    return _ring_problem(row, geometry)


def _ring_problem(row: Row, geometry: shapely.Geometry) -> Problem | None:
    if shapely.is_valid(geometry):
        return None
    return Problem(
        row.number,
        "invalid",
        _(
            "Row %(row)s is not valid: %(reason)s. Rings must not cross or overlap themselves; --repair mends it."
        )
        % {"row": row.number, "reason": shapely.is_valid_reason(geometry)},
    )


REPAIRABLE = ("null_geometry", "invalid", "duplicate_geometry")
"""The kinds that --repair handles: by dropping the row, by mending its rings."""


def duplicate_geometries(rows: list[Row]) -> list[Problem]:
    """Rows whose polygon an earlier row has too."""
    first: dict[bytes, int] = {}
    problems = []
    for row in rows:
        if row.geometry is None or row.geometry.is_empty:
            continue
        key = shapely.to_wkb(shapely.normalize(row.geometry))
        earlier = first.setdefault(key, row.number)
        if earlier != row.number:
            problems.append(
                Problem(
                    row.number,
                    "duplicate_geometry",
                    _("Row %(row)s has the same polygon as row %(first)s. Every polygon may occur once.")
                    % {"row": row.number, "first": earlier},
                )
            )
    return problems


def place_problems(numbers: list[int], geometries: Any) -> list[Problem]:
    """Geometries in EPSG:4490 (n,) that lie nowhere on earth, or far from the rest of the file."""
    bounds = shapely.bounds(geometries)
    off_earth = (np.abs(bounds[:, [0, 2]]).max(axis=1) > 180) | (np.abs(bounds[:, [1, 3]]).max(axis=1) > 90)
    off_earth |= ~np.isfinite(bounds).all(axis=1)
    problems = [
        Problem(
            numbers[index],
            "off_earth",
            _(
                "Row %s does not lie within longitude ±180 and latitude ±90. Is the coordinate system right (--crs)?"
            )
            % numbers[index],
        )
        for index in np.flatnonzero(off_earth)
    ]
    return problems or _far_away(numbers, bounds)


def _far_away(numbers: list[int], bounds: Any) -> list[Problem]:
    centres = np.column_stack([bounds[:, [0, 2]].mean(axis=1), bounds[:, [1, 3]].mean(axis=1)])
    middle = np.median(centres, axis=0)
    degree = 111_195.0
    metres = (centres - middle) * degree * np.array([np.cos(np.radians(middle[1])), 1.0])
    distance = np.hypot(metres[:, 0], metres[:, 1])
    allowed = max(FAR_METRES, FAR_FACTOR * float(np.median(distance)))
    return [
        Problem(
            numbers[index],
            "far_away",
            _(
                "Row %(row)s lies %(km).0f km from the middle of the file; at most %(allowed).0f km is plausible."
            )
            % {"row": numbers[index], "km": distance[index] / 1000, "allowed": allowed / 1000},
        )
        for index in np.flatnonzero(distance > allowed)
    ]


def name_problems(rows: list[Row], field: str | None) -> list[Problem]:
    """Names longer than the column."""
    return [
        Problem(
            row.number,
            "name",
            _("Row %(row)s: the name has %(length)s characters, at most %(allowed)s are allowed.")
            % {"row": row.number, "length": len(name_of(row, field)), "allowed": NAME_LENGTH},
        )
        for row in rows
        if len(name_of(row, field)) > NAME_LENGTH
    ]


def name_of(row: Row, field: str | None) -> str:
    """The name in the row, or an empty one."""
    value = row.attributes.get(field) if field else None
    return "" if value is None else str(value).strip()


def duplicate_codes(codes: dict[int, str]) -> list[Problem]:
    """Codes (by row) that several rows have; each row is named."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, code in codes.items():
        rows[code].append(row)
    return [
        Problem(
            number,
            "duplicate_code",
            _("Row %(row)s: code %(code)s is also in row %(others)s. Every code may occur once.")
            % {"row": number, "code": code, "others": ", ".join(str(n) for n in numbers if n != number)},
        )
        for code, numbers in rows.items()
        if len(numbers) > 1
        for number in numbers
    ]
