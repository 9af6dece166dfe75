"""What an action changes beside the state. One function each; the engine saves the incident afterwards."""

from collections.abc import Callable
from datetime import datetime

from django.contrib.gis.geos import Point
from django.db.models import Avg

from incidents import clock
from incidents.loop.context import Context
from incidents.loop.states import WHISTLES, YELLOW_FROM
from incidents.models import Evaluation, Incident, Whistle

Effect = Callable[[Context], None]
EFFECTS: dict[str, Effect] = {}


def effect(function: Effect) -> Effect:
    """Enter it under its name."""
    EFFECTS[function.__name__] = function
    return function


# ---- the case -----------------------------------------------------------------------------------------------


@effect
def begin_case(context: Context) -> None:
    """From a draft: the report counts from now; the database sets the clocks."""
    context.incident.reported_at = context.at
    context.incident.due_at = None


@effect
def accept(context: Context) -> None:
    context.incident.accepted_at = context.at
    context.incident.handler = "village"


@effect
def by_village(context: Context) -> None:
    context.incident.handler = "village"


@effect
def by_street(context: Context) -> None:
    context.incident.handler = "street"


@effect
def by_department(context: Context) -> None:
    context.incident.handler = "department"


@effect
def self_handled(context: Context) -> None:
    context.incident.self_handled = True
    context.incident.accepted_at = context.at
    context.incident.feedback_at = context.at


@effect
def result(context: Context) -> None:
    context.incident.result = context.value("text", "")


@effect
def feed_back(context: Context) -> None:
    context.incident.feedback_at = context.at


@effect
def solved(context: Context) -> None:
    said = context.value("solved")
    context.incident.solved = True if said is None else said


@effect
def close(context: Context) -> None:
    context.incident.closed_at = context.at
    context.incident.reply_wanted = False


@effect
def end(context: Context) -> None:
    """It ends without having been handled."""
    close(context)


@effect
def merge(context: Context) -> None:
    context.incident.merged_into = Incident.objects.get(number=context.value("into"))
    context.data["into"] = context.value("into")


# ---- requests and their decisions ---------------------------------------------------------------------------


def _ask(context: Context, what: str) -> None:
    incident = context.incident
    incident.pending = what
    by = "" if context.person.is_system else context.person.user.get_username()
    incident.pending_data = {"by": by, "at": context.at.isoformat(), "text": context.value("text", "")}
    if context.value("hours"):
        incident.pending_data["hours"] = float(context.value("hours"))


@effect
def ask_reject(context: Context) -> None:
    _ask(context, "reject")


@effect
def ask_void(context: Context) -> None:
    _ask(context, "void")


@effect
def ask_extend(context: Context) -> None:
    _ask(context, "extend")


@effect
def ask_suspend(context: Context) -> None:
    _ask(context, "suspend")


@effect
def settle_pending(context: Context) -> None:
    if context.incident.pending:
        context.data["request"] = {"kind": context.incident.pending, **context.incident.pending_data}
    context.incident.pending = ""
    context.incident.pending_data = {}


@effect
def extend(context: Context) -> None:
    """More time for the case; the original deadline stays for the figures."""
    incident = context.incident
    hours = float(incident.pending_data["hours"])
    assert incident.due_at is not None
    _set_due(incident, incident.due_at, clock.add(incident.due_at, hours, incident.limit_unit))
    incident.extension_count += 1


def _set_due(incident: Incident, was: datetime | None, due: datetime) -> None:
    """Yellow begins as long before the deadline as before."""
    assert was is not None
    assert incident.yellow_at is not None
    ahead = clock.between(incident.yellow_at, was, incident.limit_unit)
    incident.due_at = due
    incident.yellow_at = clock.add(due, -ahead, incident.limit_unit)


@effect
def suspend(context: Context) -> None:
    context.incident.suspended_at = context.at


@effect
def resume(context: Context) -> None:
    """What was left of the limit when it was suspended is left now."""
    incident = context.incident
    assert incident.due_at is not None
    assert incident.yellow_at is not None
    assert incident.suspended_at is not None
    for name in ("due_at", "yellow_at", "original_due_at"):
        left = clock.between(incident.suspended_at, getattr(incident, name), incident.limit_unit)
        setattr(incident, name, clock.add(context.at, left, incident.limit_unit))
    incident.suspended_at = None


# ---- departments --------------------------------------------------------------------------------------------


def _end_whistles(context: Context) -> None:
    context.incident.whistles.filter(ended_at=None).update(ended_at=context.at)
    context.__dict__.pop("whistles", None)


@effect
def whistle(context: Context) -> None:
    """Call the departments; the step is due when they must have checked in."""
    incident, kind = context.incident, context.value("kind")
    _title, limit = WHISTLES[kind]
    due = clock.add(context.at, limit.hours, limit.unit)
    half = clock.add(context.at, limit.hours / 2, limit.unit)
    _end_whistles(context)
    called = [
        (context.value("department"), True),
        *((code, False) for code in context.value("support") or []),
    ]
    for department, is_lead in called:
        Whistle.objects.create(
            incident=incident,
            kind=kind,
            department_id=department,
            is_lead=is_lead,
            sent_at=context.at,
            due_at=due,
            return_until=half,
        )
    incident.lead_department = context.value("department")
    incident.handler = "department"
    incident.dispatched_at = incident.dispatched_at or context.at
    incident.step_unit = limit.unit
    incident.step_due_at = due
    incident.step_yellow_at = clock.add(context.at, limit.hours * YELLOW_FROM, limit.unit)
    context.data.update(kind=kind, support=context.value("support") or [])


@effect
def force(context: Context) -> None:
    """The district decides who does it: that department counts as called and checked in."""
    _end_whistles(context)
    incident, department = context.incident, context.value("department")
    Whistle.objects.create(
        incident=incident,
        kind="daily",
        department_id=department,
        sent_at=context.at,
        due_at=context.at,
        return_until=context.at,
        checked_in_at=context.at,
    )
    incident.lead_department, incident.handler = department, "department"
    incident.checked_in_at = incident.checked_in_at or context.at


@effect
def check_in(context: Context) -> None:
    _arrive(context, lead=True)
    context.incident.checked_in_at = context.incident.checked_in_at or context.at


@effect
def check_in_support(context: Context) -> None:
    _arrive(context, lead=False)


def _arrive(context: Context, lead: bool) -> None:
    own = context.own_whistle(lead)
    assert own is not None
    own.checked_in_at = context.at
    own.save(update_fields=["checked_in_at"])
    context.data["department"] = own.department_id
    context.data["in_time"] = context.at <= own.due_at


@effect
def return_whistle(context: Context) -> None:
    own = context.own_whistle(lead=True)
    assert own is not None
    own.returned_at = context.at
    own.save(update_fields=["returned_at"])
    context.incident.return_count += 1
    context.data.update(department=own.department_id, suggested=context.value("department") or "")
    _end_whistles(context)


# ---- back again ---------------------------------------------------------------------------------------------


@effect
def rework(context: Context) -> None:
    """It goes back to work with its item's whole limit; the original deadline stays for the figures."""
    incident = context.incident
    incident.rework_count += 1
    incident.handler = incident.handler or "village"
    incident.due_at = clock.add(context.at, float(incident.limit_hours or 0), incident.limit_unit)
    share = float(incident.limit_hours or 0) * YELLOW_FROM
    incident.yellow_at = clock.add(context.at, share, incident.limit_unit)


@effect
def reopen(context: Context) -> None:
    incident = context.incident
    incident.closed_at = incident.evaluated_at = None
    incident.solved = False


@effect
def evaluate(context: Context) -> None:
    incident, party = context.incident, context.person.party(context.incident)
    assert party is not None
    marks = {name: context.value(name) for name in ("response", "handling", "satisfaction")}
    Evaluation.objects.create(
        incident=incident,
        party=party,
        user=context.person.user,
        at=context.at,
        text=context.value("text", ""),
        **marks,
    )
    incident.evaluated_at = incident.evaluated_at or context.at
    mean = incident.evaluations.aggregate(mean=Avg("satisfaction"))["mean"]
    incident.satisfaction = int(mean + 0.5)
    context.data.update(party=party, **marks)


@effect
def evaluate_by_default(context: Context) -> None:
    """Nobody did: it counts as evaluated, and in no rate of satisfaction."""
    Evaluation.objects.create(incident=context.incident, party="system", at=context.at)
    context.incident.evaluated_at = context.at


# ---- at any time --------------------------------------------------------------------------------------------


@effect
def supervise(context: Context) -> None:
    level = int(context.value("supervision"))
    context.incident.supervised = max(context.incident.supervised, level)
    context.incident.reply_wanted = True
    context.data["level"] = level


@effect
def reply(context: Context) -> None:
    context.incident.reply_wanted = False


@effect
def pick_grid(context: Context) -> None:
    context.incident.picked_grid = context.value("grid")
    context.data["grid"] = context.value("grid")


@effect
def relocate(context: Context) -> None:
    """The database tags it anew; what it said at the report stays."""
    was, place = context.incident.geom, context.value("place")
    context.data["from"] = [was.x, was.y]
    context.incident.geom = Point(place.x, place.y, srid=4490)
    context.incident.picked_grid = None
