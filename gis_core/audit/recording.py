"""Notes what only the server knows: refusals, signing in, reading of protected fields."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection


def record(action: str, thing: str, key: str = "", code: str = "", **data: Any) -> None:
    """One line, in the caller's transaction, for whom the code acts (gis_core/scope.py).

    `action`: a word of at most 24 letters; `thing` and `key`: what was acted on; `code`: where it lies.
    """
    said = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False).replace("\\u0000", "")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_write(%s, %s, %s, %s, %s::jsonb)",
            [action, _storable(thing), _storable(key), code, said],
        )


def _storable(text: str) -> str:
    """PostgreSQL text holds no NUL."""
    return text.replace("\0", "")
