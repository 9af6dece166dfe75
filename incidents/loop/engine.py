"""Does an action with an incident, or says why not: the one way by which the programme changes a state.

One transaction: the row is locked, who and guards are asked, the step is written, effects are applied, the new
state is saved. What the programme itself does next (`then`) follows in the same transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gis_core.access import NotSignedIn
from gis_core.errors import Conflict, NotFound, Refused
from incidents import clock
from incidents.loop import needs, people
from incidents.loop.actions import ACTIONS, BY_KEY, Action
from incidents.loop.context import Context, Person
from incidents.loop.effects import EFFECTS
from incidents.loop.guards import GUARDS
from incidents.loop.states import BY_KEY as STATES
from incidents.models import Incident, Step

SYSTEM = Person()


class NotNow(Conflict):
    """The action does not fit the state, or a guard forbids it; `details.reason` names which."""

    code = "not_now"


@dataclass(frozen=True)
class Possible:
    """Whether an action can be done now; `reason` is the code of what forbids it."""

    action: Action
    allowed: bool
    reason: str = ""
    message: str = ""


def who(context: Context, action: Action) -> str | None:
    """As whom the person may do it: the name in the declaration; None if they may not."""
    return next((name for name in action.who if context.matches(name, action.level)), None)


def forbidden(context: Context, action: Action) -> tuple[str, str] | None:
    """The first guard that forbids it, with its sentence."""
    for name in action.guards:
        sentence = GUARDS[name](context)
        if sentence is not None:
            return name, sentence
    return None


def possible(incident: Incident, user: Any, at: datetime | None = None) -> list[Possible]:
    """The actions that the user could do from this state, and those that a guard holds back, saying why."""
    context = Context(
        incident, Person(user) if user.is_authenticated else Person(_Nobody()), at or timezone.now()
    )
    fitting = [a for a in ACTIONS if incident.state in a.moves and who(context, a) is not None]
    found = ((action, forbidden(context, action)) for action in fitting)
    return [Possible(a, bad is None, *(bad or ("", ""))) for a, bad in found]


class _Nobody:
    """A user who may nothing."""

    pk = 0
    is_authenticated = False
    is_active = False


def perform(
    user: Any, number: str, key: str, body: Mapping[str, Any] | None = None, at: datetime | None = None
) -> Incident:
    """Do the action `key` with the incident `number`; the incident as it is then.

    `user` None is the programme itself. Raises NotFound, NotSignedIn, Refused (who), NotNow (state, guards), Wrong
    (what was given). `at`: the moment, now unless a test or a simulation says otherwise.
    """
    action = BY_KEY.get(key)
    if action is None:
        known = sorted(BY_KEY)
        raise NotFound(
            _("There is no action %(key)s.") % {"key": key[:40]}, {"allowed": known}, "unknown_action"
        )
    person = SYSTEM if user is None else Person(user)
    with transaction.atomic():
        incident = Incident.objects.select_for_update(of=("self",)).filter(number=number).first()
        if incident is None:
            raise NotFound(
                _("There is no incident %(number)s.") % {"number": number[:40]}, {"number": number[:40]}
            )
        return _do(Context(incident, person, at or timezone.now()), action, body or {})


def _do(context: Context, action: Action, body: Mapping[str, Any]) -> Incident:
    incident = context.incident
    if not context.person.is_system and not context.person.user.is_authenticated:
        raise NotSignedIn(_("Sign in first."))
    role = who(context, action)
    if role is None:
        raise Refused(
            _("You may not %(action)s this incident. That is for: %(who)s.")
            % {"action": _title(action), "who": people.words(action)},
            {"action": action.key, "who": list(action.who), "level": action.level},
        )
    if incident.state not in action.moves:
        raise NotNow(
            _("It is %(state)s; that is no state for: %(action)s.")
            % {"state": _title(STATES[incident.state]), "action": _title(action)},
            {"reason": "state", "state": incident.state, "allowed": sorted(action.moves)},
        )
    context.given = needs.read(action, body)
    bad = forbidden(context, action)
    if bad is not None:
        raise NotNow(bad[1], {"reason": bad[0], "state": incident.state})
    _move(context, action, role)
    return _follow(context, action)


def _move(context: Context, action: Action, role: str) -> None:
    incident, target = context.incident, action.moves[context.incident.state]
    was = incident.state
    for name in action.effects:
        EFFECTS[name](context)
    _write_step(context, action, role, was, target)
    incident.state = target
    if was != target:
        incident.step_since = context.at
    incident.save()
    incident.refresh_from_db()
    light = clock.light(incident, context.at)
    if light != incident.light:
        Incident.objects.filter(pk=incident.pk).update(light=light)
        incident.light = light


def _write_step(context: Context, action: Action, role: str, was: str, target: str) -> None:
    user = context.person.user
    Step.objects.create(
        incident=context.incident,
        at=context.at,
        action=action.key,
        from_state=was,
        to_state=target,
        user_id=user.pk if user else None,
        who=user.get_username() if user else "system",
        role=role,
        department=str(context.data.pop("department", "") or context.value("department") or ""),
        text=context.value("text") or "",
        data=context.data,
        place=_point(context),
    )


def _point(context: Context) -> Any:
    place = context.value("place")
    if place is None:
        return None
    return Point(place.x, place.y, srid=4490)


def _follow(context: Context, action: Action) -> Incident:
    """What the programme does next, if anything: the first of `then` that no guard forbids."""
    for key in action.then.split():
        follower = Context(context.incident, SYSTEM, context.at, {})
        if forbidden(follower, BY_KEY[key]) is None:
            return _do(follower, BY_KEY[key], {})
    return context.incident


def _title(thing: Any) -> str:
    return thing.title.of("en" if (get_language() or "").startswith("en") else "zh")
