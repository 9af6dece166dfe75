"""Reads of lineage: which areas an area came from and went into."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gis_core.errors import NotFound
from gis_core.models import Area
from grid_editor.models import Lineage, Plan


def of_plan(plan: Plan) -> list[dict[str, Any]]:
    """Every row that publishing the plan wrote."""
    return _rows(plan.lineage.all())


def of_area(code: str) -> dict[str, Any]:
    """Where the ground of a code came from and went to, and when the code was in use. Raises NotFound."""
    versions = Area.objects.filter(code=code).order_by("valid_from")
    first, last = versions.first(), versions.last()
    if first is None or last is None:
        raise NotFound(_("There never was an area with code %(code)s.") % {"code": code}, {"code": code})
    return {
        "code": code,
        "valid_from": first.valid_from,
        "valid_to": last.valid_to,
        "came_from": _rows(Lineage.objects.filter(to_code=code)),
        "went_to": _rows(Lineage.objects.filter(from_code=code)),
    }


def _rows(rows: QuerySet[Lineage]) -> list[dict[str, Any]]:
    fields = ("plan_id", "from_code", "to_code", "area_m2", "published_at")
    found = rows.order_by("published_at", "from_code", "to_code").values(*fields)
    return [{"plan": row.pop("plan_id"), **row} for row in found]
