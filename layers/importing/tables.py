"""Read CSV and Excel: rows without geometry, which placing.py puts on the map by their columns.

Answers the same Source as gis_core.importing.reading does for vector files; the texts of a CSV may be UTF-8 or GBK.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from django.utils.translation import gettext as _

from gis_core.importing import encoding
from gis_core.importing.options import ImportRefused, refuse
from gis_core.importing.reading import Row, Source

SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm")
DEFAULT_CRS = "EPSG:4490"
"""Of coordinates in a table when nobody says otherwise."""
DELIMITERS = ",;\t|"
HEAD = 16 * 1024


def is_table(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES


def read(path: Path, crs: str | None, given_encoding: str | None, sheet: str | None) -> Source:
    """The rows of a table; its first filled row is the header. Raises ImportRefused for what concerns the file."""
    if not path.is_file():
        raise refuse(_("There is no file %s.") % path)
    if path.suffix.lower().startswith(".xls"):
        used, lines = "utf-8", _sheet(path, sheet)
    else:
        used, lines = _text(path, given_encoding)
    header, rows = _with_header(path, lines)
    return Source(path.name, crs or DEFAULT_CRS, used, header, tuple(rows))


def _text(path: Path, given: str | None) -> tuple[str, Iterator[list[Any]]]:
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        used = encoding.decided([encoding.Text(0, (data,))], "utf-16", None)
    else:
        lines = data.split(b"\n")
        used = encoding.decided([encoding.Text(n, (line,)) for n, line in enumerate(lines)], given, None)
    text = data.decode(used).removeprefix("\ufeff")
    try:
        dialect: Any = csv.Sniffer().sniff(text[:HEAD], DELIMITERS)
    except csv.Error:
        dialect = csv.excel
    return used, _csv_lines(path, io.StringIO(text, newline=""), dialect)


def _csv_lines(path: Path, file: io.StringIO, dialect: Any) -> Iterator[list[Any]]:
    try:
        yield from csv.reader(file, dialect)
    except csv.Error as error:
        raise refuse(
            _("%(file)s cannot be read: %(reason)s") % {"file": path.name, "reason": error}
        ) from error


def _sheet(path: Path, wanted: str | None) -> Iterator[list[Any]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        for row in _chosen(path, book, wanted).iter_rows(values_only=True):
            yield [_plain(value) for value in row]
    except ImportRefused:
        raise
    except Exception as error:  # a broken workbook makes its reader raise whatever it meets
        raise refuse(
            _("%(file)s cannot be read: %(reason)s") % {"file": path.name, "reason": error}
        ) from error


def _chosen(path: Path, book: openpyxl.Workbook, wanted: str | None) -> Any:
    """The sheet of that name, or the first."""
    if wanted is not None and wanted not in book.sheetnames:
        raise refuse(
            _("%(file)s has no sheet %(sheet)s. It has: %(sheets)s.")
            % {"file": path.name, "sheet": wanted, "sheets": ", ".join(book.sheetnames)}
        )
    return book[wanted] if wanted else book.worksheets[0]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _with_header(path: Path, lines: Iterator[list[Any]]) -> tuple[tuple[str, ...], Iterator[Row]]:
    header: tuple[str, ...] = ()
    for line in lines:
        header = tuple(str(cell).strip() if cell is not None else "" for cell in line)
        if any(header):
            break
    named = [name for name in header if name]
    if not named:
        raise refuse(_("%s has no header: its first row must name the columns.") % path.name)
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        message = _("%(file)s has columns of the same name: %(names)s.")
        raise refuse(message % {"file": path.name, "names": ", ".join(twice)})
    return tuple(named), _rows(header, lines)


def _rows(header: tuple[str, ...], lines: Iterator[list[Any]]) -> Iterator[Row]:
    """Rows with anything in them, numbered from 1; a row that is too short has empty cells at its end."""
    number = 0
    for line in lines:
        cells = [cell.strip() if isinstance(cell, str) else cell for cell in line]
        if all(cell in (None, "") for cell in cells):
            continue
        number += 1
        padded = [*cells, *[None] * (len(header) - len(cells))]
        yield Row(number, {name: padded[place] for place, name in enumerate(header) if name}, None)
