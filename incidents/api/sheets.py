"""Tables as files: every list and figure that answers `as=csv` or `as=xlsx` answers through here."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse

from gis_core.api import filters
from layers.exporting.text import FORMULA

Lines = Iterable[list[Any]]
"""The heads, then a list for each row."""


def _csv(_title: str, lines: Lines) -> bytes:
    """With a byte order mark, by which spreadsheet programs know UTF-8."""
    out = io.StringIO()
    csv.writer(out).writerows([harmless(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def _excel(title: str, lines: Lines) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for line in lines:
        sheet.append([harmless(cell) for cell in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


KINDS = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _excel),
}
FORMATS = ("json", *KINDS)


def wanted(given: Mapping[str, str]) -> str:
    """The format that an address asks for by `as`. Raises WanggeError."""
    kind = given.get("as", "json")
    if kind not in FORMATS:
        raise filters.bad("as", kind, ", ".join(FORMATS))
    return kind


def answer(kind: str, name: str, title: str, lines: Lines) -> HttpResponse:
    """The table as a file of one of KINDS; `title` is that of its sheet."""
    content_type, write = KINDS[kind]
    file = HttpResponse(write(title, lines), content_type=content_type)
    file["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return file


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would run as a formula stays a text."""
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell
