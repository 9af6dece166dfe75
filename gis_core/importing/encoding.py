"""Which encoding are the texts of a file in? Shapefiles seldom say, and when they do they are often wrong.

Works on bytes only: reading.py takes every text as ISO 8859-1, which keeps the bytes, and asks here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gis_core.importing.options import Problem, refuse

CODE_PAGES = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5", 0x78: "big5"}
"""The language driver byte of a dBASE header (byte 29) where it means a Chinese code page."""
CJK = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")


@dataclass(frozen=True)
class Text:
    """The texts of one row as bytes, each possibly empty. Row 0 is the field names."""

    row: int
    values: tuple[bytes, ...]


def named(name: str) -> str:
    """Python's name of an encoding; GBK and GB2312 are read as GB18030, which holds both.

    Raises ImportRefused for an unknown one.
    """
    wanted = name.strip().lower()
    if wanted in ("gbk", "gb2312", "cp936", "936", "ansi 936", "windows-936"):
        return "gb18030"
    wanted = f"cp{wanted}" if wanted.isdigit() and wanted != "65001" else wanted.replace("65001", "utf-8")
    try:
        "".encode(wanted)
        b"x".decode(wanted)
    except (
        LookupError,
        ValueError,
    ) as error:  # a name with NUL in it; Python's "undefined", which only ever fails
        raise refuse(
            _("%s is no encoding known here. Allowed: utf-8, gbk, gb18030, big5, ...") % name
        ) from error
    return wanted


def decided(texts: Iterable[Text], given: str | None, declared: str | None) -> str:
    """The encoding all rows are in: the given one, else the declared one, else UTF-8 or GB18030 by trial.

    Raises ImportRefused, naming rows, when the rows do not all fit it or are visibly mixed.
    """
    filled = [text for text in texts if any(not value.isascii() for value in text.values)]
    if given:
        return _fitting(filled, named(given), _("--encoding"))
    _refuse_mixture(filled)
    if declared and not _misfits(filled, named(declared)):
        return named(declared)
    for candidate in ("utf-8", "gb18030"):
        if not _misfits(filled, candidate):
            return candidate
    return _fitting(filled, "gb18030", _("no declared encoding, tried UTF-8 and GBK"))


def _fits(text: Text, encoding: str) -> bool:
    try:
        for value in text.values:
            value.decode(encoding)
    except UnicodeError:  # of most encodings it is a UnicodeDecodeError, of "idna" not always
        return False
    return True


def _misfits(texts: list[Text], encoding: str) -> list[Text]:
    return [text for text in texts if not _fits(text, encoding)]


def _fitting(texts: list[Text], encoding: str, source: str) -> str:
    wrong = _misfits(texts, encoding)
    if wrong:
        message = _(
            "The text is not %(encoding)s (%(source)s). Give the file's encoding with --encoding."
        ) % {
            "encoding": encoding,
            "source": source,
        }
        raise refuse(message, [Problem(text.row, "encoding", message) for text in wrong])
    return encoding


def _refuse_mixture(texts: list[Text]) -> None:
    """Some rows surely UTF-8, others surely not: two programs wrote into this file."""
    utf8 = [text for text in texts if _is_chinese_utf8(text)]
    other = _misfits(texts, "utf-8")
    if not (utf8 and other):
        return
    fewer, kind = (other, _("not UTF-8")) if len(other) <= len(utf8) else (utf8, "UTF-8")
    message = _(
        "The file mixes encodings: %(utf8)s rows are UTF-8, %(other)s are not (rows %(rows)s are %(kind)s). "
        "Save it in one encoding, or force one with --encoding."
    ) % {
        "utf8": len(utf8),
        "other": len(other),
        "rows": ", ".join(str(text.row) for text in fewer[:10]),
        "kind": kind,
    }
    raise refuse(message, [Problem(text.row, "encoding", message) for text in fewer])


def _is_chinese_utf8(text: Text) -> bool:
    # Short GBK words can be valid UTF-8 by chance, but then they read as Greek or Arabic, not Chinese.
    return _fits(text, "utf-8") and any(CJK.search(value.decode("utf-8")) for value in text.values)
