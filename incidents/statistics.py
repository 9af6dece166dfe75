"""The figures of incidents: rates with numerator and denominator, by area, item, department, source, day or hour.

What is counted stands in incidents/sql/250_statistics.sql; the rates here, by the names that the field uses.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from gis_core.models import Area
from incidents.models import Department, Incident, Item
from incidents.presenting import language, said
from layers.styling import Title


@dataclass(frozen=True)
class Rate:
    """`part` of `whole`, both measures."""

    key: str
    title: Title
    part: str
    whole: str


RATES = (
    Rate("closing", Title("办结率", "Closed of those due"), "due_closed", "due"),
    Rate("in_time", Title("按期办结率", "Closed in time of those due"), "due_in_time", "due"),
    Rate("overdue", Title("超期率", "Overdue of those due"), "due_overdue", "due"),
    Rate("satisfaction", Title("满意率", "Satisfied of those who evaluated"), "satisfied", "evaluated"),
    Rate("response", Title("响应率", "Checked in in time of whistles"), "answered", "whistles"),
    Rate("solving", Title("解决率", "Solved of those asked"), "solved", "surveyed"),
    Rate("rework", Title("返工率", "Reworked of closed"), "reworked", "closed"),
    Rate("accuracy", Title("准确派遣率", "Whistles not returned"), "accepted", "whistles"),
    Rate("returning", Title("退单率", "Whistles returned"), "returned", "whistles"),
    Rate("duplication", Title("重复率", "Merged of reported"), "merged", "reported"),
    Rate("self_handling", Title("自办率", "Closed on the spot of reported"), "self_handled", "reported"),
    Rate("whistling", Title("吹哨率", "Whistled of reported"), "whistled", "reported"),
)
COUNTS = ("reported", "outside", "refused", "due", "closed", "whistles", "evaluated")
GROUPS = ("area", "item", "department", "source", "day", "hour", "none")
BASES = ("report", "today")

GROUPED = """
SELECT CASE %(by)s WHEN 'area' THEN left(f.area, %(width)s) WHEN 'item' THEN f.item_code
                   WHEN 'department' THEN f.department WHEN 'source' THEN f.source
                   WHEN 'day' THEN f.day::text ELSE '' END AS key,
       f.measure, sum(f.value)
FROM (SELECT g.*, CASE %(basis)s WHEN 'today' THEN g.area_code_now ELSE g.area_code END AS area
      FROM incident_figures(%(since)s, %(until)s) g) f
WHERE (%(everywhere)s OR f.area ^@ ANY(%(prefixes)s)) AND f.area ^@ %(within)s
  AND (%(items)s::text[] IS NULL OR f.item_code = ANY(%(items)s))
GROUP BY 1, 2
"""
HOURS = """
SELECT to_char(i.reported_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24'), 'reported', count(*)
FROM (SELECT n.*, coalesce(CASE %(basis)s WHEN 'today' THEN n.area_code ELSE n.area_code_at_report END, '') AS area
      FROM incidents_incident n) i
WHERE NOT i.is_draft AND i.reported_at >= %(since)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND i.reported_at < %(until)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND (%(everywhere)s OR i.area ^@ ANY(%(prefixes)s)) AND i.area ^@ %(within)s
  AND (%(items)s::text[] IS NULL OR i.item_code = ANY(%(items)s))
GROUP BY 1
"""
"""By the hour of the report; only how many were reported: the other figures are kept by day."""
MEDIANS = """
SELECT CASE %(by)s WHEN 'area' THEN left(i.area, %(width)s) WHEN 'item' THEN i.item_code
                   WHEN 'department' THEN i.responsible WHEN 'source' THEN i.source
                   WHEN 'day' THEN incident_day(i.closed_at)::text ELSE '' END AS key,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM i.closed_at - i.reported_at) / 3600)
FROM (SELECT n.*, coalesce(nullif(n.lead_department, ''), t.department_id) AS responsible,
             coalesce(CASE %(basis)s WHEN 'today' THEN n.area_code ELSE n.area_code_at_report END, '') AS area
      FROM incidents_incident n JOIN incidents_item t ON t.code = n.item_code) i
WHERE i.closed_at >= %(since)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND i.closed_at < %(until)s::date::timestamp AT TIME ZONE 'Asia/Shanghai' AND i.state IN ('closed', 'evaluated')
  AND (%(everywhere)s OR i.area ^@ ANY(%(prefixes)s)) AND i.area ^@ %(within)s
  AND (%(items)s::text[] IS NULL OR i.item_code = ANY(%(items)s))
GROUP BY 1
"""
RESIDENTS = """
SELECT left(b.area_code, %(width)s), sum(b.residents) FROM layers_building b
WHERE b.area_code ^@ %(within)s AND b.residents > 0 GROUP BY 1
"""


@dataclass(frozen=True)
class Question:
    """What is asked: days from `since` up to but not `until`, within an area, of some items, grouped."""

    since: date
    until: date
    by: str = "none"
    tier: str = "town"
    within: str = ""
    basis: str = "report"
    items: tuple[str, ...] | None = None

    def arguments(self, prefixes: tuple[str, ...]) -> dict[str, Any]:
        return {
            "since": self.since,
            "until": self.until,
            "by": self.by,
            "width": settings.CODE_LENGTHS[self.tier],
            "within": self.within,
            "basis": self.basis,
            "items": list(self.items) if self.items else None,
            "prefixes": list(prefixes),
            "everywhere": "" in prefixes,
        }

    def before(self) -> "Question":
        """The same for as many days before."""
        span = self.until - self.since
        return Question(
            self.since - span, self.since, self.by, self.tier, self.within, self.basis, self.items
        )


def answer(question: Question, prefixes: tuple[str, ...]) -> list[dict[str, Any]]:
    """A row for each group, ordered by its key; within the prefixes that the reader may see."""
    arguments = question.arguments(prefixes)
    sums: dict[str, dict[str, float]] = defaultdict(dict)
    for key, measure, value in _rows(HOURS if question.by == "hour" else GROUPED, arguments):
        sums[key][measure] = value
    medians = {} if question.by == "hour" else dict(_rows(MEDIANS, arguments))
    residents = dict(_rows(RESIDENTS, arguments)) if question.by == "area" else {}
    titles = _titles(question, list(sums))
    return [_row(key, titles, sums[key], medians.get(key), residents.get(key)) for key in sorted(sums)]


def _rows(query: str, arguments: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        return cursor.fetchall()


def _row(
    key: str, titles: dict[str, str], sums: dict[str, float], median: float | None, residents: int | None
) -> dict[str, Any]:
    closed, reported = sums.get("closed", 0), sums.get("reported", 0)
    return {
        "key": key,
        "title": titles.get(key, key),
        "counts": {name: int(sums.get(name, 0)) for name in COUNTS},
        "rates": {rate.key: ratio(sums.get(rate.part, 0), sums.get(rate.whole, 0)) for rate in RATES},
        "mean_hours": round(sums["hours"] / closed, 2) if closed and "hours" in sums else None,
        "median_hours": round(median, 2) if median is not None else None,
        "residents": residents,
        "per_1000_residents": round(1000 * reported / residents, 3) if residents else None,
    }


def ratio(part: float, whole: float) -> dict[str, Any]:
    """Never a rate without what it is a rate of; null where that is nothing."""
    return {"part": int(part), "whole": int(whole), "rate": round(part / whole, 4) if whole else None}


def _titles(question: Question, keys: list[str]) -> dict[str, str]:
    english = language() == "en"
    if question.by == "area":
        named = Area.objects.live().filter(code__in=keys).values_list("code", "name")
        return {"": _("outside the district"), **dict(named)}
    if question.by == "item":
        return {i.code: (english and i.name_en) or i.name for i in Item.objects.filter(code__in=keys)}
    if question.by == "department":
        return {d.code: (english and d.name_en) or d.name for d in Department.objects.filter(code__in=keys)}
    if question.by == "source":
        return {value: str(title) for value, title in Incident.Source.choices}
    return {}


def refresh() -> int:
    """Count the days before this week anew; returns how many rows were kept."""
    return int(_rows("SELECT incident_figures_refresh()", {})[0][0])


def default_period() -> tuple[date, date]:
    """The thirty days that end with today."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    return tomorrow - timedelta(days=30), tomorrow


def table(rows: list[dict[str, Any]]) -> list[list[Any]]:
    """Heads and rows for CSV and Excel; each rate with its part and its whole."""
    heads = [_("code"), _("name"), *COUNTS, _("mean hours"), _("median hours"), _("per 1,000 residents")]
    for rate in RATES:
        heads += [said(rate.title), f"{said(rate.title)} {_('part')}", f"{said(rate.title)} {_('whole')}"]
    body = []
    for row in rows:
        line = [row["key"], row["title"], *row["counts"].values()]
        line += [row["mean_hours"], row["median_hours"], row["per_1000_residents"]]
        for rate in RATES:
            figure = row["rates"][rate.key]
            line += [figure["rate"], figure["part"], figure["whole"]]
        body.append(line)
    return [heads, *body]
