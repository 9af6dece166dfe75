"""Polygons out of GML 2, 3.1 and 3.2, as QGIS, GDAL and OpenLayers write them; namespaces are not looked at.

Axis order: in a 1.0.0 Transaction always lon, lat, whatever srsName says (QGIS sends a urn with it); in later
versions as the notation says (see `wfs.geometry`), and lat, lon where there is no srsName.
"""

from collections.abc import Iterator
from math import isfinite
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from gisserver.crs import CRS
from lxml import etree
from numpy.typing import NDArray

from gis_core import crs, limits, tangles
from layers.surfaces.wfs.geometry import OTHERS, STORED
from layers.surfaces.wfs.transaction.errors import NotPolygon, WrongCrs

Element = Any
Positions = NDArray[np.float64]
Rings = tuple[Positions, list[Positions]]

COLLECTIONS = {"MultiPolygon", "MultiSurface", "CompositeSurface", "MultiGeometry"}
MEMBERS = {"polygonMember", "surfaceMember", "surfaceMembers", "geometryMember", "geometryMembers"}
SURFACES = {"Surface", "PolyhedralSurface", "TriangulatedSurface", "Tin"}
PATCHES = {"patches", "polygonPatches", "trianglePatches"}
POLYGONS = {"Polygon", "PolygonPatch", "Rectangle", "Triangle"}
OUTER = {"exterior", "outerBoundaryIs"}
INNER = {"interior", "innerBoundaryIs"}
BYTES_OF_A_CORNER = 50
WORLD = shapely.box(-180, -90, 180, 90)


def local(element: Element) -> str:
    """The tag without its namespace."""
    return str(etree.QName(element).localname)


def children(element: Element) -> Iterator[Element]:
    """Child elements without comments and processing instructions."""
    return (child for child in element if isinstance(child.tag, str))


def polygon(element: Element, version: str, srs_name: str | None) -> shapely.MultiPolygon:
    """The geometry in EPSG:4490, lon before lat, not rounded, perhaps crossing itself.

    `srs_name` counts where the geometry names none. Raises NotPolygon, WrongCrs.
    """
    _check_size(element)
    system = _system(element, srs_name)
    parts = [shapely.Polygon(shell, holes) for shell, holes in _surfaces(element, 2)]
    if not parts:
        raise NotPolygon(_("The geometry has no polygon in it."))
    geometry = shapely.MultiPolygon(parts)
    if tangles.is_tangled(geometry):
        raise NotPolygon(_("The geometry crosses or covers itself thousands of times."))
    if version != "1.0.0" and not system.force_xy and system.is_north_east_order:
        geometry = shapely.transform(geometry, lambda points: points[:, ::-1])
    placed = crs.to_4490(geometry, system.srid)
    if not WORLD.contains(shapely.box(*placed.bounds)):
        raise NotPolygon(
            _("The coordinates lie outside the world in %(crs)s: are they in its axis order?")
            % {"crs": system}
        )
    return placed


def _check_size(element: Element) -> None:
    """Before a number is read: corners are counted by what stands between the numbers."""
    most = limits.VERTICES
    texts = [node.text for node in element.iter() if isinstance(node.tag, str) and node.text]
    length, words = sum(map(len, texts)), 0
    if length <= most * BYTES_OF_A_CORNER:
        words = sum(len(text.replace(",", " ").split()) for text in texts)
    if length > most * BYTES_OF_A_CORNER or words > 2 * most:
        raise NotPolygon(_("A geometry may have %(most)d corners at most.") % {"most": most})


def _system(element: Element, srs_name: str | None) -> CRS:
    names = {name for name in (node.get("srsName") for node in element.iter()) if name}
    outermost = element.get("srsName")
    if len(names) > 1 and outermost is None:
        raise WrongCrs(_("One geometry has parts in different coordinate systems."))
    name = outermost or next(iter(names), None) or srs_name
    allowed = [STORED, *OTHERS]
    try:
        system = STORED if name is None else CRS.from_string(name)
        found = any(known.srid == system.srid and known.authority == system.authority for known in allowed)
    except ValueError:  # ours and the library's own
        found = False
    if not found:
        raise WrongCrs(
            _("%(crs)s cannot be used here. Allowed are: %(allowed)s.")
            % {"crs": str(name)[:80], "allowed": ", ".join(known.urn for known in allowed)}
        )
    return system


def _surfaces(element: Element, dimension: int) -> Iterator[Rings]:
    """(shell, holes) of every polygon within."""
    dimension = _dimension(element, dimension)
    name = local(element)
    if name in POLYGONS:
        yield _polygon(element, dimension)
    elif name in COLLECTIONS | SURFACES:
        for holder in children(element):
            if local(holder) in MEMBERS | PATCHES:
                for member in children(holder):
                    yield from _surfaces(member, dimension)
    else:
        raise NotPolygon(_("A polygon is wanted here; this is a %(kind)s.") % {"kind": name[:60]})


def _polygon(element: Element, dimension: int) -> Rings:
    shells = [_ring(child, dimension) for child in children(element) if local(child) in OUTER]
    holes = [_ring(child, dimension) for child in children(element) if local(child) in INNER]
    if len(shells) != 1:
        raise NotPolygon(_("A polygon has one outer ring; this has %(rings)s.") % {"rings": len(shells)})
    return shells[0], holes


def _ring(holder: Element, dimension: int) -> Positions:
    for child in children(holder):
        if local(child) in ("LinearRing", "Ring"):
            points = _positions(child, _dimension(child, dimension))
            if len(points) < 4 or (points[0] != points[-1]).any():
                raise NotPolygon(_("A ring has at least four positions, and ends where it began."))
            return points
    raise NotPolygon(_("A boundary has no ring."))


def _positions(element: Element, dimension: int) -> Positions:
    """(n, 2) of a ring or a straight curve."""
    found = [_positions_of(child, _dimension(child, dimension)) for child in children(element)]
    pieces = [piece for piece in found if len(piece)]
    if not pieces:
        raise NotPolygon(_("A ring has no positions."))
    points = np.vstack(pieces)
    # Curves of one ring begin where the one before ended.
    return points[np.r_[True, (points[1:] != points[:-1]).any(axis=1)]] if len(pieces) > 1 else points


def _positions_of(element: Element, dimension: int) -> Positions:
    name = local(element)
    if name in ("pos", "posList"):
        return _pairs(_numbers((element.text or "").split()), dimension)
    if name == "coordinates":
        return _of_gml2(element)
    if name == "coord":
        return _pairs(_numbers([part.text or "" for part in children(element) if local(part) in "XY"]), 2)
    if name in ("curveMember", "segments", "pointProperty", "pointRep"):
        return _positions(element, dimension)
    if name in ("LineString", "Curve", "LineStringSegment", "Point"):
        return _positions(element, dimension)
    raise NotPolygon(
        _("Borders are straight lines between positions; this is a %(kind)s.") % {"kind": name[:60]}
    )


def _of_gml2(element: Element) -> Positions:
    """`<coordinates decimal="." cs="," ts=" ">`."""
    decimal, between, after = element.get("decimal", "."), element.get("cs", ","), element.get("ts", " ")
    text = element.text or ""
    tuples = text.split(after) if after.strip() else text.split()
    split = [
        one.replace(decimal, ".").split(between) if between and decimal else []
        for one in tuples
        if one.strip()
    ]
    if any(len(one) not in (2, 3) for one in split):
        raise NotPolygon(_("A position has two coordinates."))
    return _pairs(_numbers([number for one in split for number in one[:2]]), 2)


def _numbers(words: list[str]) -> list[float]:
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        raise NotPolygon(_("A coordinate is no number.")) from None
    # Python also reads other scripts' digits and 1_000.
    if not all(word.isascii() and "_" not in word for word in words) or not all(
        isfinite(number) for number in numbers
    ):
        raise NotPolygon(_("A coordinate is no number."))
    return numbers


def _pairs(numbers: list[float], dimension: int) -> Positions:
    if len(numbers) % dimension:
        raise NotPolygon(_("The coordinates do not come in groups of %(size)s.") % {"size": dimension})
    return np.array(numbers, dtype=float).reshape(-1, dimension)[:, :2]


def _dimension(element: Element, inherited: int) -> int:
    given = element.get("srsDimension") or element.get("dimension")
    if given is None:
        return inherited
    if given not in ("2", "3"):
        raise NotPolygon(_("Coordinates have two dimensions, perhaps three."))
    return int(given)
