"""Geometry in GML that no map has: too many corners, numbers that are none, nesting, attributes that lie."""

from collections.abc import Callable
from math import cos, pi, sin

from tests.security.corpus.hostile import Hostile, texts

G = 'xmlns:gml="http://www.opengis.net/gml/3.2"'
MILLION = 1_000_000


def circle(count: int) -> str:
    """A ring of so many corners, lat before lon, closed."""
    points = [
        f"{34.8 + sin(2 * pi * n / count) / 50:.8f} {114.3 + cos(2 * pi * n / count) / 50:.8f}"
        for n in range(count)
    ]
    return " ".join([*points, points[0]])


def comb(count: int) -> str:
    """A ring whose every tooth crosses every other: count * count crossings."""
    teeth = [
        f"{34.8 + n / count / 100:.8f} {114.3 if n % 2 else 114.32:.8f} "
        f"{34.8 + (count - n) / count / 100:.8f} {114.32 if n % 2 else 114.3:.8f}"
        for n in range(count)
    ]
    return " ".join([*teeth, *teeth[0].split()[:2]])


def ring(text: str, attributes: str = "") -> str:
    return f"<gml:LinearRing><gml:posList {attributes}>{text}</gml:posList></gml:LinearRing>"


def polygon(text: str, attributes: str = "", inside: str = "") -> str:
    return f"<gml:Polygon {G} {attributes}><gml:exterior>{ring(text)}</gml:exterior>{inside}</gml:Polygon>"


SMALL = "34.8 114.3 34.8 114.31 34.81 114.31 34.8 114.3"


def nested(depth: int) -> str:
    opened = "<gml:MultiSurface><gml:surfaceMember>" * depth
    closed = "</gml:surfaceMember></gml:MultiSurface>" * depth
    inside = f"<gml:surfaceMember>{opened}{polygon(SMALL)}{closed}</gml:surfaceMember>"
    return f"<gml:MultiSurface {G}>{inside}</gml:MultiSurface>"


def many(count: int) -> str:
    member = f"<gml:surfaceMember>{polygon(SMALL)}</gml:surfaceMember>"
    return f"<gml:MultiSurface {G}>{member * count}</gml:MultiSurface>"


MADE: dict[str, Callable[[], str]] = {
    "a ring of 300,000 corners": lambda: polygon(circle(300_000)),
    "a ring of 50,000 corners": lambda: polygon(circle(50_000)),
    "5 million times one place": lambda: polygon("1 1 " * (5 * MILLION)),
    "a comb of 3,000 teeth": lambda: polygon(comb(3_000)),
    "100,000 polygons": lambda: many(100_000),
    "100,000 holes": lambda: polygon(SMALL, inside=f"<gml:interior>{ring(SMALL)}</gml:interior>" * 100_000),
    "120 deep": lambda: nested(50),
    "NaN": lambda: polygon("NaN NaN 34.8 114.3 34.9 114.4 NaN NaN"),
    "infinite": lambda: polygon("INF -INF 34.8 114.3 34.9 114.4 INF -INF"),
    "1e308": lambda: polygon("1e308 1e308 -1e308 1e308 -1e308 -1e308 1e308 1e308"),
    "1e-320": lambda: polygon("1e-320 1e-320 1e-320 1 1 1 1e-320 1e-320"),
    "a number of a million digits": lambda: polygon(f"{'1' * MILLION} 114.3 34.9 114.4 34.9 114.5 1 1"),
    "other scripts' digits": lambda: polygon("٣٤ ١١٤ ٣٤ ١١٥ ٣٥ ١١٥ ٣٤ ١١٤"),
    "a dimension of a billion": lambda: polygon(SMALL).replace(
        "posList ", 'posList srsDimension="999999999" '
    ),
    "a system of 100,000 letters": lambda: polygon(SMALL, f'srsName="{"EPSG:" * 20_000}"'),
    "a pipeline as system": lambda: polygon(SMALL, 'srsName="+proj=pipeline +step +init=/etc/passwd"'),
    "a system far away": lambda: polygon(SMALL, 'srsName="http://127.0.0.1:9/crs"'),
    "a system without numbers": lambda: polygon(
        SMALL, 'srsName="urn:ogc:def:crs:EPSG::99999999999999999999"'
    ),
    "a link": lambda: (
        f'<gml:Polygon {G} xmlns:x="http://www.w3.org/1999/xlink" x:href="file:///etc/passwd"/>'
    ),
    "separators of nothing": lambda: (
        f"<gml:Polygon {G}><gml:outerBoundaryIs><gml:LinearRing>"
        '<gml:coordinates cs="" ts="" decimal="">1,1 1,2 2,2 1,1</gml:coordinates>'
        "</gml:LinearRing></gml:outerBoundaryIs></gml:Polygon>"
    ),
    "separators of digits": lambda: (
        f"<gml:Polygon {G}><gml:outerBoundaryIs><gml:LinearRing>"
        f'<gml:coordinates cs="1" ts="2" decimal="3">{"123" * 300_000}</gml:coordinates>'
        "</gml:LinearRing></gml:outerBoundaryIs></gml:Polygon>"
    ),
    "an empty collection": lambda: f"<gml:MultiSurface {G}/>",
    "a solid": lambda: f"<gml:Solid {G}><gml:exterior/></gml:Solid>",
    "no geometry": lambda: "<x/>",
}
ALL: list[Hostile] = texts("gml", MADE)
