"""What one request may ask for at most. docs/security.md lists these and the limits that single surfaces keep.

How long its statements may take is said in gis_core/statement_time.py.
"""

import os

BODY_BYTES = 32 * 1024 * 1024
"""Of a body that is no upload: JSON, XML, a form. A county's plan redrawn at once is about a tenth."""

JSON_BYTES = 8 * 1024 * 1024
"""Of a body of JSON: Python makes objects of it that are thirty times as large. 200,000 corners fit."""

XML_MARKUP = 600_000
"""Signs < & = of a document, as there is a node for each: a county's plan redrawn at once has a third."""

XML_MARKUP_OF_A_QUERY = 20_000
"""The same of a document that only reads: filters become SQL."""

CONDITIONS = 1_000
"""Comparisons in one filter of a Transaction."""

VERTICES = 100_000
"""Of one geometry that is sent: over WFS, in a command. A county's border has about 20,000."""

UPLOAD_BYTES = 110 * 1024 * 1024
"""Of a body with files; what a single file may be is less, and said where it is read."""

RATES: dict[str, tuple[int, int]] = {
    "sign_in": (60, 60),  # sessions opened, from one address
    "token": (30, 60),  # tokens asked for, from one address
    "intake": (6000, 60),  # reports, by one user: a hotline's burst passes, a loop gone wild does not
    "open311": (6000, 60),  # calls of Open311, by one user or, without one, from one address
}
"""What -> so many within so many seconds. WANGGE_RATES="intake=600/60,token=10/60" changes them."""

for _pair in filter(None, os.environ.get("WANGGE_RATES", "").split(",")):
    _what, _rate = _pair.split("=")
    if _what.strip() not in RATES:
        raise ValueError(f"WANGGE_RATES: {_what} is none of {', '.join(RATES)}")
    _most, _seconds = _rate.split("/")
    RATES[_what.strip()] = (int(_most), int(_seconds))
