"""Why an action is not possible now: one function each, None if it is, else a sentence. Its name is the code."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from django.utils.translation import gettext as _

from incidents.loop.context import Context
from incidents.loop.states import EVALUATE_DAYS, EXTENSIONS, REOPEN_DAYS, SAMPLED_PERCENT, VERIFY_METRES
from incidents.metres import metres_between
from incidents.models import Department, Incident, Item

Guard = Callable[[Context], str | None]
GUARDS: dict[str, Guard] = {}


def guard(function: Guard) -> Guard:
    """Enter it under its name."""
    GUARDS[function.__name__] = function
    return function


def _unless(holds: bool, sentence: str) -> str | None:
    return None if holds else sentence


@guard
def item_self_close(context: Context) -> str | None:
    allowed = Item.objects.filter(code=context.incident.item_code, self_close=True).exists()
    return _unless(allowed, _("Incidents of this item may not be closed on the spot."))


@guard
def within_a_day(context: Context) -> str | None:
    fresh = context.at <= context.incident.reported_at + timedelta(days=1)
    return _unless(fresh, _("Closing on the spot is possible for one day after the report."))


@guard
def photo_after(context: Context) -> str | None:
    return _unless(_has_photo(context), _("A photo of how it looks afterwards is needed."))


@guard
def photo_if_needed(context: Context) -> str | None:
    needed = Item.objects.filter(code=context.incident.item_code, needs_photo=True).exists()
    return _unless(not needed or _has_photo(context), _("A photo of how it looks afterwards is needed."))


def _has_photo(context: Context) -> bool:
    since = context.incident.step_since if context.incident.rework_count else None
    after = context.incident.photos.filter(phase="after")
    return (after.filter(at__gte=since) if since else after).exists()


def is_sampled(incident: Incident) -> bool:
    """By the number's hash, so that nobody can choose, and a repetition gives the same."""
    return sha256(incident.number.encode()).digest()[0] * 100 // 256 < SAMPLED_PERCENT


@guard
def sampled(context: Context) -> str | None:
    return _unless(is_sampled(context.incident), _("This incident is not in the sample."))


@guard
def not_sampled(context: Context) -> str | None:
    return _unless(
        not is_sampled(context.incident), _("This incident is in the sample and will be verified.")
    )


@guard
def nothing_pending(context: Context) -> str | None:
    return _unless(not context.incident.pending, _("A request is waiting for its decision."))


@guard
def something_pending(context: Context) -> str | None:
    return _unless(bool(context.incident.pending), _("No request is waiting."))


@guard
def extend_pending(context: Context) -> str | None:
    return _unless(context.incident.pending == "extend", _("Nobody has asked for more time."))


@guard
def suspend_pending(context: Context) -> str | None:
    return _unless(context.incident.pending == "suspend", _("Nobody has asked to suspend it."))


@guard
def extensions_left(context: Context) -> str | None:
    left = context.incident.extension_count < EXTENSIONS
    return _unless(left, _("More time was granted %d times; that is the most.") % EXTENSIONS)


@guard
def mergeable(context: Context) -> str | None:
    """The other must be open, not itself, and not merged into this one."""
    if context.given is None:
        return None
    other = Incident.objects.filter(number=context.value("into")).first()
    if other is None or other.pk == context.incident.pk or not other.is_open:
        return _("Merge it into another incident that is open.")
    if not context.person.may("view_incident", "grid", other.scope_code):
        return _("Merge it into another incident that is open.")
    return None


@guard
def departments_known(context: Context) -> str | None:
    if context.given is None:
        return None
    wanted = {context.value("department"), *(context.value("support") or [])}
    known = set(Department.objects.filter(active=True, code__in=wanted).values_list("code", flat=True))
    if context.value("department") in (context.value("support") or []):
        return _("The lead department cannot support itself.")
    return _unless(wanted == known, _("There is no department %s.") % ", ".join(sorted(wanted - known)))


@guard
def leads(context: Context) -> str | None:
    return _unless(
        context.own_whistle(lead=True) is not None, _("Your department was not called as the lead.")
    )


@guard
def supports(context: Context) -> str | None:
    own = context.own_whistle(lead=False)
    called = own is not None and own.checked_in_at is None
    return _unless(called, _("Your department was not called to support, or has checked in."))


@guard
def returns_once(context: Context) -> str | None:
    own = context.own_whistle(lead=True)
    returned = (
        own is not None
        and context.incident.whistles.filter(department=own.department_id).exclude(returned_at=None).exists()
    )
    return _unless(not returned, _("A department may return an incident once."))


@guard
def in_return_time(context: Context) -> str | None:
    own = context.own_whistle(lead=True)
    in_time = own is None or context.at <= own.return_until
    return _unless(in_time, _("Half of the time to check in has passed; it cannot be returned any more."))


@guard
def not_own_work(context: Context) -> str | None:
    """Who handled it does not verify it."""
    handled = context.incident.steps.filter(action__in=("feed_back", "self_close")).order_by("-id").first()
    own = handled is not None and not context.person.is_system and handled.user_id == context.person.user.pk
    return _unless(not own, _("Who handled it cannot verify it."))


@guard
def on_site(context: Context) -> str | None:
    if context.given is None:
        return None
    place = context.value("place")
    away = metres_between((place.x, place.y), (context.incident.geom.x, context.incident.geom.y))
    sentence = _("You are %(away)d m away; verify within %(most)d m of the place, or close it by call-back.")
    return _unless(away <= VERIFY_METRES, sentence % {"away": away, "most": VERIFY_METRES})


@guard
def in_evaluation_time(context: Context) -> str | None:
    closed = context.incident.closed_at
    in_time = closed is not None and context.at <= closed + timedelta(days=EVALUATE_DAYS)
    return _unless(in_time, _("The %d days for evaluation are over.") % EVALUATE_DAYS)


@guard
def evaluation_time_over(context: Context) -> str | None:
    closed = context.incident.closed_at
    over = closed is not None and context.at > closed + timedelta(days=EVALUATE_DAYS)
    return _unless(over, _("There is still time to evaluate it."))


@guard
def evaluates_once(context: Context) -> str | None:
    party = context.person.party(context.incident)
    done = context.incident.evaluations.filter(party=party).exists()
    return _unless(party is not None and not done, _("Your side has evaluated it already."))


@guard
def in_reopening_time(context: Context) -> str | None:
    closed = context.incident.closed_at
    in_time = closed is not None and context.at <= closed + timedelta(days=REOPEN_DAYS)
    return _unless(in_time, _("The %d days for reopening are over.") % REOPEN_DAYS)


@guard
def reply_wanted(context: Context) -> str | None:
    return _unless(context.incident.reply_wanted, _("No reply is wanted."))


@guard
def outside(context: Context) -> str | None:
    return _unless(context.incident.area_code is None, _("It lies in the district; its grid is known."))
