"""What guards and effects work on: one action, about to be done with one incident."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings

from gis_core import access
from incidents.models import Incident, Whistle

LEVEL_OF_HANDLER = {
    "village": ("triage_incident", "village"),
    "street": ("dispatch_incident", "town"),
    "department": ("feed_back_incident", "grid"),
}
PARTIES = (
    ("triage_incident", "town", "street"),
    ("triage_incident", "village", "village"),
    ("evaluate_incident", "grid", "village"),
)


@dataclass(frozen=True)
class Person:
    """Somebody who may act; None is the programme itself. Asked once for what they may do where."""

    user: Any = None

    @property
    def is_system(self) -> bool:
        return self.user is None

    @cached_property
    def held(self) -> dict[str, tuple[str, ...]]:
        return {} if self.is_system else access.held(self.user)

    @cached_property
    def departments(self) -> frozenset[str]:
        """The departments that they act for; none: any (see DepartmentMember)."""
        return frozenset(self.user.departments.values_list("department_id", flat=True))

    def may(self, permission: str, level: str, code: str) -> bool:
        """Whether they may in the area `code`, by a membership of this tier or above."""
        longest = settings.CODE_LENGTHS[level]
        return any(code.startswith(p) and len(p) <= longest for p in self.held.get(permission, ()))

    def acts_for(self, department: str) -> bool:
        return not self.departments or department in self.departments

    def reported(self, incident: Incident) -> bool:
        return not self.is_system and incident.reporter_id == self.user.pk

    def party(self, incident: Incident) -> str | None:
        """As which party they evaluate."""
        if self.reported(incident):
            return "reporter"
        codes = incident.scope_code
        return next(
            (party for permission, level, party in PARTIES if self.may(permission, level, codes)), None
        )


@dataclass
class Context:
    """`given` is what came with the action, read by `needs`; None while only asking whether it is possible."""

    incident: Incident
    person: Person
    at: datetime
    given: dict[str, Any] | None = None
    data: dict[str, Any] = field(default_factory=dict)
    """What effects add to the step."""

    def value(self, name: str, default: Any = None) -> Any:
        return (self.given or {}).get(name, default)

    @cached_property
    def whistles(self) -> list[Whistle]:
        """Those that hold now, the lead first."""
        held = self.incident.whistles.filter(ended_at=None).order_by("-is_lead", "id")
        return [*held]

    def own_whistle(self, lead: bool) -> Whistle | None:
        """The whistle that calls a department of this person."""
        return next(
            (w for w in self.whistles if w.is_lead == lead and self.person.acts_for(w.department_id)), None
        )

    def matches(self, who: str, level: str) -> bool:
        """Whether the person is one of those whom an action names."""
        incident, person = self.incident, self.person
        if who == "system" or person.is_system:
            return who == "system" and person.is_system
        if who == "reporter":
            return person.reported(incident)
        if who == "handler":
            return self._handles()
        return person.may(who, level, incident.scope_code)

    def _handles(self) -> bool:
        if self.incident.handler not in LEVEL_OF_HANDLER:
            return False
        permission, level = LEVEL_OF_HANDLER[self.incident.handler]
        if not self.person.may(permission, level, self.incident.scope_code):
            return False
        return self.incident.handler != "department" or self.person.acts_for(self.incident.lead_department)
