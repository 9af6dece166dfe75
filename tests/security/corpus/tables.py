"""CSV files and workbooks that are no list of reports."""

from collections.abc import Callable

from tests.security.corpus.archives import packed, streamed
from tests.security.corpus.bombs import MILLION, archive, bomb, deflated
from tests.security.corpus.hostile import Hostile, files

Stream = tuple[bytes, int, int]
HEAD = "item,description,lon,lat,crs\n"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/></Types>'
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(sheet: str | Stream, strings: str | Stream = "", before: str = "") -> bytes:
    """A workbook of one sheet; parts that are long are given packed."""
    book = (
        f'{before}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    related = (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{RELATIONS}/worksheet"'
        f' Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{RELATIONS}/sharedStrings"'
        ' Target="sharedStrings.xml"/></Relationships>'
    )
    root = (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{RELATIONS}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>'
    )
    types = TYPES.replace(
        "</Types>",
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
    )
    members = {
        "[Content_Types].xml": types, "_rels/.rels": root, "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": related, "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": strings or f'<sst xmlns="{MAIN}"/>',
    }  # fmt: skip
    return archive(
        {name: streamed(text.encode()) if isinstance(text, str) else text for name, text in members.items()}
    )


def sheet(rows: str, before: str = "", dimension: str = "A1:B2") -> str:
    return f'{before}<worksheet xmlns="{MAIN}"><dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'


def halves(text: str, at: str) -> tuple[bytes, bytes]:
    before, sign, after = text.partition(at)
    return before.encode(), (sign + after).encode()


def text_cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


TITLES = f"<row>{text_cell('item')}{text_cell('lon')}</row>"
LAUGHS = '<!DOCTYPE x [<!ENTITY a "lol">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)

CSV: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a field of 4 MB": lambda: (HEAD + f"26,{'x' * 4 * MILLION},1,1,4490\n").encode(),
    "a quote without end": lambda: (HEAD + '26,"' + "x\n" * MILLION).encode(),
    "2 million columns": lambda: b"item" + b"," * (2 * MILLION) + b"\n" + b"," * (2 * MILLION),
    "2 million empty rows": lambda: HEAD.encode() + b"\n" * (4 * MILLION),
    "a million short rows": lambda: HEAD.encode() + b"26,x\n" * MILLION,
    "NUL": lambda: HEAD.encode() + b"26,\0,\0,1,4490\n",
    "zeros": lambda: bytes(4 * MILLION),
    "UTF-16": lambda: (HEAD + "26,x,1,1,4490\n").encode("utf-16"),
    "formulas": lambda: (HEAD + "26,=cmd|' /C calc'!A0,1e999,nan,4490\n" * 500).encode(),
    "2,000 rows of nonsense": lambda: (HEAD + "99,x,nan,inf,pipeline\n" * 2000).encode(),
    "only returns": lambda: HEAD.encode() + b"\r" * MILLION,
}
XLSX: dict[str, Callable[[], bytes]] = {
    "a sheet of 1 GB": lambda: workbook(deflated(b" ", 1000, *halves(sheet(TITLES), "</sheetData>"))),
    "a million rows": lambda: workbook(sheet(TITLES + "<row/>" * MILLION)),
    "100,000 cells a row": lambda: workbook(sheet(TITLES + f"<row>{'<c/>' * 100_000}</row>" * 50)),
    "3 million strings": lambda: workbook(
        sheet(TITLES), f'<sst xmlns="{MAIN}">{"<si><t>x</t></si>" * (3 * MILLION)}</sst>'),
    "one string of 500 MB": lambda: workbook(
        sheet(TITLES), deflated(b"x", 500, f'<sst xmlns="{MAIN}"><si><t>'.encode(), b"</t></si></sst>")),
    "billion laughs in the sheet": lambda: workbook(sheet(f"<row>{text_cell('&i;')}</row>", LAUGHS + "]>")),
    "billion laughs in the book": lambda: workbook(sheet(TITLES), before=LAUGHS + "]>"),
    "a file as entity": lambda: workbook(
        sheet(f"<row>{text_cell('&x;')}</row>", '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>')),
    "a dimension of everything": lambda: workbook(sheet(TITLES, dimension="A1:XFD1048576")),
    "a row far down": lambda: workbook(sheet(TITLES + f'<row r="1048576">{text_cell("26")}</row>')),
    "a row beyond all": lambda: workbook(sheet(TITLES + f'<row r="999999999999">{text_cell("26")}</row>')),
    "a column far right": lambda: workbook(
        sheet('<row r="1"><c r="XFD1" t="inlineStr"><is><t>item</t></is></c></row>')),
    "a string that is not there": lambda: workbook(sheet('<row><c t="s"><v>99999999</v></c></row>')),
    "a day that is none": lambda: workbook(sheet(TITLES + '<row><c t="d"><v>99999-99-99</v></c></row>')),
    "deep": lambda: workbook(sheet("<row>" + "<a>" * 100_000 + "</a>" * 100_000 + "</row>")),
    "a bomb": lambda: bomb("xl/workbook.xml", b" ", 700),
    "no workbook": lambda: packed({"a.txt": b"x"}),
    "zeros": lambda: b"PK\x03\x04" + bytes(10_000),
}  # fmt: skip
ALL: list[Hostile] = [*files("table", ".csv", CSV), *files("table", ".xlsx", XLSX)]
