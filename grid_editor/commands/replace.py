"""Replace, insert and delete polygons as they are: what WFS-T and imports do. The draft may be broken by them.

Nothing is refused for being unfinished (design.md section 5); the defects are listed, and repaired later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

import shapely
from django.utils.translation import gettext as _

from gis_core import codes as code_rules
from gis_core import crs
from gis_core.importing import chain
from gis_core.models import Area
from grid_editor.commands import arguments
from grid_editor.commands.command import Command, grid
from grid_editor.deltas import Delta
from grid_editor.draft import Draft, DraftGrid
from grid_editor.geometry.settling import settled
from grid_editor.numbering import next_free
from grid_editor.reasons import refuse, short

KINDS = tuple(Area.Kind.values)


def stored_form(geometry: shapely.Geometry, draft: Draft) -> shapely.MultiPolygon:
    """Canonical, on the draft's vertices, none twice in a row; a ring that is broken otherwise stays so."""
    placed = settled(crs.canonical(geometry), draft)
    try:
        rounded = chain.as_multi(shapely.remove_repeated_points(placed))
    except shapely.errors.GEOSException:  # a ring that is one point, or two
        rounded = shapely.MultiPolygon()
    if not shapely.make_valid(rounded).area:
        raise refuse("no_ground", _("The polygon has no ground."))
    return rounded


@dataclass(frozen=True)
class Replace(Command):
    """Another polygon, and other words where given (None leaves them), for the grid `code`."""

    kind: ClassVar[str] = "replace"
    loose: ClassVar[bool] = True
    code: str
    geometry: shapely.Geometry | None = None
    name: str | None = None
    grid_kind: str | None = None
    attributes: Mapping[str, Any] | None = None

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        return cls(
            arguments.code(given),
            arguments.any_polygon(given) if given.get("geometry") else None,
            arguments.text(given, "name") if given.get("name") is not None else None,
            arguments.choice(given, "grid_kind", KINDS) if given.get("grid_kind") else None,
            given.get("attributes") if isinstance(given.get("attributes"), Mapping) else None,
        )

    def codes(self) -> list[str]:
        return [self.code]

    def extent(self) -> shapely.Geometry | None:
        return self.geometry

    def edited(self, draft: Draft) -> Draft:
        old = grid(draft, self.code)
        new = replace(
            old,
            geom=old.geom if self.geometry is None else stored_form(self.geometry, draft),
            name=old.name if self.name is None else self.name,
            kind=self.grid_kind or old.kind,
            attributes=old.attributes if self.attributes is None else self.attributes,
        )
        return draft.with_grids([new])

    def words(self, delta: Delta) -> str:
        return _("Replaced %(code)s") % {"code": short(self.code)}


@dataclass(frozen=True)
class Insert(Command):
    """A new polygon beside or over the others; without a code it takes the next free one of its village.

    `copied`: so it does too when the code is a grid's already, for a program that splits a polygon gives
    both halves the same fields.
    """

    kind: ClassVar[str] = "insert"
    loose: ClassVar[bool] = True
    geometry: shapely.Geometry
    code: str | None = None
    village: str | None = None
    name: str = ""
    grid_kind: str = Area.Kind.GENERAL
    attributes: Mapping[str, Any] = field(default_factory=dict)
    copied: bool = False

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        extra = given.get("attributes")
        return cls(
            arguments.any_polygon(given),
            arguments.maybe_code(given, "code"),
            arguments.text(given, "village", 20) or None,
            arguments.text(given, "name"),
            arguments.choice(given, "grid_kind", KINDS, Area.Kind.GENERAL),
            extra if isinstance(extra, Mapping) else {},
        )

    def codes(self) -> list[str]:
        return [self.code] if self.code else []

    def extent(self) -> shapely.Geometry:
        return self.geometry

    def edited(self, draft: Draft) -> Draft:
        geom = stored_form(self.geometry, draft)
        village = self._village(draft, geom)
        is_copy = self.copied and self.code in draft.grids
        code = self.code if self.code and not is_copy else next_free(draft, village, self.grid_kind)
        try:
            code_rules.check(code, "grid", village)
        except code_rules.CodeError as error:
            raise refuse("bad_code", _("Code %(reason)s.") % {"reason": error}, [code]) from error
        if code in draft.grids or code in draft.reserved - draft.base:
            free = next_free(draft, village)
            text = _("Code %(code)s is or was in use; the next free one is %(free)s.")
            raise refuse("code_taken", text % {"code": code, "free": free}, [code])
        return draft.with_grids([DraftGrid(code, self.name, self.grid_kind, village, geom, self.attributes)])

    def _village(self, draft: Draft, geom: shapely.MultiPolygon) -> str:
        """The village stated, or said by the code, or with the most of the ground. Raises Refusal."""
        stated = self.village or (self.code and code_rules.parent_of(self.code))
        villages = {a.code: a.geom for a in draft.boundaries.values() if a.tier == "village"}
        if stated:
            if stated not in villages:
                text = _("The village %(village)s is not in this plan.")
                raise refuse("no_such_village", text % {"village": stated}, [stated])
            return stated
        ground = shapely.make_valid(geom)
        shared = {code: shapely.intersection(area, ground).area for code, area in villages.items()}
        best = max(sorted(shared), key=shared.__getitem__, default=None)
        if best is None or not shared[best]:
            raise refuse("outside", _("The drawn polygon lies outside the plan's villages."), [], geom)
        return best

    def words(self, delta: Delta) -> str:
        new = [c.after.code for c in delta.grids if c.before is None and c.after]
        return _("Inserted %(code)s") % {"code": short(new[0]) if new else ""}


@dataclass(frozen=True)
class Delete(Command):
    """Take a polygon away and leave its ground to nobody."""

    kind: ClassVar[str] = "delete"
    loose: ClassVar[bool] = True
    code: str

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        return cls(arguments.code(given))

    def codes(self) -> list[str]:
        return [self.code]

    def edited(self, draft: Draft) -> Draft:
        return draft.with_grids([], removed=[grid(draft, self.code).code])

    def words(self, delta: Delta) -> str:
        return _("Deleted %(code)s") % {"code": short(self.code)}
