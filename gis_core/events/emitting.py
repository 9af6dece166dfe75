"""Writing an event from Python; triggers and SQL functions call `event_emit` themselves."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from gis_core import access

KINDS = ("incident", "tiles", "plan", "areas")


def emit(kind: str, code: str, data: Mapping[str, Any], permission: str = "") -> None:
    """Tell of `kind` in the area with this code, once the running transaction commits.

    `permission` is an action of gis_core.access: those hear it who may do that in `code`; '' is everybody.
    Raises ValueError for a kind or an action that there is not: a slip of the pen.
    """
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r} is none of {KINDS}")
    if permission and permission not in access.ACTIONS:
        raise ValueError(f"no role has the action {permission!r}")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event_emit(%s, %s, %s, %s::jsonb)",
            [kind, code, permission, json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)],
        )
