"""Coordinates in WFS requests and answers, where django-gisserver 2.5 differs from what real clients mean.

Axis order follows the notation, as with GeoServer: `EPSG:4490` and the old `gml/srs/epsg.xml#4490` are x, y
(lon, lat); `urn:ogc:def:crs:EPSG::4490` and `http://www.opengis.net/def/crs/EPSG/0/4490` follow the authority
(lat, lon). `mend()` changes the library in place, once, when Django starts: its parsers have no other door.
"""

from typing import Any
from xml.etree.ElementTree import tostring

from django.contrib.gis.gdal import AxisOrder
from django.contrib.gis.geos import GEOSGeometry, Polygon
from gisserver import crs as gisserver_crs
from gisserver.crs import CRS, CRS84
from gisserver.exceptions import ExternalParsingError
from gisserver.parsers.fes20.operators import DistanceOperator
from gisserver.parsers.gml import GEOSGMLGeometry

from layers.surfaces.wfs import distance

STORED = CRS.from_string("urn:ogc:def:crs:EPSG::4490")
OTHERS = [CRS.from_string(f"urn:ogc:def:crs:EPSG::{srid}") for srid in (4326, 3857, 4547)]
OTHERS.append(CRS84)


def mend() -> None:
    """Teach the library the short notations, boxes in them, geometry without srsName, and distances in metres."""
    for crs in (STORED, *OTHERS):
        for name in (f"EPSG:{crs.srid}", f"epsg:{crs.srid}"):
            gisserver_crs._COMMON_CRS_BY_STR[name] = _short(crs.srid)
    GEOSGMLGeometry.from_bbox = classmethod(_from_bbox)
    GEOSGMLGeometry.from_xml = classmethod(_from_xml)
    DistanceOperator.build_query = distance.build_query


def _short(srid: int) -> CRS:
    """The CRS as `EPSG:n` means it. The library knows only EPSG:4326 to be x, y."""
    crs = CRS("ogc", "EPSG", "", str(srid), srid, force_xy=True)
    crs.__dict__["origin"] = f"EPSG:{srid}"
    return crs


def _from_bbox(cls: type[GEOSGMLGeometry], text: str) -> Any:
    """BBOX=a,b,c,d[,crs] in the crs's own axis order; without one, in the feature type's."""
    parts = text.split(",")
    if len(parts) not in (4, 5):
        raise ExternalParsingError(f"A BBOX has 4 numbers and perhaps a CRS, this has {len(parts)} parts.")
    a, b, c, d = (float(part) for part in parts[:4])
    box = Polygon.from_bbox((a, b, c, d))
    return _placed(cls, box, CRS.from_string(parts[4]) if len(parts) == 5 else None)


def _from_xml(cls: type[GEOSGMLGeometry], element: Any) -> Any:
    """Any GML geometry; GDAL leaves srsName off its envelopes and means the feature type's CRS."""
    name = element.attrib.get("srsName")
    return _placed(
        cls,
        GEOSGeometry.from_gml(tostring(element, encoding="unicode")),
        CRS.from_string(name) if name else None,
    )


def _placed(cls: type[GEOSGMLGeometry], geometry: GEOSGeometry, crs: CRS | None) -> Any:
    if crs is not None:
        geometry.srid = crs.srid
    if crs is None or not crs.force_xy:
        CRS.tag_geometry(geometry, axis_order=AxisOrder.AUTHORITY)
    return cls(srs=crs, geos_data=geometry)
