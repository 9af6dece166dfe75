"""Takes reports in: one service for REST, Open311, batch files and the simulation.

A report is one transaction: key, incident, photos' rows and events are there together or not at all. The database
numbers and tags it. The same Idempotency-Key with the same content gives the same incident, also at the same moment.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any, BinaryIO

from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gis_core import access
from gis_core.errors import Conflict, WanggeError
from incidents import duplicates, geocoding, locating, photos
from incidents.locating import Located
from incidents.models import Incident, Item, ReportKey

KEY_MAX = 200
KEY_DAYS = 30


class KeyReused(WanggeError):
    """The Idempotency-Key was used with another content."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "idempotency_key_reused"


class UnknownItem(WanggeError):
    """There is no such item in force."""

    code = "unknown_item"


@dataclass(frozen=True)
class Report:
    """What is reported. `item` is a code; `where` a point with how it was found. `fields` are columns of Incident."""

    item: str
    where: Located
    description: str = ""
    located_by: str = ""
    draft: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """The incident, whether this report made it, and what is likely the same thing."""

    incident: Incident
    is_new: bool
    likely: list[dict[str, Any]]


def where(given: Mapping[str, Any]) -> Located:
    """The place of a report: its coordinates, else its address, else its grid. Raises WanggeError."""
    if given.get("lon") is not None or given.get("lat") is not None:
        if given.get("lon") is None or given.get("lat") is None:
            raise WanggeError(_("Coordinates are lon and lat together."), {"field": "lon"}, "no_place")
        system = given.get("crs")
        if not system:
            message = _("State the coordinate system in crs: %s.") % ", ".join(locating.ALLOWED)
            raise WanggeError(message, {"field": "crs", "allowed": locating.ALLOWED}, "crs_missing")
        return locating.by_coordinates(given["lon"], given["lat"], system, given.get("accuracy_m"))
    if given.get("address"):
        return geocoding.locate(given["address"])
    if given.get("grid_code"):
        return locating.by_grid(given["grid_code"])
    raise WanggeError(
        _("Say where: lon, lat and crs, or address, or grid_code."), {"field": "lon"}, "no_place"
    )


def digest_of(body: Mapping[str, Any], files: list[BinaryIO]) -> str:
    """A hash of what was sent, whatever the order of its parts."""
    total = sha256(json.dumps(body, sort_keys=True, default=str, ensure_ascii=False).encode())
    for file in files:
        total.update(sha256(file.read()).digest())
        file.seek(0)
    return total.hexdigest()


def may_report(user: Any) -> None:
    """Raise NotSignedIn or Refused unless the user may report somewhere: what is seen is reported, wherever it is."""
    if not access.prefixes(user, "report_incident"):
        access.require(user, "report_incident", "")


def report(
    user: Any, wanted: Report, key: str = "", digest: str = "", files: list[BinaryIO] | None = None
) -> Taken:
    """Take a report in. Raises NotSignedIn, Refused, UnknownItem, KeyReused, BadPhoto, Conflict (known source_id)."""
    may_report(user)
    item = Item.objects.filter(code=wanted.item, active=True).first()
    if item is None:
        known = list(Item.objects.filter(active=True).values_list("code", flat=True))
        message = _("There is no item %(item)s in force.") % {"item": wanted.item[:20]}
        raise UnknownItem(message, {"item": wanted.item[:20], "allowed": known})
    with transaction.atomic():
        earlier = _claimed(user, key, digest) if key else None
        if earlier is not None:
            return Taken(earlier, False, duplicates.likely(earlier))
        incident = _insert(user, item, wanted)
        if files:
            photos.attach(incident, files, "before", user)
        if key:
            ReportKey.objects.filter(sender=user.pk, key=key).update(incident=incident)
    return Taken(incident, True, duplicates.likely(incident))


def _claimed(user: Any, key: str, digest: str) -> Incident | None:
    """The incident that this key stands for; None if the key is now ours. Waits for a twin that is just reporting."""
    if len(key) > KEY_MAX or "\0" in key:
        raise WanggeError(
            _("An Idempotency-Key has %d characters at most.") % KEY_MAX, code="bad_idempotency_key"
        )
    fresh = ReportKey(sender=user.pk, key=key, digest=digest)
    ReportKey.objects.bulk_create([fresh], ignore_conflicts=True)
    held = ReportKey.objects.select_for_update().get(sender=user.pk, key=key)
    if held.incident_id is None:
        return None
    if held.digest != digest:
        message = _("This Idempotency-Key was sent with another content; use a new one.")
        raise KeyReused(message, {"number": held.incident.number if held.incident else ""})
    return held.incident


def _insert(user: Any, item: Item, wanted: Report) -> Incident:
    place, fields = wanted.where, dict(wanted.fields)
    fields.setdefault("level", item.level)
    incident = Incident(
        item_code=item.code,
        name=fields.pop("title", "") or item.name,
        description=wanted.description,
        geom=Point(place.point.x, place.point.y, srid=4490),
        located_by=wanted.located_by or place.located_by,
        accuracy_m=place.accuracy_m,
        original=place.original,
        src_crs=place.crs,
        address_text=fields.pop("address_text", "") or place.address,
        reporter=user,
        state="draft" if wanted.draft else "reported",
        **{"reporter_name": user.get_username(), **fields},
    )
    try:
        with transaction.atomic():
            incident.save(force_insert=True)
    except IntegrityError as error:
        if not incident.source_id or not _is_of_source_id(error):
            raise
        raise _known(incident.source_id) from error
    incident.refresh_from_db()
    return incident


def _is_of_source_id(error: IntegrityError) -> bool:
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    return "source_id" in (constraint or "")


def _known(source_id: str) -> Conflict:
    """That it is known; which incident it is only to who may see that one."""
    known = Incident.objects.filter(source_id=source_id).first()
    if known is None:
        message = _("The source's number %(id)s is known already.") % {"id": source_id}
        return Conflict(message, {"source_id": source_id}, "known_source_id")
    said = {"id": source_id, "number": known.number}
    message = _("The source's number %(id)s is known: it is %(number)s.") % said
    return Conflict(message, {"source_id": source_id, "number": known.number}, "known_source_id")


def forget_keys() -> int:
    """Keys are kept for thirty days: nobody sends a report again after that. Returns how many went."""
    old = timezone.now() - timedelta(days=KEY_DAYS)
    return ReportKey.objects.filter(at__lt=old).delete()[0]


def check_moments(happened_at: datetime | None) -> None:
    """What is reported has happened, and not in another age. Raises WanggeError."""
    now = timezone.now()
    if happened_at is not None and not now - timedelta(days=3660) <= happened_at <= now + timedelta(
        minutes=10
    ):
        raise WanggeError(
            _("happened_at lies in the future or too far back."), {"field": "happened_at"}, "bad_moment"
        )
