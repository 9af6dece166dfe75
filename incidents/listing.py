"""The list of incidents as a table for people: as they are now, or as those were that were open at a moment."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from gis_core import access
from gis_core.api import filters
from gis_core.errors import WanggeError
from incidents import replay, selectors
from incidents.loop.states import BY_KEY as STATES
from incidents.models import Incident
from incidents.presenting import Reader, said
from layers.styling import Title

MOST = replay.MOST
FIELDS = (
    "number", "item_code", "source", "urgency", "area_code", "address_text", "reported_at", "state", "light", "geom",
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """One incident as the list shows it."""

    number: str
    item: str
    source: str
    urgency: str
    lon: float
    lat: float
    area: str | None
    address: str
    reported_at: datetime
    state: str
    light: str


def _local(at: datetime) -> datetime:
    """As people read it, without a zone: a sheet knows none."""
    return timezone.localtime(at).replace(microsecond=0, tzinfo=None)


COLUMNS: tuple[tuple[Title, Callable[[Listed, Reader], Any]], ...] = (
    (Title("事件编号", "Number"), lambda row, _reader: row.number),
    (Title("事项", "Item"), lambda row, reader: reader.item_name(row.item)),
    (Title("时限", "Time limit"), lambda row, _reader: str(Incident.Light(row.light).label)),
    (Title("环节", "Step"), lambda row, _reader: said(STATES[row.state].title)),
    (Title("上报时间", "Reported at"), lambda row, _reader: _local(row.reported_at)),
    (Title("来源", "Source"), lambda row, _reader: str(Incident.Source(row.source).label)),
    (Title("紧急程度", "Urgency"), lambda row, _reader: str(Incident.Urgency(row.urgency).label)),
    (Title("地址", "Address"), lambda row, _reader: row.address),
    (Title("区划编码", "Area code"), lambda row, _reader: row.area or _("outside the district")),
    (Title("经度", "Longitude"), lambda row, _reader: row.lon),
    (Title("纬度", "Latitude"), lambda row, _reader: row.lat),
)


def table(user: access.Anyone, given: Mapping[str, str]) -> Iterator[list[Any]]:
    """Heads, and a row for each incident that the list's parameters choose, the latest first.

    Raises WanggeError for a wrong parameter, and `too_many` where there are more than MOST.
    """
    for name in {"limit", "cursor"} & given.keys():
        raise filters.bad(name, given[name], _("a file has no pages"))
    at = moment(given)
    rows = list(now(user, given) if at is None else then(user, given, at))
    if len(rows) > MOST:
        message = _("More than %(most)s incidents: ask for less (area=, bbox=, since=).") % {"most": MOST}
        raise WanggeError(message, {"most": MOST}, code="too_many")
    return _lines(sorted(rows, key=lambda row: row.reported_at, reverse=True), Reader(user))


def _lines(rows: Iterable[Listed], reader: Reader) -> Iterator[list[Any]]:
    yield [said(title) for title, _of in COLUMNS]
    for row in rows:
        yield [of(row, reader) for _title, of in COLUMNS]


def moment(given: Mapping[str, str]) -> datetime | None:
    """`at`: the moment that the list is of; None is now. Raises WanggeError for one that has not come."""
    at = selectors.moment("at", given.get("at"))
    if at is not None and at > timezone.now():
        raise filters.bad("at", given["at"], _("a moment that has passed"))
    return at


def now(user: access.Anyone, given: Mapping[str, str]) -> Iterator[Listed]:
    """Incidents as they are."""
    for one in selectors.filtered(user, given).only(*FIELDS)[: MOST + 1]:
        yield Listed(
            one.number, one.item_code, one.source, one.urgency, one.geom.x, one.geom.y, one.area_code,
            one.address_text, one.reported_at, one.state, one.light,
        )  # fmt: skip


def then(user: access.Anyone, given: Mapping[str, str], at: datetime) -> Iterator[Listed]:
    """Those that were open at a moment: state and light as they were, all else as it is."""
    if "open" in given:
        raise filters.bad("open", given["open"], _("not with at, which lists what was open then"))
    changing = {name: selectors.chosen(given, name) for name in ("state", "light")}
    rest = {name: value for name, value in given.items() if name not in changing}
    for row, state, light in replay.open_at(selectors.filtered(user, rest), at):
        number, item, source, urgency, lon, lat, area, address, reported, _changes = row
        if all(
            wanted is None or one in wanted
            for wanted, one in zip(changing.values(), (state, light), strict=True)
        ):
            reported_at = datetime.fromtimestamp(reported, timezone.get_current_timezone())
            yield Listed(number, item, source, urgency, lon, lat, area, address, reported_at, state, light)
