"""Loads weeks of invented incidents with whole timelines, by COPY; the database numbers and tags them as any other."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from psycopg.types.json import Jsonb

from incidents import escalation, statistics
from incidents.loop.states import EVALUATE_DAYS
from incidents.models import Incident, Item
from incidents.sample import clearing, pacing, paths, places, rhythm

SYSTEM = "sample"
SOURCES = (
    ("worker", 0.62),
    ("citizen", 0.14),
    ("hotline", 0.12),
    ("video", 0.06),
    ("sensor", 0.03),
    ("city", 0.03),
)
TEXTS = ("巡查发现", "群众反映", "来电反映", "现场查看确有此事", "请尽快处理")
INCIDENT_COLUMNS = (
    "source_id", "source_system", "name", "item_code", "description", "source", "level", "urgency", "located_by",
    "accuracy_m", "original", "src_crs", "address_text", "geom", "reported_at", "reporter_name", "state", "handler",
    "lead_department", "accepted_at", "dispatched_at", "checked_in_at", "feedback_at", "closed_at", "evaluated_at",
    "suspended_at", "step_since", "result", "solved", "satisfaction", "rework_count", "self_handled",
)  # fmt: skip
STEP_COLUMNS = ("incident_id", "at", "action", "from_state", "to_state", "who", "role", "department", "text")
REACHED = {
    "accept": "accepted_at", "whistle": "dispatched_at", "check_in": "checked_in_at", "feed_back": "feedback_at",
    "verify_pass": "closed_at", "close": "closed_at", "settle": "closed_at", "reject": "closed_at", "void": "closed_at",
    "suspend": "suspended_at", "evaluate": "evaluated_at",
    "evaluate_by_default": "evaluated_at",
}  # fmt: skip


@dataclass(frozen=True)
class Life:
    """One incident: its row, and its steps as (at, action, from, to), those only that have happened."""

    row: dict[str, Any]
    steps: list[tuple[datetime, str, str, str]]
    department: str
    marks: tuple[int, int, int] | None


def load(days: int, count: int | None, seed: int, report: Callable[[str], None]) -> int:
    """Put the incidents of the `days` that end now in place of the sample's; `count` None: by how many live there.

    Returns how many. One transaction.
    """
    rng = np.random.default_rng(seed)
    town = places.read()
    wanted = count or max(1, round(town.residents * rhythm.PER_1000_A_DAY / 1000 * days))
    report(f"drawing {wanted} incidents")
    lives = list(_lives(rng, town, days, wanted))
    with transaction.atomic(), connection.cursor() as cursor:
        clearing.clear(SYSTEM)
        cursor.execute("SET LOCAL wangge.loading = 'on'")
        report("loading incidents")
        _copy("incidents_incident", INCIDENT_COLUMNS, (_values(life) for life in lives))
        ids = dict(Incident.objects.filter(source_system=SYSTEM).values_list("source_id", "id"))
        report("loading timelines")
        _copy("incidents_step", STEP_COLUMNS, (row for life in lives for row in _step_rows(life, ids)))
        _copy(
            "incidents_whistle",
            (
                "incident_id",
                "kind",
                "department_id",
                "is_lead",
                "sent_at",
                "due_at",
                "return_until",
                "checked_in_at",
            ),
            (row for life in lives for row in _whistle_rows(life, ids)),
        )
        _copy(
            "incidents_evaluation",
            ("incident_id", "party", "response", "handling", "satisfaction", "text", "at"),
            (row for life in lives for row in _evaluation_rows(life, ids)),
        )
        cursor.execute("SET LOCAL wangge.loading = ''")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE incidents_incident, incidents_step, incidents_whistle")
    report("setting lights and counting")
    _settle()
    return len(lives)


def _settle() -> None:
    """Lights, urging and supervision as of now, and the figures."""
    while any(vars(escalation.run()).values()):
        pass
    statistics.refresh()


def _lives(rng: np.random.Generator, town: places.Town, days: int, count: int) -> Iterator[Life]:
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight - timedelta(days=days - 1)
    storm = max(0, days - 9)
    minutes = rhythm.minutes(rng, days, count, first.weekday(), storm)
    since = now.timestamp() - first.timestamp()
    seconds = np.sort(np.where(minutes * 60 < since, minutes * 60, rng.uniform(0, since, count)))
    reported = first.timestamp() + seconds + rng.uniform(0, 50, count).round(3)
    catalogue = {item.code: item for item in Item.objects.filter(active=True)}
    codes = list(catalogue)
    in_storm = (seconds // 3600 >= storm * 24 + 14) & (seconds // 3600 < storm * 24 + 20)
    usual = rng.choice(codes, size=count, p=rhythm.weights(codes))
    stormy = rng.choice(codes, size=count, p=rhythm.weights(codes, storm=True))
    items = [str(code) for code in np.where(in_storm, stormy, usual)]
    lonlat, addresses = town.draw(rng, items)
    courses = [paths.draw(rng, catalogue[code].self_close) for code in items]
    moments = pacing.moments(reported, [catalogue[code] for code in items], courses)
    sources = rng.choice(
        [name for name, _share in SOURCES], size=count, p=[share for _name, share in SOURCES]
    )
    for n in range(count):
        yield _life(
            n, catalogue[items[n]], lonlat[n], addresses[n], courses[n], moments[n], str(sources[n]), now
        )


def _life(
    n: int,
    item: Item,
    lonlat: Any,
    address: str,
    course: paths.Course,
    at: list[datetime],
    source: str,
    now: datetime,
) -> Life:
    planned = list(course.steps)
    if course.steps[-1][1] == "closed":
        planned.append(("evaluate" if course.marks else "evaluate_by_default", "evaluated", 1.0))
        at = at if course.marks else [*at[:-1], at[-2] + timedelta(days=EVALUATE_DAYS, minutes=1)]
    steps, state = [], ""
    for (action, target, _share), moment in zip(planned, at, strict=False):
        if moment > now:
            break
        steps.append((moment, action, state, target))
        state = target
    reached = {REACHED[action]: moment for moment, action, _f, _t in steps if action in REACHED}
    whistled = "dispatched_at" in reached
    closed = state in ("closed", "evaluated")
    row = {
        "source_id": f"{SYSTEM}-{n:07d}",
        "source_system": SYSTEM,
        "name": item.name,
        "item_code": item.code,
        "description": f"{TEXTS[n % len(TEXTS)]}：{item.name}",
        "source": source,
        "level": item.level,
        "urgency": "urgent" if item.level >= 3 else "normal",
        "located_by": "gps" if source == "worker" else "map",
        "accuracy_m": 8.0 if source == "worker" else None,
        "original": Jsonb({"lon": float(lonlat[0]), "lat": float(lonlat[1]), "crs": "4490"}),
        "src_crs": "4490",
        "address_text": address,
        "geom": f"SRID=4490;POINT({lonlat[0]:.8f} {lonlat[1]:.8f})",
        "reported_at": steps[0][0] if steps else now,
        "reporter_name": source,
        "state": state or "reported",
        "handler": _handler(course.name, steps),
        "lead_department": item.department_id if whistled else "",
        "step_since": steps[-1][0] if steps else now,
        "result": "已处置" if "feedback_at" in reached or (course.name == "self" and closed) else "",
        "solved": True if closed and course.name != "self" else None,
        "satisfaction": course.marks[2] if course.marks and state == "evaluated" else None,
        "rework_count": sum(action == "verify_fail" for _at, action, _f, _t in steps),
        "self_handled": course.name == "self" and closed,
    }
    return Life(
        {**dict.fromkeys(REACHED.values()), **row, **reached}, steps, item.department_id, course.marks
    )


def _handler(name: str, steps: list[tuple[datetime, str, str, str]]) -> str:
    done = {action for _at, action, _f, _t in steps}
    if "whistle" in done:
        return "department"
    if "handle_by_street" in done:
        return "street"
    return "village" if "accept" in done else ""


def _values(life: Life) -> tuple[Any, ...]:
    return tuple(life.row[name] for name in INCIDENT_COLUMNS)


def _step_rows(life: Life, ids: dict[str | None, int]) -> Iterator[tuple[Any, ...]]:
    incident = ids[life.row["source_id"]]
    for at, action, was, target in life.steps:
        who, role = paths.ACTORS.get(action, ("system", "system"))
        who = life.row["reporter_name"] if action == "report" else who
        department = life.department if action in ("whistle", "check_in", "start") else ""
        text = life.row["description"] if action == "report" else "已处置" if action == "feed_back" else ""
        yield incident, at, action, was, target, who, role, department, text


def _whistle_rows(life: Life, ids: dict[str | None, int]) -> Iterator[tuple[Any, ...]]:
    moments = {action: at for at, action, _f, _t in life.steps}
    if "whistle" in moments:
        sent = moments["whistle"]
        due, half = sent + timedelta(hours=24), sent + timedelta(hours=12)
        arrived = moments.get("check_in")
        yield ids[life.row["source_id"]], "daily", life.department, True, sent, due, half, arrived


def _evaluation_rows(life: Life, ids: dict[str | None, int]) -> Iterator[tuple[Any, ...]]:
    if life.marks and life.steps and life.steps[-1][1] == "evaluate":
        yield (ids[life.row["source_id"]], "reporter", *life.marks, "", life.steps[-1][0])


def _copy(table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    from psycopg import sql

    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
