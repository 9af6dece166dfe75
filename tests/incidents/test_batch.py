"""Prove that a file of reports is answered row by row, and makes nothing twice."""

import io

import pytest
from openpyxl import Workbook

from tests.incidents.conftest import LAT, LON, URL

pytestmark = pytest.mark.django_db


ROWS = [
    ["事项", "描述", "经度", "纬度", "坐标系", "来源编号"],
    ["26", "垃圾", str(LON), str(LAT), "4490", "a-1"],
    ["26", "颠倒", str(LAT), str(LON), "4490", "a-2"],
    ["999", "没有", str(LON), str(LAT), "4490", "a-3"],
]


def as_csv(encoding):
    return io.BytesIO("\n".join(",".join(row) for row in ROWS).encode(encoding)), "rows.csv"


def as_excel():
    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return io.BytesIO(out.getvalue()), "rows.xlsx"


@pytest.mark.parametrize("made", [lambda: as_csv("utf-8-sig"), lambda: as_csv("gb18030"), as_excel])
def test_a_file_is_answered_row_by_row_and_makes_nothing_twice(api, made):
    def send():
        file, name = made()
        file.name = name
        return api.post(f"{URL}batch/", {"file": file}, format="multipart").json()

    first = send()
    assert [row["status"] for row in first["rows"]] == ["created", "error", "error"]
    assert first["rows"][1]["error"]["code"] == "implausible_place"
    assert (first["created"], first["error"]) == (1, 2)
    again = send()
    assert [row["status"] for row in again["rows"]] == ["known", "error", "error"]
    assert again["rows"][0]["number"] == first["rows"][0]["number"]


@pytest.mark.parametrize("content", [b"PK\x03\x04nonsense", b"\xff\xfe\x00\x01", b"a,b\n1,2", b'item\n"open'])
def test_what_is_no_table_is_refused(api, content):
    file = io.BytesIO(content)
    file.name = "rows.csv"
    answer = api.post(f"{URL}batch/", {"file": file}, format="multipart")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_file")
