"""What every write to a plan is asked with and answers: bodies, revisions, and the changes since what was seen."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request

from gis_core.errors import WanggeError
from grid_editor import selectors
from grid_editor.api.findings import features
from grid_editor.api.serializers import buttons
from grid_editor.commands.arguments import wrong
from grid_editor.services import Outcome

TOKEN = re.compile(r"[A-Za-z0-9_-]*")
LONGEST_TOKEN = 64


def body_of(request: Request) -> Mapping[str, Any]:
    """The JSON object that was sent. Raises WanggeError for anything else."""
    if not isinstance(request.data, Mapping):
        raise WanggeError(_("The body must be a JSON object."), code="invalid")
    return request.data


def revision_of(given: Mapping[str, Any], required: bool = False) -> int | None:
    """The revision that the client saw."""
    value = given.get("revision")
    if value is None and not required:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise wrong("revision", _("the plan's revision that the command was made on"))
    return value


def token_of(given: Mapping[str, Any]) -> str:
    """The client's own mark of this write, by which it can be sent again and is applied once."""
    value = given.get("token", "")
    if not isinstance(value, str) or len(value) > LONGEST_TOKEN or not TOKEN.fullmatch(value):
        raise wrong("token", _("at most %(longest)s letters, digits, - and _") % {"longest": LONGEST_TOKEN})
    return value


def of(outcome: Outcome, seen: int | None) -> dict[str, Any]:
    """What a client must know to draw the plan as it is now: everything that changed since what it saw.

    `defects`: the errors of the villages that were touched; warnings are asked for when somebody looks.
    """
    plan = outcome.plan
    since = plan.revision - 1 if seen is None else min(seen, plan.revision - 1)
    changed, removed = selectors.changes_since(plan, since)
    return {
        "revision": plan.revision,
        "number": outcome.command.number,
        "kind": outcome.command.kind,
        "codes": outcome.command.codes,
        "changed": selectors.collection(changed),
        "removed": removed,
        "defects": selectors.collection(features(plan, outcome.delta.villages(), "error")),
        **buttons(plan),
    }
