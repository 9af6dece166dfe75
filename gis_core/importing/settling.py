"""From the polygons of one parent's rows to an exact coverage, or to the list of what is in the way.

The one place that knows the order: round, node, judge; with --repair also clean, fit, cut and judge again.
Nothing leaves `settled` that `chain.tiles` has not passed.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
import shapely
from django.utils.translation import gettext as _

from gis_core import crs
from gis_core.crs import UNIT, Plane, canonical
from gis_core.importing import chain, defects, faces, fitting, noding, repairing
from gis_core.importing.defects import Defect
from gis_core.importing.options import Options, refuse


@dataclass(frozen=True)
class Group:
    """Rows with one parent. `geoms` (n,) EPSG:4490 as in the file; `parent` its live polygon, or None.

    `holes_stay`: empty ground inside the union is no defect (--force-holes, or roots without a parent).
    """

    codes: list[str]
    geoms: Any
    parent: shapely.Geometry | None
    holes_stay: bool

    @property
    def metric(self) -> pyproj.CRS:
        return crs.metric_crs(tuple(shapely.total_bounds(self.geoms)))

    @property
    def plane(self) -> Plane:
        _west, south, _east, north = shapely.total_bounds(self.geoms)
        return Plane((south + north) / 2)


@dataclass(frozen=True)
class Settled:
    """An exact coverage: `polygons` (n,) tile `ground`, canonical MultiPolygons in EPSG:4490.

    `found`: what was repaired; `holes`: empty ground left inside, on purpose.
    """

    polygons: Any
    ground: shapely.MultiPolygon
    found: list[Defect]
    holes: list[Defect]


def settled(group: Group, options: Options) -> Settled:
    """Raises ImportRefused with the defects when the rows are no coverage and may not, or cannot, be repaired."""
    rounded = repairing.without_repeats(canonical(group.geoms))
    _refuse_empty(
        group, rounded, _("Rounding to 8 decimals leaves nothing of %(codes)s: they are narrower than 1 mm.")
    )
    table = noding.missing(rounded, noding.WITHIN * UNIT, group.parent)
    polygons = noding.spliced(rounded, table)
    parent = None if group.parent is None else noding.spliced(np.array([group.parent]), table)[0]
    clean = _if_exact(group, polygons, parent, [])
    if clean is not None:
        return clean
    found = _judged(group, polygons, parent)
    if isinstance(found, Settled):
        return found
    if not options.repair:
        raise _dirty(found, defects.unmatched(rounded, table, group.codes))
    return _repaired(group, polygons, parent, found, options)


def _if_exact(
    group: Group, polygons: Any, parent: shapely.Geometry | None, found: list[Defect]
) -> Settled | None:
    """The result if the polygons tile their ground, and no hole is in it that must not be; else None."""
    ground = chain.union(polygons) if parent is None else parent
    if (
        shapely.is_empty([*polygons, ground]).any()
        or not shapely.is_valid(ground)
        or not chain.tiles(polygons, ground)
    ):
        return None
    holes = defects.of_holes(polygons, ground, group.codes, group.metric) if parent is None else []
    if holes and not group.holes_stay:
        return None
    return Settled(polygons, chain.as_multi(ground), found, holes)


def _judged(group: Group, polygons: Any, parent: shapely.Geometry | None) -> Settled | list[Defect]:
    """The defects that take or leave ground; or, if there are none, the polygons with matched boundaries."""
    cut = faces.cut(polygons, parent)
    found = defects.listed(cut, group.codes, group.metric)
    serious = [one for one in found if not (one.kind == "gap" and group.holes_stay and parent is None)]
    if not serious:
        settled = _from_faces(group, polygons, parent, cut, set(), [])
        if settled is not None:
            return settled
    return found


def _from_faces(
    group: Group,
    polygons: Any,
    parent: shapely.Geometry | None,
    cut: faces.Faces,
    fill: set[int],
    found: list[Defect],
) -> Settled | None:
    result = repairing.cut_anew(polygons, fill, cut)
    if group.parent is not None:
        result = fitting.without_needless(result, group.parent, chain.union(result))
        parent = chain.union(result)
    return _if_exact(group, result, parent, found)


def _dirty(found: list[Defect], unmatched: list[Defect]) -> Exception:
    listed = [*found, *unmatched]
    kinds = {kind: sum(one.kind == kind for one in listed) for kind in sorted({one.kind for one in listed})}
    return refuse(
        _("The polygons do not tile their ground: %s. --repair mends this within --snap and --max-gap.")
        % ", ".join(f"{count} {kind}" for kind, count in kinds.items()),
        defects=[one.as_json() for one in listed],
    )


# ---- repair -------------------------------------------------------------------------------------------------


def _repaired(
    group: Group, polygons: Any, parent: shapely.Geometry | None, found: list[Defect], options: Options
) -> Settled:
    tidy = repairing.cleaned(polygons, options.snap, options.max_gap, group.plane)
    _refuse_empty(
        group,
        tidy,
        _("The repair leaves nothing of %(codes)s: they lie under others or are narrower than --snap."),
    )
    if group.parent is not None:
        tidy = fitting.drawn_onto(tidy, group.parent, options.snap, group.plane)
    elif (done := _if_exact(group, tidy, None, found)) is not None:
        return done
    cut = faces.cut(tidy, group.parent)
    left = defects.listed(cut, group.codes, group.metric)
    too_wide = [one for one in left if not _may_mend(one, group, options)]
    if too_wide:
        raise refuse(
            _(
                "After the repair %(count)s places are left that --snap %(snap)s and --max-gap %(gap)s do not mend. "
                "Raise them, mend the file, or keep real holes with --force-holes (without a live parent)."
            )
            % {"count": len(too_wide), "snap": options.snap, "gap": options.max_gap},
            defects=[one.as_json() for one in too_wide],
        )
    return _filled(group, tidy, cut, left, found, options)


def _filled(
    group: Group, tidy: Any, cut: faces.Faces, left: list[Defect], found: list[Defect], options: Options
) -> Settled:
    fill = {
        face
        for one in left
        if one.kind == "gap" and one.width_m <= max(options.max_gap, options.snap)
        for face in one.faces
    }
    done = _from_faces(group, tidy, group.parent, cut, fill, found)
    if done is None:
        raise refuse(
            _("The repair did not give an exact coverage. Mend these places in the file, or change --snap."),
            defects=[one.as_json() for one in left or found],
        )
    return done


def _may_mend(defect: Defect, group: Group, options: Options) -> bool:
    """Overlaps and slivers may; gaps up to --max-gap; holes that stay; what sticks out up to --snap."""
    if defect.kind == "overlap":
        return True
    if defect.kind == "outside":
        return defect.width_m <= options.snap
    return defect.width_m <= max(options.max_gap, options.snap) or (group.parent is None and group.holes_stay)


def _refuse_empty(group: Group, polygons: Any, message: str) -> None:
    gone = [code for code, polygon in zip(group.codes, polygons, strict=True) if polygon.is_empty]
    if gone:
        raise refuse(message % {"codes": ", ".join(gone[:10])}, vanished=gone)
