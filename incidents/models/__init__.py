"""Tables of incidents: the catalogue of items, the incidents, what was done with them, the working calendar."""

from incidents.models.calendar import CalendarDay, WorkHours
from incidents.models.catalogue import Department, DepartmentMember, Item
from incidents.models.figures import Daily
from incidents.models.incident import Counter, Evaluation, Incident, Photo, ReportKey, Whistle
from incidents.models.loop import LoopMove, LoopState
from incidents.models.timeline import Step

__all__ = [
    "CalendarDay",
    "Counter",
    "Daily",
    "Department",
    "DepartmentMember",
    "Evaluation",
    "Incident",
    "Item",
    "LoopMove",
    "LoopState",
    "Photo",
    "ReportKey",
    "Step",
    "Whistle",
    "WorkHours",
]
