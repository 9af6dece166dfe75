"""Actions of a Transaction on one plan as commands on its draft; refused here is what no draft can hold.

Which features an action means is found in the plan as the document finds it; gaps and overlaps are nobody's
business here, the plan's defects list them.
"""

from typing import Any

import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.core.exceptions import FieldError, ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from gis_core.errors import WanggeError
from gis_core.models import Area
from grid_editor.commands import Command, Delete, Insert, Renumber, Replace, arguments
from grid_editor.commands.replace import KINDS
from grid_editor.models import Plan, PlanGrid
from grid_editor.reasons import refuse
from grid_editor.wfs.plan_type import COUNTED, GEOM, IGNORED, WRITABLE, name_of
from layers.surfaces.wfs.transaction import actions
from layers.surfaces.wfs.transaction.actions import Action, Where


class Edits:
    """Collects the commands, and what to tell the client: `handles` of insertions, `replaced`, and counts."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.commands: list[Command] = []
        self.handles: list[str] = []
        self.replaced: list[tuple[str, int]] = []
        self.summary: list[str] = []
        self.updated = self.deleted = 0
        self._codes: dict[int, str | None] = {}
        """Codes as the commands so far leave them, by the grid's id; None for a grid that is gone."""
        self._scope = _ground(plan)

    def add(self, action: Action) -> None:
        """Raises WanggeError, with the action's handle in its details."""
        try:
            self._check(action)
            if isinstance(action, actions.Insert):
                self._insert(action)
            elif isinstance(action, actions.Update):
                self._update(action)
            elif isinstance(action, actions.Delete):
                self._delete(action)
        except WanggeError as error:
            error.details.setdefault("handle", action.handle)
            raise

    def _check(self, action: Action) -> None:
        """Field names, and that the ground lies at least partly in the plan's."""
        for name in action.values:
            if name not in (*WRITABLE, *COUNTED, *IGNORED, GEOM):
                raise arguments.wrong(name[:60], ", ".join((*WRITABLE, GEOM)))
        if action.geometry is not None and not self._touches(action.geometry):
            raise refuse(
                "outside",
                _("The polygon lies outside %(scope)s, the plan's area. Is its axis order right?")
                % {"scope": self.plan.scope_code},
                place=action.geometry,
            )

    def _touches(self, geometry: shapely.MultiPolygon) -> bool:
        ground = geometry if geometry.is_valid else shapely.make_valid(geometry)
        return bool(shapely.intersects(self._scope, ground))

    def _insert(self, action: Action) -> None:
        if action.geometry is None:
            raise refuse("no_ground", _("A grid needs a polygon."))
        given = {name: value for name, value in action.values.items() if value is not None}
        self.commands.append(
            Insert(
                action.geometry,
                arguments.maybe_code(given, "code"),
                arguments.text(given, "parent_code", 20) or None,
                arguments.text(given, "name"),
                arguments.choice(given, "kind", KINDS, Area.Kind.GENERAL),
                copied=True,
            )
        )
        self.handles.append(action.handle)
        self.summary.append("insert")

    def _update(self, action: actions.Update) -> None:
        if GEOM in action.values:
            raise refuse("no_ground", _("A grid cannot be without a polygon."))
        for grid in self._meant(action.where):
            self._change(grid, action)
            if action.replaces:
                self.replaced.append((action.handle, grid.pk))
            else:
                self.updated += 1
            self.summary.append(f"update {grid.pk}")

    def _change(self, grid: PlanGrid, action: Action) -> None:
        code = self._present(grid)
        given: dict[str, Any] = dict(action.values)
        _stay_in_village(grid, given.get("parent_code"))
        kind = arguments.choice(given, "kind", KINDS) if given.get("kind") is not None else None
        name = arguments.text({"name": given["name"] or ""}, "name") if "name" in given else None
        self.commands.append(Replace(code, action.geometry, name, kind))
        new = arguments.maybe_code(given, "code")
        if new is not None and new != code:
            self.commands.append(Renumber(code, new))
            self._codes[grid.pk] = new

    def _delete(self, action: actions.Delete) -> None:
        for grid in self._meant(action.where):
            self.commands.append(Delete(self._present(grid)))
            self._codes[grid.pk] = None
            self.deleted += 1
            self.summary.append(f"delete {grid.pk}")

    def _present(self, grid: PlanGrid) -> str:
        """The grid's code as it is by now. Raises Refusal for one that this document took away before."""
        code = self._codes.setdefault(grid.pk, grid.code)
        if code is None:
            raise _unknown(f"{name_of(self.plan)}.{grid.pk}")
        return code

    def _meant(self, where: Where) -> list[PlanGrid]:
        rows = PlanGrid.objects.filter(plan=self.plan).defer("geom").order_by("pk")
        if where.condition is None:
            keys = [_key(self.plan, fid) for fid in where.ids]
            found = {row.pk: row for row in rows.filter(pk__in=keys)}
            for key, fid in zip(keys, where.ids, strict=True):
                if key not in found:
                    raise _unknown(fid)
            return [found[key] for key in keys]
        _check_fields(where.condition)
        try:
            return list(rows.filter(where.condition))
        except (FieldError, ValidationError, ValueError, TypeError) as error:
            raise WanggeError(
                _("The filter compares a field with what it cannot be."), code="invalid"
            ) from error


def _ground(plan: Plan) -> shapely.Geometry:
    """The plan's scope, ready for many questions."""
    rows = plan.boundaries.filter(code=plan.scope_code).annotate(wkb=AsWKB("geom"))
    ground = shapely.from_wkb(bytes(rows.values_list("wkb", flat=True).get()))
    shapely.prepare(ground)
    return ground


def _key(plan: Plan, fid: str) -> int:
    """The row that a feature id names. Raises Refusal for another type's id."""
    name, _dot, key = fid.rpartition(".")
    if name != name_of(plan) or not key.isascii() or not key.isdigit() or len(key) > 18:
        raise _unknown(fid)
    return int(key)


def _unknown(fid: str) -> Exception:
    return refuse(
        "no_such_grid",
        _("There is no feature %(id)s; perhaps somebody has deleted it. Load the layer anew.")
        % {"id": fid[:80]},
    )


def _stay_in_village(grid: PlanGrid, village: str | None) -> None:
    if village is not None and village != grid.parent_code:
        text = _("Grid %(code)s belongs to %(village)s and never leaves its village.")
        raise refuse("two_villages", text % {"code": grid.code, "village": grid.parent_code}, [grid.code])


def _check_fields(condition: Q) -> None:
    """Raise WanggeError for a field that the feature type does not have."""
    for part in condition.children:
        if isinstance(part, Q):
            _check_fields(part)
            continue
        name = str(part[0]).rpartition("__")[0]  # type: ignore[index]
        if name not in (*WRITABLE, *COUNTED):
            raise arguments.wrong(name[:60], ", ".join((*WRITABLE, *COUNTED)))
