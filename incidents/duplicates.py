"""Reports that are likely of one and the same thing: proposed to people, never merged by the programme."""

from datetime import timedelta
from typing import Any

from incidents.metres import metres_between
from incidents.models import Incident, Item

MOST = 10
DEGREE_METRES = 111_195.08


def likely(incident: Incident) -> list[dict[str, Any]]:
    """Open incidents of the same item as near in place and time as the item says, the nearest first."""
    item = Item.objects.get(code=incident.item_code)
    if not item.duplicate_m:
        return []
    window = timedelta(hours=item.duplicate_hours)
    reach = item.duplicate_m / DEGREE_METRES * 2  # generous: a degree of longitude is shorter
    near = Incident.objects.filter(
        item_code=incident.item_code,
        is_open=True,
        reported_at__range=(incident.reported_at - window, incident.reported_at + window),
        geom__bboverlaps=incident.geom.buffer(reach).envelope,
    ).exclude(pk=incident.pk)
    found = [
        _measured(incident, other) for other in near.only("number", "geom", "reported_at", "state")[:200]
    ]
    return sorted((one for one in found if one["metres"] <= item.duplicate_m), key=lambda one: one["metres"])[
        :MOST
    ]


def _measured(incident: Incident, other: Incident) -> dict[str, Any]:
    here, there = incident.geom, other.geom
    return {
        "number": other.number,
        "metres": round(metres_between((here.x, here.y), (there.x, there.y)), 1),
        "minutes": round((incident.reported_at - other.reported_at).total_seconds() / 60),
        "state": other.state,
    }
