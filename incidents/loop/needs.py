"""Reads what is given with an action, by its declared needs; a wrong thing is named with what is allowed."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from gis_core.models import Area
from incidents import locating
from incidents.loop.actions import Action, Need

TEXT_MAX = 4000
HOURS_MAX = 2000


class Wrong(WanggeError):
    """`details.field` says what is wrong."""

    code = "invalid_input"


def read(action: Action, body: Mapping[str, Any]) -> dict[str, Any]:
    """The values by the names of the needs. Raises Wrong."""
    known = {need.name for need in action.needs}
    for name in body:
        if name not in known:
            raise _wrong(str(name)[:40], _("known are: ") + (", ".join(sorted(known)) or "-"))
    return {need.name: _one(need, body.get(need.name)) for need in action.needs}


def _wrong(name: str, allowed: str) -> Wrong:
    message = _("%(field)s is not right; %(allowed)s.")
    return Wrong(message % {"field": name, "allowed": allowed}, {"field": name, "allowed": allowed})


def _one(need: Need, value: Any) -> Any:
    if value is None or value == "" or value == []:
        if need.required:
            raise _wrong(need.name, _("it is needed"))
        return None if need.type != "text" else ""
    return READERS[need.type](need, value)


def _text(need: Need, value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text or len(text) > TEXT_MAX or "\0" in text:
        raise _wrong(need.name, _("a text of at most %d characters") % TEXT_MAX)
    return text


def _choice(need: Need, value: Any) -> str:
    if str(value) not in need.choices:
        raise _wrong(need.name, ", ".join(need.choices))
    return str(value)


def _department(need: Need, value: Any) -> str:
    if not isinstance(value, str) or not value.isascii() or len(value) > 24 or "\0" in value:
        raise _wrong(need.name, _("the code of a department"))
    return value


def _departments(need: Need, value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > 20:
        raise _wrong(need.name, _("a list of codes of departments"))
    return list(dict.fromkeys(_department(need, code) for code in value))


def _hours(need: Need, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= HOURS_MAX:
        raise _wrong(need.name, _("a number of hours from 0 to %d") % HOURS_MAX)
    return float(value)


def _mark(need: Need, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 5:
        raise _wrong(need.name, _("a mark from 1 to 5"))
    return value


def _flag(need: Need, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong(need.name, _("true or false"))
    return value


def _place(need: Need, value: Any) -> Any:
    """{"lon", "lat", "crs"}; the point in EPSG:4490."""
    if not isinstance(value, Mapping) or not set(value) <= {"lon", "lat", "crs"}:
        raise _wrong(need.name, '{"lon": 114.3, "lat": 34.8, "crs": "4490"}')
    lon, lat = value.get("lon"), value.get("lat")
    if not all(
        isinstance(n, int | float) and not isinstance(n, bool) and math.isfinite(n) for n in (lon, lat)
    ):
        raise _wrong(need.name, '{"lon": 114.3, "lat": 34.8, "crs": "4490"}')
    assert lon is not None
    assert lat is not None
    return locating.by_coordinates(float(lon), float(lat), str(value.get("crs", "4490"))).point


def _grid(need: Need, value: Any) -> str:
    code = str(value)[:20]
    if not code.isdigit() or not Area.objects.live().filter(code=code, tier="grid").exists():
        raise _wrong(need.name, _("the code of a live grid"))
    return code


def _number(need: Need, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _wrong(need.name, _("a number"))
    return float(value)


READERS: dict[str, Callable[[Need, Any], Any]] = {
    "text": _text,
    "choice": _choice,
    "department": _department,
    "departments": _departments,
    "hours": _hours,
    "mark": _mark,
    "flag": _flag,
    "place": _place,
    "grid": _grid,
    "number": _number,
}
