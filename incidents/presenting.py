"""Incidents as GeoJSON, for the reader: in their language, with what they may read."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from gis_core import masking
from incidents import clock
from incidents.loop import engine
from incidents.loop.actions import BY_KEY as ACTIONS
from incidents.loop.actions import Need
from incidents.loop.context import Person
from incidents.loop.states import BY_KEY as STATES
from incidents.loop.states import WHISTLES
from incidents.models import Incident, Item, Photo, Step
from layers.styling import Title

PLAIN = (
    "number", "source", "level", "urgency", "scale", "involved", "state", "is_open", "light", "supervised",
    "reply_wanted",
    "handler", "lead_department", "pending", "grid_code", "area_code", "grid_code_at_report", "area_code_at_report",
    "border_m", "border_grids", "nearest_grid", "nearest_m", "picked_grid", "scope_code", "located_by", "accuracy_m",
    "address_text", "happened_at", "reported_at", "due_at", "step_due_at", "suspended_at", "closed_at", "rework_count",
    "extension_count", "satisfaction", "updated_at",
)  # fmt: skip
PERSONAL: dict[str, masking.Mask] = {"contact": "phone", "reporter_name": "name"}
"""Internal fields that are shown masked to who may see them, unless they say what for or reported it themselves."""
INTERNAL = ("description", "result", "original", "reporter_name", "contact")
HIDDEN = None


def language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def said(title: Title) -> str:
    return title.of(language())


class Reader:
    """Who reads, and the catalogue, asked once for a whole page."""

    def __init__(self, user: Any, purpose: str = "") -> None:
        self.person, self.purpose = Person(user), purpose
        self.items = {item.code: item for item in Item.objects.all()}

    def may_read_all(self, incident: Incident) -> bool:
        """Contacts, and the texts and photos of a sensitive item."""
        return self.person.reported(incident) or self.person.may("view_internal", "grid", incident.scope_code)

    def note_reading(self, incident: Incident) -> None:
        """Who is shown personal data as it is, is in the audit before they get it."""
        if self.purpose and self.may_read_all(incident):
            masking.note(
                "incidents_incident", self.purpose, [incident.number], list(PERSONAL), incident.scope_code
            )

    def may_see_photos(self, incident: Incident) -> bool:
        item = self.items.get(incident.item_code)
        return not (item and item.sensitive) or self.may_read_all(incident)

    def item_name(self, code: str) -> str:
        item = self.items.get(code)
        return (item.name_en if item and language() == "en" and item.name_en else item.name) if item else code

    def feature(self, incident: Incident) -> dict[str, Any]:
        """One Feature; its id is the number."""
        return {
            "type": "Feature",
            "id": incident.number,
            "geometry": {"type": "Point", "coordinates": [incident.geom.x, incident.geom.y]},
            "properties": self.properties(incident),
        }

    def properties(self, incident: Incident) -> dict[str, Any]:
        item, all_of_it = self.items.get(incident.item_code), self.may_read_all(incident)
        internal = {name: getattr(incident, name) for name in INTERNAL}
        if not all_of_it:
            hidden = INTERNAL if item and item.sensitive else ("contact", "original", "reporter_name")
            internal |= dict.fromkeys(hidden, HIDDEN)
        elif not (self.purpose or self.person.reported(incident)):
            internal |= {name: masking.masked(internal[name], mask) for name, mask in PERSONAL.items()}
        return {
            **{name: getattr(incident, name) for name in PLAIN},
            **internal,
            "title": incident.name if all_of_it or not (item and item.sensitive) else "",
            "item": incident.item_code,
            "item_name": self.item_name(incident.item_code),
            "state_title": said(STATES[incident.state].title),
            "outside": incident.area_code is None,
            "lon": incident.geom.x,
            "lat": incident.geom.y,
        }

    def detail(self, incident: Incident) -> dict[str, Any]:
        """The Feature with timeline, clocks, photos, whistles and the actions that are possible."""
        feature = self.feature(incident)
        reads = self.may_see_photos(incident)
        feature["properties"] |= {
            "clocks": clock.as_json(incident) | {"light": clock.light(incident, timezone.now())},
            "timeline": [step_as_json(step, reads) for step in incident.steps.all()],
            "photos": [photo_as_json(incident, photo) for photo in incident.photos.all()] if reads else [],
            "whistles": list(
                incident.whistles.values(
                    "kind",
                    "department",
                    "is_lead",
                    "sent_at",
                    "due_at",
                    "checked_in_at",
                    "returned_at",
                    "ended_at",
                )
            ),
            "evaluations": [
                {**row, "text": row["text"] if reads else HIDDEN}
                for row in incident.evaluations.values(
                    "party", "response", "handling", "satisfaction", "text", "at"
                )
            ],
            "merged_into": incident.merged_into.number if incident.merged_into else None,
            "actions": actions(incident, self.person.user),
        }
        return feature


def step_as_json(step: Step, with_text: bool) -> dict[str, Any]:
    titles = {
        "save": Title("保存草稿", "Saved as a draft"),
        "by_hand": Title("直接写库", "Written into the database"),
    }
    known = ACTIONS.get(step.action)
    return {
        "at": step.at,
        "action": step.action,
        "title": said(known.title if known else titles.get(step.action, Title(step.action, step.action))),
        "from": step.from_state,
        "to": step.to_state,
        "who": step.who,
        "role": step.role,
        "department": step.department,
        "text": step.text if with_text else HIDDEN,
        "data": step.data if with_text else HIDDEN,
        "kind_title": said(WHISTLES[step.data["kind"]][0]) if step.data.get("kind") in WHISTLES else HIDDEN,
        "place": [step.place.x, step.place.y] if step.place else None,
    }


def photo_as_json(incident: Incident, photo: Photo) -> dict[str, Any]:
    return {
        "id": photo.pk,
        "phase": photo.phase,
        "url": f"/api/v1/incidents/{incident.number}/photos/{photo.pk}.jpg",
        "width": photo.width,
        "height": photo.height,
        "bytes": photo.bytes,
        "sha256": photo.sha256,
        "at": photo.at,
    }


def actions(incident: Incident, user: Any) -> list[dict[str, Any]]:
    """What this user can do with it now, or could if a guard did not hold it back; with what each needs."""
    return [
        {
            "action": one.action.key,
            "title": said(one.action.title),
            "to": one.action.moves[incident.state],
            "allowed": one.allowed,
            "reason": one.reason or None,
            "message": one.message,
            "needs": [need_as_json(need) for need in one.action.needs],
        }
        for one in engine.possible(incident, user)
    ]


def need_as_json(need: Need) -> dict[str, Any]:
    titles = {key: said(title) for key, (title, _limit) in WHISTLES.items()}
    return {
        "name": need.name,
        "title": said(need.title),
        "type": need.type,
        "required": need.required,
        "choices": [{"value": value, "title": titles.get(value, value)} for value in need.choices],
    }


def collection(features: Iterable[dict[str, Any]], following: str | None = None) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), "next": following}
