"""Reports from a CSV or Excel file, each row a report of its own, with an answer for each row.

A row that is wrong stops no other. Sent again, the file makes nothing twice: a row's key is its source_id, or the hash
of the row and its place in the file.
"""

import csv
import io
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, BinaryIO
from zipfile import ZipFile

from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from incidents import intake
from incidents.api.bodies import ReportBody

ROWS_MAX = 2000
BYTES_MAX = 5 * 1024 * 1024
COLUMNS_MAX = 200
UNPACKED_MAX = 10 * 1024 * 1024
"""Of a workbook: 2,000 rows of long texts are about 3 MB."""
COLUMNS: dict[str, tuple[str, ...]] = {
    "item": ("事项", "事项编码"),
    "description": ("描述", "事件描述"),
    "title": ("标题",),
    "lon": ("经度", "x"),
    "lat": ("纬度", "y"),
    "crs": ("坐标系",),
    "address": ("地址",),
    "grid_code": ("网格编码",),
    "accuracy_m": ("精度", "精度（米）"),
    "source": ("来源",),
    "level": ("等级",),
    "urgency": ("紧急程度",),
    "happened_at": ("发生时间",),
    "contact": ("联系方式",),
    "source_id": ("来源编号",),
}
"""What a column may be called."""


class BadFile(WanggeError):
    """It is no table of reports."""

    code = "bad_file"


def read(file: BinaryIO, name: str) -> list[dict[str, str]]:
    """The rows as texts by our column names. Raises BadFile."""
    raw = file.read(BYTES_MAX + 1)
    if len(raw) > BYTES_MAX:
        raise BadFile(_("The file may have %d MB at most.") % (BYTES_MAX // 1024 // 1024))
    table = _excel(raw) if name.lower().endswith(".xlsx") or raw[:2] == b"PK" else _csv(raw)
    head = next(table, [])[:COLUMNS_MAX]
    names = [_column(title) for title in head]
    if "item" not in names:
        raise BadFile(_("The first row must name the columns; item is missing."), {"allowed": list(COLUMNS)})
    return list(_named(names, table))


def _named(names: list[str], table: Iterator[list[str]]) -> Iterator[dict[str, str]]:
    """Rows by our names, without the empty ones."""
    found = 0
    for number, row in enumerate(table):
        given = {name: text for name, text in zip(names, row, strict=False) if name and text}
        found += any(row)
        if found > ROWS_MAX or number > 10 * ROWS_MAX:
            raise BadFile(_("A file may have %d rows at most.") % ROWS_MAX)
        if any(row):
            yield given


def _column(title: str) -> str:
    word = title.strip().lower()
    return next((name for name, also in COLUMNS.items() if word == name or word in also), "")


def _csv(raw: bytes) -> Iterator[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise BadFile(_("The file is neither UTF-8 nor GB18030 text."))
    try:
        yield from ([cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise BadFile(_("The file is no CSV: %s.") % error) from error


def _excel(raw: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook

    try:
        _check_unpacked(raw)
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True)):
            if number > ROWS_MAX:
                raise BadFile(_("A file may have %d rows at most.") % ROWS_MAX)
            yield ["" if cell is None else str(cell).strip() for cell in row[:60]]
    except BadFile:
        raise
    except Exception as error:  # a broken workbook makes its reader raise whatever it meets
        raise BadFile(_("The file is no Excel workbook.")) from error


def _check_unpacked(raw: bytes) -> None:
    """By the sizes that the archive states: what goes beyond them is not unpacked."""
    with ZipFile(io.BytesIO(raw)) as archive:
        if sum(member.file_size for member in archive.infolist()) > UNPACKED_MAX:
            most = UNPACKED_MAX // 1024 // 1024
            raise BadFile(_("The workbook unpacks to more than %d MB, which is not taken.") % most)


def take_in(user: Any, rows: list[dict[str, str]]) -> dict[str, Any]:
    """Report every row; the answer says for each what came of it."""
    intake.may_report(user)
    answers = [_one(user, number, row) for number, row in enumerate(rows, 2)]
    counts = {state: sum(a["status"] == state for a in answers) for state in ("created", "known", "error")}
    return {"rows": answers, **counts}


def _one(user: Any, number: int, row: dict[str, str]) -> dict[str, Any]:
    try:
        body = ReportBody.read({**row, "source": row.get("source", "import")})
        digest = intake.digest_of(row, [])
        named = row.get("source_id") or sha256(f"{number} {digest}".encode()).hexdigest()
        taken = intake.report(user, body, f"batch {named}"[:200], digest)
    except WanggeError as error:
        said = {"code": error.code, "message": error.message, "details": error.details}
        return {"row": number, "status": "error", "number": None, "error": said}
    return {
        "row": number,
        "status": "created" if taken.is_new else "known",
        "number": taken.incident.number,
        "outside": taken.incident.area_code is None,
        "duplicates": taken.likely,
    }
