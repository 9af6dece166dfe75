"""Transactions as GIS programs write them, put together of their parts; geometry in the units of tests.shapes."""

from lxml import etree

from tests.shapes import place

NAMES = {
    "1.0.0": ("http://www.opengis.net/wfs", "http://www.opengis.net/gml", "http://www.opengis.net/ogc"),
    "1.1.0": ("http://www.opengis.net/wfs", "http://www.opengis.net/gml", "http://www.opengis.net/ogc"),
    "2.0.0": (
        "http://www.opengis.net/wfs/2.0",
        "http://www.opengis.net/gml/3.2",
        "http://www.opengis.net/fes/2.0",
    ),
}
ID = {"1.0.0": "FeatureId fid", "1.1.0": "GmlObjectId gml:id", "2.0.0": "ResourceId rid"}
URN = "urn:ogc:def:crs:EPSG::4490"


def transaction(version: str, *actions: str, attributes: str = "") -> str:
    wfs, gml, ogc = NAMES[version]
    return (
        f'<wfs:Transaction service="WFS" version="{version}" xmlns:wfs="{wfs}" xmlns:gml="{gml}" xmlns:ogc="{ogc}"'
        f' xmlns:app="urn:wangge:app" {attributes}>{"".join(actions)}</wfs:Transaction>'
    )


def ids(version: str, *fids: str) -> str:
    tag, attribute = ID[version].split()
    return "<ogc:Filter>" + "".join(f'<ogc:{tag} {attribute}="{fid}"/>' for fid in fids) + "</ogc:Filter>"


def corners(x: float, y: float, side: float) -> list[tuple[float, float]]:
    return [place(*at) for at in ((x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y))]


def gml2(x: float, y: float, side: float = 1, srs: str = URN) -> str:
    """GML 2 as QGIS 3.22 writes it: lon,lat."""
    text = " ".join(f"{lon!r},{lat!r}" for lon, lat in corners(x, y, side))
    return (
        f'<gml:MultiPolygon srsName="{srs}"><gml:polygonMember><gml:Polygon><gml:outerBoundaryIs><gml:LinearRing>'
        f'<gml:coordinates cs="," ts=" ">{text}</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs>'
        "</gml:Polygon></gml:polygonMember></gml:MultiPolygon>"
    )


def gml3(x: float, y: float, side: float = 1, srs: str | None = URN, lat_first: bool = True) -> str:
    """GML 3 with a posList."""
    text = " ".join(
        f"{lat!r} {lon!r}" if lat_first else f"{lon!r} {lat!r}" for lon, lat in corners(x, y, side)
    )
    named = f' srsName="{srs}"' if srs else ""
    return (
        f"<gml:MultiSurface{named}><gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing>"
        f"<gml:posList>{text}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember>"
        "</gml:MultiSurface>"
    )


def shape(version: str, x: float, y: float, side: float = 1) -> str:
    return gml2(x, y, side) if version == "1.0.0" else gml3(x, y, side)


def update(version: str, type_name: str, where: str, handle: str = "", **values: str | None) -> str:
    name = "ValueReference" if version == "2.0.0" else "Name"
    properties = "".join(
        f"<wfs:Property><wfs:{name}>app:{key}</wfs:{name}>"
        + (f"<wfs:Value>{value}</wfs:Value>" if value is not None else "")
        + "</wfs:Property>"
        for key, value in values.items()
    )
    return f'<wfs:Update typeName="app:{type_name}" handle="{handle}">{properties}{where}</wfs:Update>'


def insert(type_name: str, geometry: str, handle: str = "", **values: str) -> str:
    fields = "".join(f"<app:{key}>{value}</app:{key}>" for key, value in values.items())
    return (
        f'<wfs:Insert handle="{handle}"><app:{type_name}>{fields}<app:geom>{geometry}</app:geom>'
        f"</app:{type_name}></wfs:Insert>"
    )


def delete(type_name: str, where: str) -> str:
    return f'<wfs:Delete typeName="app:{type_name}">{where}</wfs:Delete>'


def sent(client, text: str | bytes, content_type: str = "text/xml"):
    return client.post("/ogc/wfs", text, content_type=content_type)


def parsed(response):
    return etree.fromstring(response.content)


def said(response) -> str:
    """The words of an exception report, in whatever version."""
    return " ".join(
        parsed(response).xpath("//*[local-name()='ExceptionText' or local-name()='ServiceException']/text()")
    )
