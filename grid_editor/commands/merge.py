"""Merge neighbouring grids of one village into one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
from django.utils.translation import gettext as _

from gis_core.importing import chain
from grid_editor.commands import arguments
from grid_editor.commands.command import Command, grid, listed, one_village
from grid_editor.deltas import Delta
from grid_editor.draft import Draft, DraftGrid
from grid_editor.geometry.arrangement import area_m2
from grid_editor.reasons import refuse, short


@dataclass(frozen=True)
class Merge(Command):
    """`keep` is the code that goes on, by default the largest grid's; `name` renames it where given."""

    kind: ClassVar[str] = "merge"
    members: tuple[str, ...]
    keep: str | None = None
    name: str = ""

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        return cls(
            arguments.code_list(given), arguments.maybe_code(given, "keep"), arguments.text(given, "name")
        )

    def codes(self) -> list[str]:
        return list(self.members)

    def edited(self, draft: Draft) -> Draft:
        grids = [grid(draft, code) for code in self.members]
        one_village(grids)
        kept = self._kept(grids)
        geom = chain.union(np.array([one.geom for one in grids], dtype=object))
        merged = replace(kept, name=self.name or kept.name).with_geom(geom)
        return draft.with_grids([merged], removed=self.members)

    def _kept(self, grids: list[DraftGrid]) -> DraftGrid:
        if self.keep is not None and self.keep not in self.members:
            text = _("The code that is kept must be one of %(codes)s.")
            raise refuse("keep_not_among", text % {"codes": listed(list(self.members))}, [self.keep])
        return max(grids, key=lambda one: (one.code == self.keep, area_m2(one.geom), one.code))

    def words(self, delta: Delta) -> str:
        gone = set(delta.removed())
        kept = [code for code in self.members if code not in gone]
        return _("Merged %(codes)s into %(kept)s") % {
            "codes": listed(list(self.members)),
            "kept": short(kept[0]) if kept else "",
        }
