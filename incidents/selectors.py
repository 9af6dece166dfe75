"""Reads of incidents: which a user may see, one of them, the filters of the list, the timeline."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from gis_core import access
from gis_core.api import filters
from gis_core.errors import NotFound, WanggeError
from incidents.loop.states import BY_KEY as STATES
from incidents.models import Incident

PAGE, PAGE_MAX = 100, 1000
FLAGS = {
    "open": "is_open",
    "supervised": "supervised__gt",
    "outside": "area_code__isnull",
    "mine": "reporter",
}
ALLOWED = (
    "bbox", "area", "item", "state", "light", "source", "level", "department", "urgency", "since", "until", "q",
    "open", "outside", "supervised", "mine", "limit", "cursor", "as", "at", "lang",
)  # fmt: skip
CHOICES: dict[str, tuple[str, ...]] = {
    "state": tuple(STATES),
    "light": tuple(Incident.Light.values),
    "source": tuple(Incident.Source.values),
    "urgency": tuple(Incident.Urgency.values),
    "level": ("1", "2", "3", "4"),
}


def visible(user: access.Anyone) -> QuerySet[Incident]:
    """What the user may see: where they may view incidents, and what they reported. Raises NotSignedIn."""
    if not user.is_authenticated:
        raise access.NotSignedIn(_("Sign in first."))
    prefixes = access.prefixes(user, "view_incident")
    seen = Q(is_draft=False) if "" in prefixes else access.within("scope_code", prefixes) & Q(is_draft=False)
    return Incident.objects.filter(seen | Q(reporter_id=user.pk))


def one(user: access.Anyone, number: str) -> Incident:
    """Raises NotSignedIn, or NotFound also for one that the user may not see."""
    found = visible(user).filter(number=number).first()
    if found is None:
        raise NotFound(
            _("There is no incident %(number)s.") % {"number": number[:40]}, {"number": number[:40]}
        )
    return found


def filtered(user: access.Anyone, given: Mapping[str, str]) -> QuerySet[Incident]:
    """The list's rows by its parameters, newest first. Raises WanggeError for a wrong or unknown one."""
    for name in given:
        if name not in ALLOWED:
            raise filters.bad(name, given[name], _("known are: ") + ", ".join(ALLOWED))
    condition = Q()
    for name in CHOICES:
        wanted = chosen(given, name)
        if wanted is not None:
            condition &= Q(**{f"{name}__in": wanted})
    condition &= _texts(given) & _flags(user, given) & _times(given)
    if given.get("bbox"):
        condition &= Q(**filters.meeting("geom", filters.box(given["bbox"])))
    return visible(user).filter(condition).order_by("-id")


def chosen(given: Mapping[str, str], name: str) -> list[str] | None:
    """Which of its CHOICES a parameter lets pass; None is all of them. Raises WanggeError for any other."""
    if not given.get(name):
        return None
    wanted = given[name].split(",")
    if not set(wanted) <= set(CHOICES[name]):
        raise filters.bad(name, given[name], ", ".join(CHOICES[name]))
    return wanted


def _texts(given: Mapping[str, str]) -> Q:
    condition = Q()
    if given.get("item"):
        condition &= Q(item_code__in=given["item"].split(","))
    if given.get("department"):
        condition &= Q(lead_department=given["department"])
    if given.get("area"):
        if not given["area"].isdigit():
            raise filters.bad("area", given["area"], _("the code of an area"))
        condition &= Q(scope_code__startswith=given["area"])
    if given.get("q"):
        words = given["q"][:80]
        condition &= Q(number__startswith=words) | Q(name__icontains=words) | Q(address_text__icontains=words)
    return condition


def _flags(user: Any, given: Mapping[str, str]) -> Q:
    condition = Q()
    for name, field in FLAGS.items():
        if name not in given:
            continue
        if given[name] not in ("true", "false"):
            raise filters.bad(name, given[name], "true, false")
        value: Any = {"supervised": 0, "mine": user.pk}.get(name, True)
        wanted = Q(**{field: value})
        condition &= wanted if given[name] == "true" else ~wanted
    return condition


def _times(given: Mapping[str, str]) -> Q:
    since, until = moment("since", given.get("since")), moment("until", given.get("until"))
    return (Q(reported_at__gte=since) if since else Q()) & (Q(reported_at__lt=until) if until else Q())


def moment(name: str, value: str | None) -> datetime | None:
    """An ISO 8601 time, or a day, which means its beginning in local time."""
    if not value:
        return None
    text = f"{value} 00:00" if len(value) <= 10 else value
    try:
        found = filters.moment(text)
    except (WanggeError, OverflowError):
        found = None
    if found is None or not 1900 <= found.year <= 2200:
        raise filters.bad(name, value, _("a day (2026-11-23) or an ISO 8601 time"))
    return found


def page_size(given: Mapping[str, str]) -> int:
    return int(filters.number({"limit": str(PAGE), **dict(given.items())}, "limit", 1, PAGE_MAX))


def cursor(given: Mapping[str, str]) -> int | None:
    """The id below which the page begins."""
    text = given.get("cursor", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise filters.bad("cursor", text, _("only what a page's next link holds"))
    return int(text)
