"""A plan as a WFS feature type: its grids, under ids that stay through edits, renumbering and undo."""

import re

from django.utils.translation import gettext as _
from gisserver.geometries import WGS84BoundingBox

from grid_editor.models import Plan, PlanGrid
from layers.surfaces.wfs.feature_types import StableType

NAME = re.compile(r"plan_([1-9][0-9]{0,17})")
WRITABLE = ("code", "name", "kind", "parent_code")
COUNTED = ("area_m2", "households", "residents", "buildings")
"""Measured by the server. What a client writes there is passed over: GDAL sends back every field it has read."""
IGNORED = ("gml_id",)
"""GDAL's own column for the feature id, which a copied file brings along."""
GEOM = "geom"

Box = tuple[float, float, float, float]


def name_of(plan: Plan) -> str:
    return f"plan_{plan.pk}"


def plan_id(name: str) -> int | None:
    """The plan that a feature type's name stands for, existing or not; None for other names."""
    found = NAME.fullmatch(name)
    return int(found.group(1)) if found else None


class PlanType(StableType):
    """`box`: west, south, east, north of the plan's scope, for the capabilities."""

    def __init__(self, plan: Plan, box: Box | None = None) -> None:
        self.box = box
        super().__init__(
            PlanGrid.objects.filter(plan=plan),
            name_of(plan),
            _("%(plan)s (plan %(id)s, %(state)s)")
            % {"plan": plan.name, "id": plan.pk, "state": plan.get_state_display()},
            [(column, abstract) for column, abstract in _columns().items()],
            GEOM,
        )

    def get_bounding_box(self) -> WGS84BoundingBox | None:
        return WGS84BoundingBox(*self.box) if self.box else None


def _columns() -> dict[str, str]:
    return {
        "code": _("Code"),
        "name": _("Name"),
        "kind": _("Kind: general or special"),
        "parent_code": _("Code of the village"),
        "area_m2": _("Area in square metres (read only)"),
        "households": _("Households (read only)"),
        "residents": _("Residents (read only)"),
        "buildings": _("Buildings (read only)"),
    }
