"""Personal data is shown masked, unless somebody says what they need it for; that is then in the audit.

The forms are the usual ones: of a telephone the first 3 and the last 4 digits, of a name the first character.
"""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Literal
from urllib.parse import unquote

from django.utils.translation import gettext as _
from rest_framework.request import Request

from gis_core.audit import record
from gis_core.errors import WanggeError

Mask = Literal["phone", "name"]
SHORTEST, LONGEST = 2, 200
HEADER = "X-Purpose"
LISTED = 1000
"""Ids of rows that one line of the audit lists."""


def phone(text: str) -> str:
    """138****5678; of what is too short for that, nothing but its length."""
    return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}" if len(text) > 8 else "*" * len(text)


def name(text: str) -> str:
    """张*, 欧**."""
    return text[:1] + "*" * (len(text) - 1) if len(text) > 1 else "*" * len(text)


MASKS: Mapping[str, Callable[[str], str]] = {"phone": phone, "name": name}


def masked(value: Any, mask: Mask) -> Any:
    """The value as it is shown without a purpose; empty and null stay so."""
    return MASKS[mask](value) if isinstance(value, str) else value


def purpose_of(request: Request) -> str:
    """What the request says that it needs personal data for: `?purpose=` or the header X-Purpose (percent-encoded)."""
    return checked(request.query_params.get("purpose") or unquote(request.headers.get(HEADER, "")))


def checked(text: str) -> str:
    """A purpose, '' for none. Raises WanggeError for one that says nothing or too much."""
    said = text.strip()
    control = any(unicodedata.category(character).startswith("C") for character in said)
    if said and (control or not SHORTEST <= len(said) <= LONGEST):
        message = _("A purpose has %(shortest)d to %(longest)d characters.")
        limits = {"shortest": SHORTEST, "longest": LONGEST}
        raise WanggeError(message % limits, limits, "bad_purpose")
    return said


def note(
    thing: str, purpose: str, keys: list[Any], fields: list[str], code: str = "", rows: int | None = None
) -> None:
    """Put the reading into the audit; call it before anything is shown. `rows`: how many, if more than `keys`."""
    record(
        "read", thing, str(keys[0]) if len(keys) == 1 else "", code,
        purpose=purpose, fields=fields, rows=rows or len(keys), keys=[str(key) for key in keys[:LISTED]],
    )  # fmt: skip
