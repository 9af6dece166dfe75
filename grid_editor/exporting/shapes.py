"""A plan's grids and borders as the shapes of a picture."""

import shapely
from django.contrib.gis.db.models.functions import AsWKB

from grid_editor import counting
from grid_editor.models import Plan
from grid_editor.picture.labels import Label
from grid_editor.picture.plan_map import Border, Shape
from grid_editor.reasons import short


def shapes_of(plan: Plan) -> list[Shape]:
    """Every grid, labelled with name, end of its code and households; those that commands changed emphasised."""
    counting.count_missing(plan)
    edited = changed_codes(plan)
    fields = ("code", "name", "kind", "households", "wkb")
    rows = plan.grids.annotate(wkb=AsWKB("geom")).order_by("code").values_list(*fields)
    return [
        Shape(
            shapely.from_wkb(bytes(wkb)),
            label_of(code, name, households),
            counting.load_of(households, kind),
            code in edited,
        )
        for code, name, kind, households, wkb in rows
    ]


def label_of(code: str, name: str, households: int | None) -> Label:
    """Name and number over households; on small ground only the number."""
    number = short(code)
    below = () if households is None else (str(households),)
    named = ((f"{number} {name}", *below),) if name else ()
    return Label((*named, (number, *below), (number,)))


def borders_of(plan: Plan) -> list[Border]:
    """The areas above the grids within the plan."""
    rows = plan.boundaries.annotate(wkb=AsWKB("geom")).values_list("tier", "wkb")
    return [Border(shapely.from_wkb(bytes(wkb)), tier) for tier, wkb in rows]


def changed_codes(plan: Plan) -> set[str]:
    """The grids that the commands in force changed, without those that only got a vertex."""
    lists = plan.commands.filter(undone=False).values_list("codes", flat=True)
    return {code for codes in lists for code in codes}
