"""What one listener wants to hear, and may: read from the address, and from the memberships."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from gis_core.events.emitting import KINDS
from gis_core.events.reading import Event

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees, EPSG:4490."""


@dataclass(frozen=True)
class Scope:
    """What a user may hear: for each action the code prefixes, as access.held gives them."""

    prefixes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def hears(self, event: Event) -> bool:
        return not event.permission or any(
            event.code.startswith(prefix) for prefix in self.prefixes.get(event.permission, ())
        )


@dataclass(frozen=True)
class Wanted:
    """The filters of one address. Empty `kinds` is all of them; what has no place is in every box."""

    kinds: frozenset[str] = frozenset()
    area: str = ""
    box: Box | None = None

    def accepts(self, event: Event) -> bool:
        if self.kinds and event.kind not in self.kinds:
            return False
        if not (event.code.startswith(self.area) or self.area.startswith(event.code)):
            return False
        return self.box is None or _touches(self.box, list(_places(event.data)))


def read(query: Mapping[str, str]) -> Wanted:
    """The filters in an address's query: kinds, area, bbox. Raises WanggeError."""
    return Wanted(_kinds(query.get("kinds", "")), _area(query.get("area", "")), _box(query.get("bbox", "")))


def read_position(text: str) -> int | None:
    """The position that a listener has heard up to; None where it says none. Raises WanggeError."""
    if not text:
        return None
    if re.fullmatch(r"[0-9]{1,18}", text):
        return int(text)
    raise WanggeError(
        _("Last-Event-ID must be the id of an event, a whole number."), {"last_event_id": text[:40]}
    )


def _kinds(text: str) -> frozenset[str]:
    found = frozenset(filter(None, (part.strip() for part in text.split(","))))
    unknown = sorted(found - set(KINDS))
    if unknown:
        message = _("There is no kind of event %(kind)s. There are: %(allowed)s.")
        values = {"kind": unknown[0][:40], "allowed": ", ".join(KINDS)}
        raise WanggeError(message % values, {"kinds": unknown, "allowed": list(KINDS)})
    return found


def _area(text: str) -> str:
    if re.fullmatch(r"[0-9]{0,20}", text):
        return text
    raise WanggeError(_("area must be the code of an area: digits only."), {"area": text[:40]})


def _box(text: str) -> Box | None:
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west, south, east, north = 1, 1, 0, 0
    if -180 <= west <= east <= 180 and -90 <= south <= north <= 90:
        return west, south, east, north
    raise WanggeError(
        _("bbox must be west,south,east,north in degrees, west <= east and south <= north."),
        {"bbox": text[:80]},
    )


def _places(data: Mapping[str, Any]) -> Iterator[Box]:
    """The boxes that an event names: `bbox`, `boxes`, or a point as `lon` and `lat`."""
    for box in [data.get("bbox"), *(data.get("boxes") or [])]:
        if isinstance(box, list) and len(box) == 4:
            yield box[0], box[1], box[2], box[3]
    if isinstance(data.get("lon"), int | float) and isinstance(data.get("lat"), int | float):
        yield data["lon"], data["lat"], data["lon"], data["lat"]


def _touches(wanted: Box, places: list[Box]) -> bool:
    west, south, east, north = wanted
    return not places or any(w <= east and e >= west and s <= north and n >= south for w, s, e, n in places)
