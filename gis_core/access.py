"""Who may do what, where: the one rule for every surface.

A membership (user, role, code prefix) lets its user do what the role allows in every area whose code begins
with the prefix; the empty prefix is everywhere. Superusers may everything. Views, services and OGC surfaces
ask here and nowhere else.
"""

from collections.abc import Iterable
from http import HTTPStatus

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Q
from django.utils.translation import gettext as _

from gis_core.errors import Refused, WanggeError
from gis_core.models import Membership, Role

Anyone = AbstractBaseUser | AnonymousUser

STAFF = frozenset({"view_staff"})
READ = frozenset({"view_plan"}) | STAFF
HELP = frozenset({"view_emergency", "view_internal"})
WATCH = READ | HELP | {"view_cameras"}
DRAW = READ | {"edit_plan", "submit_plan", "withdraw_plan", "comment"}
DECIDE = WATCH | {"approve_plan", "return_plan", "publish_plan", "withdraw_plan", "comment"}

SEE = frozenset({"view_incident"})
COLLECT = SEE | {
    "report_incident",
    "self_close_incident",
    "triage_incident",
    "verify_incident",
    "evaluate_incident",
}
COMMAND = COLLECT | {"dispatch_incident", "decide_incident", "close_incident", "supervise_incident"}
ANSWER = SEE | {"report_incident", "check_in_incident", "feed_back_incident"}

RULES: dict[str, frozenset[str]] = {
    Role.COMMITTEE: DRAW | DECIDE | SEE | {"decide_incident", "supervise_incident"},
    Role.DRAWER: DRAW,
    Role.DISPATCHER: WATCH | COMMAND,
    Role.DEPARTMENT: READ | HELP | ANSWER,
    Role.WORKER: STAFF | HELP | COLLECT,
    Role.VIEWER: READ | SEE,
    Role.AUDITOR: WATCH | SEE | {"supervise_incident", "view_audit"},
}
"""Role -> the actions it may do within its prefix.

Layers: `view_staff` (grid staff), `view_emergency` (warehouses and their stock), `view_cameras` (where cameras stand is
worth knowing to those they watch: for who commands, decides or audits), `view_internal` (fields of a public layer that
are not for everybody, as a contact's number).
Incidents: what each action of the loop asks for stands in incidents/loop/actions.py.
"""

UNDECLARED = "undeclared"
"""The action that no role has: what a declaration asks for which says nothing. Superusers only."""

ACTIONS = frozenset({UNDECLARED}).union(*RULES.values())

CHALLENGE = 'Token realm="wangge"'
"""What a 401 of the REST surface asks for; not `Basic`, or browsers open their own dialog over the editor."""


class NotSignedIn(WanggeError):
    """Nobody is signed in, and what was asked needs somebody."""

    status = HTTPStatus.UNAUTHORIZED
    code = "not_signed_in"
    headers = {"WWW-Authenticate": CHALLENGE}


def roles_allowing(action: str) -> list[str]:
    """The roles that may do `action`. Raises KeyError for an action that no role has: a slip of the pen."""
    if action not in ACTIONS:
        raise KeyError(action)
    return [role for role, allowed in RULES.items() if action in allowed]


def prefixes(user: Anyone, action: str) -> list[str]:
    """The code prefixes under which the user may do `action`; [''] means everywhere, [] nowhere."""
    roles = roles_allowing(action)
    if not user.is_authenticated or not user.is_active:
        return []
    if getattr(user, "is_superuser", False):
        return [""]
    found = Membership.objects.filter(user_id=user.pk, role__in=roles)
    return sorted(found.values_list("code_prefix", flat=True).distinct())


def held(user: Anyone) -> dict[str, tuple[str, ...]]:
    """Every action that the user may do anywhere, with its code prefixes (see `prefixes`), in one query."""
    if not user.is_authenticated or not user.is_active:
        return {}
    if getattr(user, "is_superuser", False):
        return dict.fromkeys(ACTIONS, ("",))
    found: dict[str, set[str]] = {}
    for role, prefix in Membership.objects.filter(user_id=user.pk).values_list("role", "code_prefix"):
        for action in RULES.get(role, frozenset()):
            found.setdefault(action, set()).add(prefix)
    return {action: tuple(sorted(codes)) for action, codes in found.items()}


def may(user: Anyone, action: str, code: str) -> bool:
    """Whether the user may do `action` in the area with this code."""
    return any(code.startswith(prefix) for prefix in prefixes(user, action))


def require(user: Anyone, action: str, code: str) -> None:
    """Raise NotSignedIn (401) or Refused (403), saying which roles may, unless the user may."""
    if may(user, action, code):
        return
    if not user.is_authenticated:
        raise NotSignedIn(_("Sign in first."), {"action": action})
    titles = ", ".join(str(Role(role).label) for role in roles_allowing(action))
    raise Refused(
        _("Your roles do not allow this in %(code)s. Allowed are, for their own area: %(roles)s.")
        % {"code": code, "roles": titles},
        {"action": action, "code": code, "roles": roles_allowing(action)},
    )


def within(field: str, allowed: Iterable[str]) -> Q:
    """A filter: the code in `field` begins with one of these prefixes (see `prefixes`); none, no row."""
    condition = Q(pk__in=[])
    for prefix in allowed:
        condition |= Q(**{f"{field}__startswith": prefix})
    return condition
