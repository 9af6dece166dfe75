"""Bodies as REST framework reads them, without texts that nothing could store or send again.

JSON may spell half of a character (`"\\ud800"`), and some encodings can too; neither UTF-8 nor the database holds it.
"""

import re
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles, FormParser, JSONParser, MultiPartParser

HALF = re.compile("[\ud800-\udfff]")
NUL = re.compile("\0")
"""Which JSON in the database cannot hold; fields that are read refuse it themselves, by their name."""


class _WholeTexts:
    """Raises ParseError for half a character in a name or a value."""

    def parse(self, *arguments: Any, **named: Any) -> Any:
        found = super().parse(*arguments, **named)  # type: ignore[misc]
        data = found.data if isinstance(found, DataAndFiles) else found
        half = first(HALF, dict(data.lists()) if hasattr(data, "lists") else data)
        if half is not None:
            text = _("A text has %(half)s in it, half of a character: allowed is what UTF-8 can hold.")
            raise ParseError(text % {"half": half})
        return found


class Json(_WholeTexts, JSONParser):
    """JSON."""


class Form(_WholeTexts, FormParser):
    """A form in the address's notation."""


class MultiPart(_WholeTexts, MultiPartParser):
    """A form with files."""


def first(unwanted: re.Pattern[str], value: Any) -> str | None:
    """The first such character in all texts within, as JSON spells it."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if found := unwanted.search(one):
                return f"\\u{ord(found[0]):04x}"
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += [inner for inner in one if isinstance(inner, str | list | dict)]
    return None
