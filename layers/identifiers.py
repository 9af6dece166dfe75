"""Identifiers with rules of their own: social credit codes and camera codes.

The same rules hold in the database (layers/sql/020_identifiers.sql), for every writer; a test compares the two.
"""

import re

from django.utils.translation import gettext as _

CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015: digits and capitals without I, O, S, V, Z; a character's value is its place here."""
CREDIT_WEIGHTS = tuple(3**place % 31 for place in range(17))
CREDIT_CODE = re.compile(f"[{CREDIT_CHARACTERS}]{{2}}[0-9]{{6}}[{CREDIT_CHARACTERS}]{{10}}")
CAMERA_CODE = re.compile(r"[1-8][0-9]{9}13[12][0-9]{7}")
"""GB/T 28181: 8 digits of the centre (an administrative area), 2 sector, 3 type, 1 network, 6 number."""


def credit_check_character(first: str) -> str:
    """The 18th character for the first 17 of a unified social credit code (GB 32100-2015, modulus 31)."""
    total = sum(
        CREDIT_CHARACTERS.index(char) * weight for char, weight in zip(first, CREDIT_WEIGHTS, strict=True)
    )
    return CREDIT_CHARACTERS[-total % 31]


def credit_code_error(code: str) -> str | None:
    """Why this is no unified social credit code, in words; None if it is one."""
    if not CREDIT_CODE.fullmatch(code):
        return _(
            "%(code)s is no unified social credit code: 18 characters, digits and capitals without I, O, S, V, Z"
        ) % {"code": code[:40]}
    expected = credit_check_character(code[:17])
    if code[17] != expected:
        return _("%(code)s has the wrong check character: it should be %(expected)s") % {
            "code": code,
            "expected": expected,
        }
    return None


def is_camera_code(code: str) -> bool:
    return CAMERA_CODE.fullmatch(code) is not None
